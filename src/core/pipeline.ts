/** Runs stages to their end, and reports the counts. */
import {Readable, type Stream} from 'node:stream';
import {finished, pipeline as nodePipeline} from 'node:stream/promises';
import {OutputClosedError} from './errors.ts';
import type {Page} from './page.ts';
import {type Counts, connect, countsOf, source} from './stage.ts';

/** The first stage: the stream of `resource()`, or any sequence of pages. */
export type Source = Readable | AsyncIterable<Page> | Iterable<Page>;
/** A stream of pages, or an async generator over them. */
export type Stage = NodeJS.ReadWriteStream | ((pages: AsyncIterable<Page>) => AsyncIterable<Page>);
/** The last stage: the stream of `jsonl()`, `parquet()`, `csv()` or `sink()`. */
export type Last = NodeJS.WritableStream;

export interface PipelineOptions {
	/** Stops all stages; sinks discard unfinished output. */
	readonly signal?: AbortSignal;
}

export interface RunSummary extends Counts {
	readonly seconds: number;
	/** The reader of stdout closed it before the end (`| head`). */
	readonly closedEarly: boolean;
	/**
	 * The number of rows that the API stated. Absent when it stated none, or when not all rows were requested.
	 */
	readonly stated?: number;
	/** The number of rows that the API sent, including repeated and refused ones. Present with `stated`. */
	readonly received?: number;
	/** Whether at least as many rows came as were stated. Present with `stated`. */
	readonly complete?: boolean;
}

/**
 * Connects the stages and waits until each of them has closed, also after a failure, so that no file is open
 * and no request is under way when it settles. Rejects with the first error; a closed stdout is a success.
 * @example const {written} = await pipeline(contacts, normalize(), parquet('contacts.parquet'), {signal});
 */
export async function pipeline(
	...stages: [Source, ...(Stage | Last)[], Last] | [Source, ...(Stage | Last)[], Last, PipelineOptions]
): Promise<RunSummary> {
	const {streams, signal} = arrange(stages);
	const started = performance.now();
	const closed = streams.filter(isStream).map(stream => finished(stream, {cleanup: true}).catch(() => {}));
	let closedEarly = false;
	try {
		await nodePipeline(streams as NodeJS.ReadWriteStream[], signal ? {signal} : {});
	} catch (error) {
		await Promise.all(closed);
		if (!(error instanceof OutputClosedError)) throw signal?.aborted ? (signal.reason ?? error) : error;
		closedEarly = true;
	}
	await Promise.all(closed);
	return {
		...total(streams),
		seconds: (performance.now() - started) / 1000,
		closedEarly,
		...completeness(streams[0]),
	};
}

function arrange(stages: readonly unknown[]): {streams: unknown[]; signal: AbortSignal | undefined} {
	const last = stages.at(-1);
	const hasOptions = !isStream(last) && typeof last === 'object';
	const streams = hasOptions ? stages.slice(0, -1) : [...stages];
	if (streams.length < 2) throw new TypeError('pipeline() needs a source and a sink');
	if (!(streams[0] instanceof Readable)) streams[0] = source(streams[0] as AsyncIterable<Page>);
	connect(streams[0] as Readable, streams.slice(1));
	return {streams, signal: hasOptions ? (last as PipelineOptions).signal : undefined};
}

function isStream(value: unknown): value is Stream & NodeJS.ReadableStream {
	return (
		typeof value === 'object' && value !== null && typeof (value as {pipe?: unknown}).pipe === 'function'
	);
}

/** The sum of the counts of several runs or stages. */
export function addCounts(all: Iterable<Partial<Counts>>): Counts {
	const sum: Counts = {
		pages: 0,
		read: 0,
		nulls: 0,
		written: 0,
		duplicates: 0,
		outOfRange: 0,
		withoutCursor: 0,
		excluded: 0,
		rejected: 0,
		skipped: 0,
		discarded: 0,
		requests: 0,
		retries: 0,
		bytesRead: 0,
		bytesWritten: 0,
	};
	for (const counts of all)
		for (const name of Object.keys(sum) as (keyof Counts)[]) sum[name] += counts[name] ?? 0;
	return sum;
}

function total(streams: readonly unknown[]): Counts {
	return addCounts(streams.map(stream => countsOf(stream as object)));
}

function completeness(first: unknown): Pick<RunSummary, 'stated' | 'received' | 'complete'> {
	const {stated, received = 0} = countsOf(first as object);
	return stated === undefined ? {} : {stated, received, complete: received >= stated};
}
