/** Reports the events of a run as messages on stderr. */
import {formatCount, plural} from '../../core/quantity.ts';
import {scrub} from '../../core/secret.ts';
import type {
	ProgressEvent,
	ResourceDoneEvent,
	ResourceEndEvent,
	ResourceFailedEvent,
	ResourceSkipEvent,
	RunEvent,
} from '../../run/events.ts';
import {bytes, printableCell, seconds} from './format.ts';
import {LiveLines} from './live-lines.ts';
import type {Log} from './log.ts';
import {noticeOf} from './notices.ts';
import {ProgressLines} from './progress.ts';
import {isTrace, tellTrace} from './traces.ts';
import {WarningLimit} from './warning-limit.ts';

export interface ReporterOptions {
	/** Whether resources go to datasets: each of them ends with its own line. @default true */
	readonly hasDatasets?: boolean;
}

export class Reporter {
	private readonly log: Log;
	private readonly hasDatasets: boolean;
	private readonly warnings: WarningLimit;
	private readonly progress = new ProgressLines();
	private readonly live: LiveLines | undefined;
	/** Resources that are alone in their group. */
	private readonly alone = new Set<string>();
	/** The live line of each resource that is being read, in the order in which they began. */
	private readonly shown = new Map<string, string>();
	/** The number of resources of the run, where it continues another one. */
	private resources = 0;

	constructor(log: Log, {hasDatasets = true}: ReporterOptions = {}) {
		this.log = log;
		this.hasDatasets = hasDatasets;
		this.warnings = new WarningLimit(log);
		this.live = log.live ? new LiveLines() : undefined;
	}

	readonly tell = (event: RunEvent): void => {
		const {log, progress} = this;
		progress.take(event);
		const notice = noticeOf(event);
		if (notice?.isWarning) log.warn(notice.text);
		else if (notice) log.info(notice.text);
		if (event.type === 'run-resume') this.resources = event.resources.length;
		else if (event.type === 'resource-skip') log.info(leftOut(event, this.resources > 1));
		else if (event.type === 'group-start') this.begins(event.resources);
		else if (event.type === 'progress') this.goesOn(event);
		else if (event.type === 'group-end') this.leaves(event.resources);
		else if (event.type === 'resource-end') this.ended(event);
		else if (event.type === 'warning') this.warnings.tell(event);
		else if (log.traces && isTrace(event)) tellTrace(event, log);
	};

	/** Reports the messages that were held back. */
	end(): void {
		this.live?.clear();
		this.warnings.end();
	}

	private begins(resources: readonly string[]): void {
		const [first, ...others] = resources;
		if (first !== undefined && others.length === 0) this.alone.add(first);
	}

	private leaves(resources: readonly string[]): void {
		this.live?.clear();
		for (const name of resources) this.shown.delete(name);
	}

	private goesOn(event: ProgressEvent): void {
		const {log, live} = this;
		const lines = this.progress.lines(event);
		if (live) {
			const text = (part: string): string => printableCell(scrub(part));
			for (const name of event.resources)
				if (!lines.some(({resource}) => resource === name)) this.shown.delete(name);
			for (const {resource, label, parts} of lines)
				this.shown.set(resource, [label, ...parts].map(text).join('  '));
			live.show([...this.shown.values()]);
			return;
		}
		// The first event comes before the first request.
		if (event.counts.requests === 0) return;
		for (const {label, parts} of lines) log.info(`${label}: ${parts.join(', ')}`);
		for (const {resource, counts, reach} of event.each)
			if (lines.some(line => line.resource === resource))
				log.event('progress', {resource, ...counts, ...reach, seconds: event.elapsedMs / 1000});
	}

	private ended(event: ResourceEndEvent): void {
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
		// The live line has shown the same.
		if (this.hasDatasets && !(log.live && this.alone.has(resource)))
			log.info(
				`${resource}: ${plural(summary.written, 'row')}, ${plural(summary.requests, 'request')}, ` +
					`${bytes(summary.bytesWritten)} in ${seconds(summary.seconds)}`,
			);
		// Rows of earlier attempts count, too.
		if (merge && merge.inserted + merge.updated + merge.deleted > 0)
			log.info(
				`${resource}: merged: ${formatCount(merge.inserted)} new, ${formatCount(merge.updated)} ` +
					`updated, ${formatCount(merge.deleted)} deleted`,
			);
		for (const change of drift) log.info(change);
		for (const {table, files, rows} of rewritten)
			log.info(
				`${table}: ${plural(files, 'older file')} with ${plural(rows, 'row')} rewritten, so that all ` +
					'have the same columns',
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
