/** Reads one resource from its API into its destination. */
import type {Transform, Writable} from 'node:stream';
import {select} from '../../transforms/select.ts';
import type {Extraction} from '../config/compile/compile.ts';
import {addCounts, pipeline, type RunSummary} from '../core/pipeline.ts';
import {type Counts, countsOf} from '../core/stage.ts';
import type {Emitter} from './emitter.ts';
import type {ResourceOutcome} from './events.ts';
import type {RunTarget} from './output/target.ts';

export interface ExtractOptions {
	/** A dataset, or a stage of the caller. */
	readonly destination: RunTarget | Writable;
	readonly emitter: Emitter;
	readonly signal: AbortSignal;
	/** Columns to write. @default all */
	readonly columns?: readonly string[] | undefined;
	/** The source, which is closed here. */
	readonly extraction: Extraction;
}

/** The result of one resource. */
export interface ResourceResult extends ResourceOutcome {
	/** For a failed resource, `written` and `bytesWritten` are 0. */
	readonly counts: Counts;
	readonly seconds: number;
	/** Why it failed; absent when it did not. */
	readonly error?: unknown;
	/** The reader of stdout closed it before the end. */
	readonly closedEarly?: boolean;
}

/**
 * Reads a resource to its end. The result has its error; only an abort, and errors before the first request,
 * are thrown.
 */
export async function extract(
	resource: string,
	{destination, emitter: {emit}, signal, columns, extraction}: ExtractOptions,
): Promise<ResourceResult> {
	const target = 'sink' in destination ? destination : undefined;
	const sink = 'sink' in destination ? destination.sink : destination;
	const added = columns ? (target?.needed ?? []).filter(column => !columns.includes(column)) : [];
	if (added.length > 0) emit({type: 'columns-added', resource, columns: added});
	const chosen: Transform[] = columns ? [select([...columns, ...added])] : [];
	const stages = [...extraction.stages, ...chosen];
	const started = performance.now();
	try {
		const summary = await pipeline(extraction.source, ...stages, sink, {signal});
		const outcome = outcomeOf(resource, summary, target);
		emit({type: 'resource-end', ok: true, summary, ...outcome});
		const {seconds, closedEarly} = summary;
		return {...outcome, counts: summary, seconds, closedEarly};
	} catch (error) {
		const {kept, isHeld} = target?.report ?? {};
		emit({
			type: 'resource-end',
			ok: false,
			resource,
			error,
			...(kept !== undefined && {keptPages: kept, isHeld: isHeld === true}),
		});
		if (signal.aborted) throw error;
		const counts = addCounts([extraction.source, ...stages, sink].map(countsOf));
		const seconds = (performance.now() - started) / 1000;
		return {...failedResult(resource, error), counts: {...counts, written: 0, bytesWritten: 0}, seconds};
	}
}

/** The result of a resource that was not read. */
export function failedResult(resource: string, error: unknown): ResourceResult {
	return {resource, counts: addCounts([]), seconds: 0, drift: [], rewritten: [], error};
}

/** The row limit of an extraction. */
export function extractionLimit(rows: number | undefined): {limit?: {records: number}} {
	return rows === undefined ? {} : {limit: {records: rows}};
}

function outcomeOf(resource: string, {rejected}: RunSummary, target: RunTarget | undefined): ResourceOutcome {
	const {drift = [], rewritten = [], merge} = target?.report ?? {};
	return {
		resource,
		...(target && rejected > 0 && {rejects: target.rejects}),
		...(merge && {merge}),
		drift,
		rewritten,
	};
}
