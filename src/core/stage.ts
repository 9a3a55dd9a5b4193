/**
 * The only file that makes Node streams. Stages are plain functions and objects over pages; here they become
 * object-mode streams with a high-water mark of 1, so that a slow sink stops the requests after a handful of
 * pages.
 */
import {type Duplex, Readable, Stream, Transform, type TransformCallback, Writable} from 'node:stream';
import {setTimeout} from 'node:timers/promises';
import {SinkError, SluiceError, StageError} from './errors.ts';
import {type Page, pageName} from './page.ts';
import {greatestNeed, type Need} from './records/need.ts';

const DRAIN_POLL_MS = 2;

/** The counts of all stages of one pipeline, each from 0. */
export interface Counts {
	pages: number;
	/** Records that the source emitted. */
	read: number;
	/** Items of lists of the API that are null, and are left out. */
	nulls: number;
	/** Records that reached the sink. */
	written: number;
	duplicates: number;
	/** Rows that an incremental resource dropped, as their cursor values are outside its range. */
	outOfRange: number;
	/** Records without a cursor value: those that an incremental resource took, and those that it left out. */
	withoutCursor: number;
	excluded: number;
	rejected: number;
	/** Partitions that were left out: parents without the value, or with an answer of 403 or 404. */
	skipped: number;
	/** Values that the contract `discard_value` dropped. */
	discarded: number;
	/** HTTP requests, including retries and token requests. */
	requests: number;
	retries: number;
	/** Bytes of response bodies before decompression. */
	bytesRead: number;
	bytesWritten: number;
}

/** How far a walk is, by the totals of its API. */
export interface Reach {
	/** Rows or pages that have come, including those of earlier attempts. */
	readonly came: number;
	readonly of: number;
	readonly unit: 'rows' | 'pages';
}

/**
 * The counts of one stage. A source may also report how many rows its API stated: `reach` while the walk goes
 * on, the others once it has ended.
 */
export interface StageCounts extends Partial<Counts> {
	/** For a resource that is read in one walk. Absent while its API states no total. */
	reach?: Reach;
	/**
	 * The number of rows that the API stated. Absent when it stated none, or when not all rows were requested.
	 */
	stated?: number;
	/** The number of rows that came, to compare with `stated`. */
	received?: number;
}

interface Registered {
	readonly counts: StageCounts;
	readonly needs?: (() => Need) | undefined;
	readonly onNeeds?: ((needs: () => Need) => void) | undefined;
	/** Of a source: the streams after it. */
	following?: readonly Stream[];
}

const stages = new WeakMap<object, Registered>();

/** The running counts of a stage made here; empty for any other stream. */
export function countsOf(stage: object): StageCounts {
	return stages.get(stage)?.counts ?? {};
}

/** What these stages together look at in records; for other streams it is the rows. */
export function needsOf(all: readonly unknown[]): Need {
	return greatestNeed(all.map(stage => stages.get(stage as object)?.needs?.() ?? 'rows'));
}

/** Tells a source the stages after it, before it makes the first page. */
export function connect(first: object, others: readonly unknown[]): void {
	const registered = stages.get(first);
	if (!registered) return;
	registered.following = others.filter(other => other instanceof Stream);
	registered.onNeeds?.(() => needsOf(others));
}

/** A transform: a function of one page, and optionally one for the end. Its state is in the closure. */
export interface PageTransform {
	/** Preparation before the first page. */
	open?(): Promise<void>;
	/**
	 * Must return a page even when no record is left, as the page carries the cursor. `undefined` only while
	 * `flush` will return the page.
	 */
	page(page: Page): Page | undefined;
	/** Returns pages that were held until the end. */
	flush?(): Iterable<Page>;
	/**
	 * What it looks at in records, called before each answer is read. `text` if it only counts records or looks
	 * at other properties of the page, as records are parsed late then. @default 'rows'
	 */
	needs?(): Need;
	readonly counts?: Partial<Counts>;
}

/**
 * The destination of pages. `close` makes everything written durable; `discard` removes unfinished output
 * after a failure. It may be called while another method is under way, which it must end or wait for; no
 * method is called after it.
 */
export interface Sink {
	/** The name in messages: `parquet`, `jsonl`. */
	readonly name: string;
	open?(): Promise<void>;
	write(page: Page): Promise<void> | void;
	close(): Promise<void>;
	discard?(error: Error): Promise<void>;
	/** As in `PageTransform`. @default 'rows' */
	needs?(): Need;
	readonly counts?: Partial<Counts>;
}

/** A Readable with typed pages: `for await (const page of stream)`. */
export interface PageStream extends Readable {
	[Symbol.asyncIterator](): NodeJS.AsyncIterator<Page>;
}

/**
 * Makes a stream of an ordered sequence of pages, as the first stage of a pipeline. `counts` are the source's
 * own running counts. `onNeeds` is called with a function that returns what the stages of the pipeline look
 * at in records, to be called before each answer is read.
 * @example const rows = source([{resource: 'rows', number: 0, cursor: null, records: [{id: 1}]}]);
 */
export function source(
	pages: AsyncIterable<Page>,
	counts: StageCounts = {},
	onNeeds?: (needs: () => Need) => void,
): PageStream {
	const registered: Registered = {counts, onNeeds};
	const stream: PageStream = Readable.from(untilFailure(), {objectMode: true, highWaterMark: 1});
	stages.set(stream, registered);
	return stream;

	// A stream that fails drops its buffer, and so would lose pages that came before the failure.
	async function* untilFailure(): AsyncGenerator<Page> {
		try {
			yield* pages;
		} catch (error) {
			if (registered.following) await drained([stream, ...registered.following]);
			throw error;
		}
	}
}

/** Waits until the last page has left these streams, or one of them is destroyed. */
async function drained(streams: readonly Stream[]): Promise<void> {
	const all = streams as readonly Partial<Duplex>[];
	while (!all.some(({destroyed}) => destroyed)) {
		if (all.every(({readableLength = 0, writableLength = 0}) => readableLength + writableLength === 0))
			return;
		await setTimeout(DRAIN_POLL_MS);
	}
}

/**
 * Turns a page function into a stream. A throw in it fails the pipeline; on Node 20 a bare Transform would
 * hang instead.
 * @example const first = transform('first', {page: page => ({...page, records: [...page.records].slice(0, 1)})});
 */
export function transform(name: string, definition: PageTransform): Transform {
	const stream = new Transform({
		objectMode: true,
		highWaterMark: 1,
		...(definition.open && {
			construct(done) {
				definition.open?.().then(
					() => done(),
					error => done(located(error, name)),
				);
			},
		}),
		transform(page: Page, _encoding, done: TransformCallback) {
			let result: Page | undefined;
			try {
				result = definition.page(page);
			} catch (error) {
				done(located(error, name, page));
				return;
			}
			done(null, result);
		},
		flush(done: TransformCallback) {
			try {
				for (const page of definition.flush?.() ?? []) this.push(page);
			} catch (error) {
				done(located(error, name));
				return;
			}
			done();
		},
	});
	stages.set(stream, {counts: definition.counts ?? {}, needs: definition.needs?.bind(definition)});
	return stream;
}

/**
 * Turns a sink into a stream: opens it before the first page, closes it after the last, discards it on any
 * failure.
 * @example const count = sink({name: 'count', write: ({records}) => void (total += records.length), async close() {}});
 */
export function sink(definition: Sink): Writable {
	const counts = definition.counts ?? {};
	let state: 'new' | 'open' | 'closed' | 'discarded' = 'new';
	let last: Page | undefined;

	async function open(): Promise<void> {
		if (state !== 'new') return;
		state = 'open';
		await definition.open?.();
	}

	async function write(page: Page): Promise<void> {
		last = page;
		await open();
		if (isDiscarded()) return;
		await definition.write(page);
		counts.pages = (counts.pages ?? 0) + 1;
		counts.written = (counts.written ?? 0) + page.records.length;
		counts.rejected = (counts.rejected ?? 0) + (page.rejections?.length ?? 0);
	}

	async function finish(): Promise<void> {
		await open();
		if (isDiscarded()) return;
		await definition.close();
		state = 'closed';
	}

	// Errors after an abort are not reported.
	function isDiscarded(): boolean {
		return state === 'discarded';
	}

	const stream = new Writable({
		objectMode: true,
		highWaterMark: 1,
		write(page: Page, _encoding, done) {
			write(page).then(
				() => done(),
				error => done(failed(error, definition.name, last)),
			);
		},
		final(done) {
			finish().then(
				() => done(),
				error => done(failed(error, definition.name, last)),
			);
		},
		destroy(error, done) {
			if (state !== 'open' || !definition.discard) {
				done(error);
				return;
			}
			state = 'discarded';
			definition.discard(error ?? new Error('stopped')).then(
				() => done(error),
				() => done(error),
			);
		},
	});
	stages.set(stream, {counts, needs: definition.needs?.bind(definition)});
	return stream;
}

function located(error: unknown, name: string, page?: Page): Error {
	if (error instanceof SluiceError) return error;
	const where = page ? `${page.resource}: ${name}, ${pageName(page.number)}` : name;
	return new StageError(`${where}: ${messageOf(error)}`, {cause: error});
}

function failed(error: unknown, name: string, page: Page | undefined): Error {
	if (error instanceof SluiceError) return error;
	const where = page ? `${page.resource}: ${name}` : name;
	return new SinkError(`${where}: ${messageOf(error)}`, {cause: error});
}

export function messageOf(error: unknown): string {
	if (error instanceof RangeError && error.message.includes('call stack'))
		return 'a value is nested too deeply';
	return error instanceof Error ? error.message : String(error);
}
