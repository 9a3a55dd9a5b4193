/** One resource from its API to its destination. */
import type {Transform, Writable} from 'node:stream';
import {select} from '../../transforms/select.ts';
import type {Extraction} from '../config/compile/compile.ts';
import type {ResolvedResource} from '../config/compile/resolve.ts';
import {addCounts, pipeline} from '../core/pipeline.ts';
import {countsOf} from '../core/stage.ts';
import {bytes, count, plural, seconds} from './format.ts';
import type {Log} from './io.ts';
import {progress} from './progress.ts';
import type {Result} from './summary.ts';
import type {Target} from './target.ts';

export interface ExtractOptions {
	/** Where a dataset is written to, or a stage of the caller's. */
	readonly destination: Target | Writable;
	readonly log: Log;
	readonly signal: AbortSignal;
	readonly columns?: readonly string[] | undefined;
	/** What is read; from here on it is ours to close. */
	readonly extraction: Extraction;
	/** Whether the live line on a terminal is ours. @default true */
	readonly live?: boolean;
}

/**
 * Runs it, shows how it goes, and reports. A failure is in the result; only an abort is thrown, and what is
 * wrong before the first request.
 */
export async function extract(
	{name}: ResolvedResource,
	{destination, log, signal, columns, extraction, live = true}: ExtractOptions,
): Promise<Result> {
	const target = isTarget(destination) ? destination : undefined;
	const sink = isTarget(destination) ? destination.sink : destination;
	const needed = columns ? (target?.needed ?? []).filter(column => !columns.includes(column)) : [];
	if (needed.length > 0)
		log.info(`${name}: ${needed.join(', ')} not in --select, and written all the same: the dataset needs it`);
	const chosen: Transform[] = columns ? [select([...columns, ...needed])] : [];
	const stages = [extraction.source, ...extraction.stages, ...chosen, sink];
	const counts = () => addCounts(stages.map(countsOf));
	const started = performance.now();
	const line = log.live && live && target ? progress(name, counts) : undefined;
	try {
		const summary = await pipeline(extraction.source, ...extraction.stages, ...chosen, sink, {signal});
		line?.stop();
		const rejects = target && summary.rejected > 0 ? target.rejects : undefined;
		if (summary.outOfRange > 0)
			log.info(`${name}: ${plural(summary.outOfRange, 'row')} left out: outside of the incremental range`);
		if (summary.excluded > 0)
			log.info(`${name}: ${plural(summary.excluded, 'row')} left out: no cursor value (exclude)`);
		if (summary.withoutCursor > 0)
			log.info(`${name}: ${plural(summary.withoutCursor, 'row')} without a cursor value taken (include)`);
		const {drift = [], rewritten = [], merge} = target?.report ?? {};
		log.event('resource', {
			resource: name,
			...summary,
			...(rejects !== undefined && {rejects}),
			...(merge && {merge}),
			...(drift.length > 0 && {drift}),
			...(rewritten.length > 0 && {rewritten}),
		});
		if (!line && target) {
			log.info(
				`${name}: ${plural(summary.written, 'row')}, ${plural(summary.requests, 'request')}, ${bytes(summary.bytesWritten)} in ${seconds(summary.seconds)}`,
			);
		}
		// What an earlier attempt wrote counts too.
		if (merge && merge.inserted + merge.updated + merge.deleted > 0)
			log.info(
				`${name}: merged: ${count(merge.inserted)} new, ${count(merge.updated)} updated, ${count(merge.deleted)} deleted`,
			);
		for (const change of drift) log.info(change);
		for (const {table, files, rows} of rewritten)
			log.info(
				`${table}: ${plural(files, 'older file')} with ${plural(rows, 'row')} rewritten, so that all have the same columns`,
			);
		return {
			resource: name,
			counts: summary,
			seconds: summary.seconds,
			closedEarly: summary.closedEarly,
			...(rejects !== undefined && {rejects}),
		};
	} catch (error) {
		line?.stop();
		const kept = target?.report.kept;
		const seen = target?.report.isHeld === true ? ', and to see rows whose columns are new' : '';
		if (kept !== undefined)
			log.info(`${name}: ${plural(kept, 'page')} kept; run it again to go on from there${seen}`);
		if (signal.aborted) throw error;
		const elapsed = (performance.now() - started) / 1000;
		return {resource: name, counts: {...counts(), written: 0, bytesWritten: 0}, seconds: elapsed, error};
	}
}

/** The limit of an extraction. */
export function limited(rows: number | undefined): {limit?: {records: number}} {
	return rows === undefined ? {} : {limit: {records: rows}};
}

function isTarget(value: Target | Writable): value is Target {
	return 'sink' in value;
}
