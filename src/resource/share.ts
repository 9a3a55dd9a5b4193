/** One walk of a resource for several readers, who take turns: nobody gets the next page before everybody has dealt with the last. */
import {stringify} from '../core/json.ts';
import type {Cursor} from '../core/page.ts';
import type {BoundPage, Position} from './partitions.ts';

export interface Share {
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

interface Turn {
	/** Where it begins. */
	at?: Position | undefined;
	/** It has asked for a page at least once. */
	isBegun: boolean;
	/** Asks for a page and waits. */
	asking?: {resolve: (result: Result) => void; reject: (error: unknown) => void};
	/** A walk of its own, for a reader whose place is not one of the shared walk. */
	own?: AsyncIterator<BoundPage>;
}

/**
 * Readers get each page in the order in which they were made, and asking for the next page ends a turn. So requests that readers
 * make are made one reader after the other, and one page is held at most. The walk begins where the reader does that has the
 * furthest to go, when all have said where that is; the others let pages pass until their own. `onAbandoned` runs when all have
 * left.
 */
export function share(open: (at: Position | undefined) => AsyncIterable<BoundPage>, onAbandoned: () => void = () => {}): Share {
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
		} else if (!isPulling && readers.length > 0 && readers.every(({isBegun}) => isBegun) && readers.some(({asking}) => asking)) {
			pull();
		}
	}

	function settle(reader: Turn, {error}: {readonly error?: unknown}): void {
		const {asking} = reader;
		delete reader.asking;
		if (error === undefined) asking?.resolve(over);
		else asking?.reject(error);
	}

	function pull(): void {
		isPulling = true;
		page = undefined;
		iterator ??= begun();
		iterator.next().then(
			({done, value}) => {
				isPulling = false;
				if (done) end = {};
				else offer(value);
				advance();
			},
			error => {
				isPulling = false;
				end = {error};
				advance();
			},
		);
	}

	function begun(): AsyncIterator<BoundPage> {
		const start = furthestBack(readers);
		for (const reader of [...readers])
			if (reader.at?.page === start?.page && !isSame(reader.at?.cursor, start?.cursor)) walkAlone(reader);
		return open(start)[Symbol.asyncIterator]();
	}

	function offer(next: BoundPage): void {
		page = next;
		waiting = readers.filter(({at}) => next.number >= (at?.page ?? 0));
		for (const reader of [...readers]) if (isMissed(reader.at, next)) walkAlone(reader);
	}

	// It has no more part in what is shared.
	function walkAlone(reader: Turn): void {
		readers.splice(readers.indexOf(reader), 1);
		waiting = waiting.filter(other => other !== reader);
		reader.own = open(reader.at)[Symbol.asyncIterator]();
		const {asking} = reader;
		delete reader.asking;
		if (asking) nextOf(reader.own).then(asking.resolve, asking.reject);
	}

	async function leave(reader: Turn): Promise<Result> {
		const position = readers.indexOf(reader);
		if (position < 0) {
			await reader.own?.return?.();
			return over;
		}
		readers.splice(position, 1);
		waiting = waiting.filter(other => other !== reader);
		if (holder === reader) holder = undefined;
		settle(reader, {});
		if (readers.length > 0) {
			advance();
			return over;
		}
		onAbandoned();
		await iterator?.return?.();
		return over;
	}

	return {
		reader() {
			const reader: Turn = {isBegun: false};
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

async function nextOf(iterator: AsyncIterator<BoundPage>): Promise<Result> {
	const result = await iterator.next();
	return result.done ? {done: true, value: undefined} : result;
}

function furthestBack(readers: readonly Turn[]): Position | undefined {
	const pages = readers.map(({at}) => at?.page ?? 0);
	return readers[pages.indexOf(Math.min(...pages))]?.at;
}

// The page before its first one should end where it begins. A body that was cut into other slices this time has no such page.
function isMissed(at: Position | undefined, {number, cursor}: BoundPage): boolean {
	return at !== undefined && number === at.page - 1 && !isSame(at.cursor, cursor);
}

function isSame(one: Cursor | undefined, other: Cursor | undefined): boolean {
	return stringify(one ?? null) === stringify(other ?? null);
}
