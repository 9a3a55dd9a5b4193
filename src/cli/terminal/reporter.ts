/** The events of a run as messages on stderr. */
import {count, plural} from '../../core/quantity.ts';
import type {
	ResourceDoneEvent,
	ResourceEndEvent,
	ResourceFailedEvent,
	ResourceSkipEvent,
	RunEvent,
} from '../../run/events.ts';
import {bytes, seconds} from './format.ts';
import {LiveLine} from './live-line.ts';
import type {Log} from './log.ts';
import {noticeOf} from './notices.ts';
import {isTrace, tellTrace} from './traces.ts';
import {WarningLimit} from './warning-limit.ts';

export interface ReporterOptions {
	/** Whether resources go to datasets: each of them ends with a line of its own. @default true */
	readonly hasDatasets?: boolean;
}

export class Reporter {
	private readonly log: Log;
	private readonly hasDatasets: boolean;
	private readonly warnings: WarningLimit;
	private readonly line = new LiveLine();
	/** Whether the live line is about one resource alone. */
	private isAlone = false;
	/** Number of resources of the run, where it goes on with another one. */
	private resources = 0;

	constructor(log: Log, {hasDatasets = true}: ReporterOptions = {}) {
		this.log = log;
		this.hasDatasets = hasDatasets;
		this.warnings = new WarningLimit(log);
	}

	readonly tell = (event: RunEvent): void => {
		const {log, line} = this;
		const notice = noticeOf(event);
		if (notice?.isWarning) log.warn(notice.text);
		else if (notice) log.info(notice.text);
		if (event.type === 'run-resume') this.resources = event.resources.length;
		else if (event.type === 'resource-skip') log.info(leftOut(event, this.resources > 1));
		else if (event.type === 'group-start') this.begin(event.resources);
		else if (event.type === 'progress') line.show(event.counts);
		else if (event.type === 'group-end') line.stop();
		else if (event.type === 'resource-end') this.ended(event);
		else if (event.type === 'warning') this.warnings.tell(event);
		else if (isTrace(event)) tellTrace(event, log);
	};

	/** Tells what was held back. */
	end(): void {
		this.warnings.end();
	}

	private begin(resources: readonly string[]): void {
		this.isAlone = resources.length === 1;
		if (this.log.live) this.line.start(resources.join(', '));
	}

	private ended(event: ResourceEndEvent): void {
		// The line of several stays until all have ended.
		if (this.isAlone) this.line.stop();
		if (event.ok) this.done(event);
		else this.failed(event);
	}

	private done({resource, summary, rejects, merge, drift, rewritten}: ResourceDoneEvent): void {
		const {log} = this;
		const {outOfRange, excluded, withoutCursor} = summary;
		if (outOfRange > 0)
			log.info(`${resource}: ${plural(outOfRange, 'row')} left out: outside of the incremental range`);
		if (excluded > 0) log.info(`${resource}: ${plural(excluded, 'row')} left out: no cursor value (exclude)`);
		if (withoutCursor > 0)
			log.info(`${resource}: ${plural(withoutCursor, 'row')} without a cursor value taken (include)`);
		log.event('resource', {
			resource,
			...summary,
			...(rejects !== undefined && {rejects}),
			...(merge && {merge}),
			...(drift.length > 0 && {drift}),
			...(rewritten.length > 0 && {rewritten}),
		});
		// The live line has shown as much.
		if (this.hasDatasets && !(log.live && this.isAlone))
			log.info(
				`${resource}: ${plural(summary.written, 'row')}, ${plural(summary.requests, 'request')}, ${bytes(summary.bytesWritten)} in ${seconds(summary.seconds)}`,
			);
		// What an earlier attempt wrote counts too.
		if (merge && merge.inserted + merge.updated + merge.deleted > 0)
			log.info(
				`${resource}: merged: ${count(merge.inserted)} new, ${count(merge.updated)} updated, ${count(merge.deleted)} deleted`,
			);
		for (const change of drift) log.info(change);
		for (const {table, files, rows} of rewritten)
			log.info(
				`${table}: ${plural(files, 'older file')} with ${plural(rows, 'row')} rewritten, so that all have the same columns`,
			);
	}

	private failed({resource, keptPages, isHeld}: ResourceFailedEvent): void {
		if (keptPages === undefined) return;
		const seen = isHeld === true ? ', and to see rows whose columns are new' : '';
		this.log.info(`${resource}: ${plural(keptPages, 'page')} kept; run it again to go on from there${seen}`);
	}
}

function leftOut({resource, finishedAt}: ResourceSkipEvent, isOneOfMany: boolean): string {
	const again = isOneOfMany ? `; sluice run ${resource} reads it again` : '';
	return `${resource}: left out, as it finished in that run: it is as it was at ${finishedAt}${again}`;
}
