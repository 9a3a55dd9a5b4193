/**
 * One walk of a resource for several readers, who take turns: nobody gets the next page before everybody has
 * dealt with the last.
 */
import {stringify} from '../../core/json/json.ts';
import type {BoundPage, Position} from './partitions.ts';

export interface SharedWalk {
	/** One more reader; all are made before the first of them reads. */
	reader(): SharedReader;
}

export interface SharedReader extends AsyncIterableIterator<BoundPage> {
	/** Begins at a position instead of at the beginning; to be called before the first `next()`. */
	begin(at: Position | undefined): this;
	next(): Promise<IteratorResult<BoundPage, undefined>>;
	/** Leaves; when the last one does, the source is closed. Also for a reader that never began. */
	return(): Promise<IteratorResult<BoundPage, undefined>>;
}

type Result = IteratorResult<BoundPage, undefined>;

export interface SharedWalkOptions {
	/** The walk that is shared. Opened at most once. */
	open(at: Position | undefined): AsyncIterable<BoundPage>;
	/** A walk for one reader alone, beside the shared one. Opened at most once a reader. */
	openAlone(at: Position | undefined): AsyncIterable<BoundPage>;
	/** The shared walk is over: it ended, or failed, or nobody reads it any longer. */
	onOver?(): void;
}

interface Turn {
	/** Where it begins. */
	at?: Position | undefined;
	/** It has asked for a page at least once. */
	isBegun: boolean;
	/** The shared walk has come by its place. */
	isIn: boolean;
	/** Asks for a page and waits. */
	asking?: {resolve: (result: Result) => void; reject: (error: unknown) => void};
	/** A walk of its own, for a reader whose place is not one of the shared walk. */
	own?: AsyncIterator<BoundPage>;
}

/**
 * Readers get each page in the order in which they were made, and asking for the next page ends a turn. So
 * requests that readers make are made one reader after the other, and one page is held at most. The walk
 * begins where the reader does that has the furthest to go, when all have said where that is; the others let
 * pages pass until their own. Whoever finds that its place does not come walks alone.
 */
export function shareWalk({open, openAlone, onOver = () => {}}: SharedWalkOptions): SharedWalk {
	const readers: Turn[] = [];
	const over = {done: true, value: undefined} as const;
	let iterator: AsyncIterator<BoundPage> | undefined;
	let end: {readonly error?: unknown} | undefined;
	let page: BoundPage | undefined;
	// Who has yet to get the page, and who has it now.
	let waiting: Turn[] = [];
	let holder: Turn | undefined;
	let isPulling = false;

	function advance(): void {
		if (end) {
			for (const reader of readers) settle(reader, end);
			return;
		}
		if (holder && !holder.asking) return;
		holder = undefined;
		const [following] = waiting;
		if (following) {
			if (!following.asking) return;
			const {resolve} = following.asking;
			delete following.asking;
			waiting.shift();
			holder = following;
			resolve({done: false, value: page as BoundPage});
		} else if (!isPulling && readers.length > 0 && readers.every(({isBegun}) => isBegun)) {
			void pull();
		}
	}

	function settle(reader: Turn, {error}: {readonly error?: unknown}): void {
		const {asking} = reader;
		delete reader.asking;
		if (error === undefined) asking?.resolve(over);
		else asking?.reject(error);
	}

	async function pull(): Promise<void> {
		isPulling = true;
		page = undefined;
		try {
			iterator ??= begun();
			const {done, value} = await iterator.next();
			if (done) finish({});
			else offer(value);
		} catch (error) {
			finish({error});
		}
		isPulling = false;
		advance();
	}

	function begun(): AsyncIterator<BoundPage> {
		const start = furthestBack(readers);
		for (const reader of readers) reader.isIn = isSame(reader.at, start);
		return opened(open, start);
	}

	function offer(next: BoundPage): void {
		page = next;
		waiting = readers.filter(({isIn}) => isIn);
		// The page before its first one should end where it begins. A body that was cut into other slices this time
		// has no such page.
		const here = {cursor: next.cursor ?? null, page: next.number + 1};
		for (const reader of readers.filter(({isIn, at}) => !isIn && pageOf(at) <= here.page)) {
			if (isSame(reader.at, here)) reader.isIn = true;
			else walkAlone(reader);
		}
	}

	function finish(how: {readonly error?: unknown}): void {
		if (end) return;
		end = how;
		onOver();
		// There may be fewer pages this time.
		if (!('error' in how)) for (const reader of readers.filter(({isIn}) => !isIn)) walkAlone(reader);
	}

	function walkAlone(reader: Turn): void {
		reader.own = opened(openAlone, reader.at);
		const {asking} = reader;
		delete reader.asking;
		if (asking) nextOf(reader.own).then(asking.resolve, asking.reject);
		part(reader).catch(() => {});
	}

	/** It has no more part in what is shared. The last one closes it. */
	async function part(reader: Turn): Promise<void> {
		readers.splice(readers.indexOf(reader), 1);
		waiting = waiting.filter(other => other !== reader);
		if (holder === reader) holder = undefined;
		if (readers.length > 0 || end) return;
		finish({});
		await iterator?.return?.();
	}

	async function leave(reader: Turn): Promise<Result> {
		if (reader.own) await reader.own.return?.();
		else if (readers.includes(reader)) {
			settle(reader, {});
			const parting = part(reader);
			advance();
			await parting;
		}
		return over;
	}

	return {
		reader() {
			const reader: Turn = {isBegun: false, isIn: false};
			readers.push(reader);
			return {
				[Symbol.asyncIterator]() {
					return this;
				},
				begin(at) {
					reader.at = at;
					return this;
				},
				next() {
					if (reader.own) return nextOf(reader.own);
					if (!readers.includes(reader)) return Promise.resolve(over);
					return new Promise((resolve, reject) => {
						reader.isBegun = true;
						reader.asking = {resolve, reject};
						advance();
					});
				},
				return: () => leave(reader),
			};
		},
	};
}

// What goes wrong when it opens comes out where pages would.
async function* opened(open: SharedWalkOptions['open'], at: Position | undefined): AsyncGenerator<BoundPage> {
	yield* open(at);
}

async function nextOf(iterator: AsyncIterator<BoundPage>): Promise<Result> {
	const result = await iterator.next();
	return result.done ? {done: true, value: undefined} : result;
}

// The beginning before any place that claims the same page.
function furthestBack(readers: readonly Turn[]): Position | undefined {
	const pages = readers.map(({at}) => at?.page ?? -1);
	return readers[pages.indexOf(Math.min(...pages))]?.at;
}

function pageOf(at: Position | undefined): number {
	return at?.page ?? 0;
}

function isSame(one: Position | undefined, other: Position | undefined): boolean {
	return pageOf(one) === pageOf(other) && stringify(one?.cursor ?? null) === stringify(other?.cursor ?? null);
}
