/**
 * The only file that makes a Node stream. Stages are written as plain functions and objects over pages; here
 * they become object-mode streams with a high-water mark of 1, so that a slow sink stops the requests after a
 * handful of pages.
 */
import {Readable, Transform, type TransformCallback, Writable} from 'node:stream';
import {SinkError, SluiceError, StageError} from './errors.ts';
import {type Page, pageName} from './page.ts';
import {greatestNeed, type Need} from './records/need.ts';

/** What the stages of one pipeline add up to. All are counts from 0. */
export interface Counts {
	pages: number;
	/** Records that the source emitted. */
	read: number;
	/** Items among the records of the API that are null: they are left out. */
	nulls: number;
	/** Records that reached the sink. */
	written: number;
	duplicates: number;
	/** Rows that an incremental resource dropped: their cursor values are outside of its range. */
	outOfRange: number;
	/** Records without a cursor value that an incremental resource took, and that it left out. */
	withoutCursor: number;
	excluded: number;
	rejected: number;
	/** Partitions left out: parents without the value, or whose child is answered 403 or 404. */
	skipped: number;
	/** Values that the contract `discard_value` dropped. */
	discarded: number;
	/** HTTP requests sent, retries and token requests included. */
	requests: number;
	retries: number;
	/** Bytes of response bodies as they came over the wire. */
	bytesRead: number;
	bytesWritten: number;
}

/** How far a walk is by the word of its API. */
export interface Reach {
	/** Rows or pages that have come, those of earlier attempts included. */
	readonly came: number;
	readonly of: number;
	readonly unit: 'rows' | 'pages';
}

/**
 * What one stage adds. A source may say as well how many rows its API stated: `reach` while the walk goes on,
 * the others once it has ended.
 */
export interface StageCounts extends Partial<Counts> {
	/** Of a resource that is read in one walk. Absent while its API states no total. */
	reach?: Reach;
	/** Rows that there are by the API's own word. Absent when it gave none, or not all rows were asked for. */
	stated?: number;
	/** Rows that came, to be held against `stated`. */
	received?: number;
}

interface Registered {
	readonly counts: StageCounts;
	readonly needs?: (() => Need) | undefined;
	readonly onNeeds?: ((needs: () => Need) => void) | undefined;
}

const stages = new WeakMap<object, Registered>();

/** The running counts of a stage made here; empty for anybody else's stream. */
export function countsOf(stage: object): StageCounts {
	return stages.get(stage)?.counts ?? {};
}

/** What these stages, and all together, look at in records; of anybody else's it is the rows. */
export function needsOf(all: readonly unknown[]): Need {
	return greatestNeed(all.map(stage => stages.get(stage as object)?.needs?.() ?? 'rows'));
}

/** Lets a source know which stages its pages go to, before it makes the first one. */
export function connectNeeds(first: object, others: readonly unknown[]): void {
	stages.get(first)?.onNeeds?.(() => needsOf(others));
}

/**
 * A transform: a function of one page, and perhaps what is left to say at the end. State lives in the
 * closure.
 */
export interface PageTransform {
	/** What has to be known before the first page. */
	open?(): Promise<void>;
	/**
	 * Must return a page even when no record is left: it carries the cursor. Nothing only while `flush` still
	 * holds the page.
	 */
	page(page: Page): Page | undefined;
	/** Pages held back until the end. */
	flush?(): Iterable<Page>;
	/**
	 * What it looks at in records, asked before each answer is read: `text` where it only counts them or looks
	 * at other properties of the page, as records are parsed late then. @default 'rows'
	 */
	needs?(): Need;
	readonly counts?: Partial<Counts>;
}

/**
 * Where pages go. `close` makes everything written durable; `discard` removes what is unfinished after a
 * failure. It may come while one of the others is under way, which it ends, or waits for; after it, none is
 * called.
 */
export interface Sink {
	/** For messages: `parquet`, `jsonl`. */
	readonly name: string;
	open?(): Promise<void>;
	write(page: Page): Promise<void> | void;
	close(): Promise<void>;
	discard?(error: Error): Promise<void>;
	/** As that of a `PageTransform`. @default 'rows' */
	needs?(): Need;
	readonly counts?: Partial<Counts>;
}

/** A Readable of pages: `for await (const page of stream)` has their type. */
export interface PageStream extends Readable {
	[Symbol.asyncIterator](): NodeJS.AsyncIterator<Page>;
}

/**
 * Turns an ordered sequence of pages into the head of a pipeline. `counts` is the source's own running tally.
 * `onNeeds` is given what the stages of its pipeline look at in records, to be asked before each answer is read.
 * @example const rows = source([{resource: 'rows', number: 0, cursor: null, records: [{id: 1}]}]);
 */
export function source(
	pages: AsyncIterable<Page>,
	counts: StageCounts = {},
	onNeeds?: (needs: () => Need) => void,
): PageStream {
	const stream: PageStream = Readable.from(pages, {objectMode: true, highWaterMark: 1});
	stages.set(stream, {counts, onNeeds});
	return stream;
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

	// Nobody hears of what comes after an abort.
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
