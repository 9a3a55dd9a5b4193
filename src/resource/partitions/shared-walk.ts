/**
 * One walk of a resource for several readers, who take turns: the next page comes when every reader is done
 * with the last.
 */
import {stringify} from '../../core/json/json.ts';
import type {BoundPage, Position} from './partitions.ts';

export interface SharedWalk {
	/** Adds a reader. All readers are made before the first of them reads. */
	reader(): SharedReader;
}

export interface SharedReader extends AsyncIterableIterator<BoundPage> {
	/** Sets the position to begin at, instead of the beginning; must be called before the first `next()`. */
	begin(at: Position | undefined): this;
	next(): Promise<IteratorResult<BoundPage, undefined>>;
	/**
	 * Leaves the walk; when the last reader leaves, the source is closed. Works also for a reader that never
	 * began.
	 */
	return(): Promise<IteratorResult<BoundPage, undefined>>;
}

type Result = IteratorResult<BoundPage, undefined>;

export interface SharedWalkOptions {
	/** Opens the shared walk. Called at most once. */
	open(at: Position | undefined): AsyncIterable<BoundPage>;
	/** Opens a separate walk for one reader. Called at most once for each reader. */
	openAlone(at: Position | undefined): AsyncIterable<BoundPage>;
	/** Called when the shared walk is over: it ended or failed, or its last reader left. */
	onOver?(): void;
}

/**
 * Readers get each page in the order in which they were made, and asking for the next page ends a turn. So
 * the requests of readers are sent one reader after the other, and one page is held at most. When all readers
 * have set their positions, the walk begins at the earliest one; the other readers skip pages until their
 * own. A reader whose place does not come gets a walk of its own.
 */
export function shareWalk(options: SharedWalkOptions): SharedWalk {
	const turns = new Turns(options);
	return {
		reader() {
			const reader = new Reader(turns);
			turns.add(reader);
			return reader;
		},
	};
}

/** How the shared walk ended: with an error, or without. */
interface End {
	readonly error?: unknown;
}

const over = {done: true, value: undefined} as const;

/** One reader of the shared walk, or of a separate one if its place does not come in the shared walk. */
class Reader implements SharedReader {
	/** Where the reader begins. */
	at: Position | undefined;
	/** The reader has asked for a page at least once. */
	isBegun = false;
	/** The shared walk has reached its place. */
	isIn = false;
	readonly #turns: Turns;
	/** The page request that is waiting. */
	#asking: {resolve: (result: Result) => void; reject: (error: unknown) => void} | undefined;
	#own: AsyncIterator<BoundPage> | undefined;

	constructor(turns: Turns) {
		this.#turns = turns;
	}

	[Symbol.asyncIterator](): this {
		return this;
	}

	begin(at: Position | undefined): this {
		this.at = at;
		return this;
	}

	next(): Promise<Result> {
		if (this.#own) return nextOf(this.#own);
		if (!this.#turns.has(this)) return Promise.resolve(over);
		return new Promise((resolve, reject) => {
			this.isBegun = true;
			this.#asking = {resolve, reject};
			this.#turns.advance();
		});
	}

	async return(): Promise<Result> {
		if (this.#own) await this.#own.return?.();
		else if (this.#turns.has(this)) {
			this.end({});
			const parting = this.#turns.part(this);
			this.#turns.advance();
			await parting;
		}
		return over;
	}

	get isAsking(): boolean {
		return this.#asking !== undefined;
	}

	/** Gets the page that it has asked for. */
	give(page: BoundPage): void {
		this.#answer()?.resolve({done: false, value: page});
	}

	/** Ends the reader, as the shared walk is over. */
	end({error}: End): void {
		const asking = this.#answer();
		if (error === undefined) asking?.resolve(over);
		else asking?.reject(error);
	}

	/** Continues with a separate walk. */
	walkAlone(own: AsyncIterator<BoundPage>): void {
		this.#own = own;
		const asking = this.#answer();
		if (asking) nextOf(own).then(asking.resolve, asking.reject);
	}

	#answer() {
		const asking = this.#asking;
		this.#asking = undefined;
		return asking;
	}
}

/** The shared walk, and the reader whose turn it is. */
class Turns {
	readonly #options: SharedWalkOptions;
	readonly #readers: Reader[] = [];
	#iterator: AsyncIterator<BoundPage> | undefined;
	#end: End | undefined;
	#page: BoundPage | undefined;
	/** Readers that have yet to get the page. */
	#waiting: Reader[] = [];
	/** The reader that has it now. */
	#holder: Reader | undefined;
	#isPulling = false;

	constructor(options: SharedWalkOptions) {
		this.#options = options;
	}

	add(reader: Reader): void {
		this.#readers.push(reader);
	}

	has(reader: Reader): boolean {
		return this.#readers.includes(reader);
	}

	/** Continues as far as possible after a reader asked or left. */
	advance(): void {
		if (this.#end) {
			for (const reader of this.#readers) reader.end(this.#end);
			return;
		}
		if (this.#holder && !this.#holder.isAsking) return;
		this.#holder = undefined;
		const [following] = this.#waiting;
		if (following) {
			if (!following.isAsking) return;
			this.#waiting.shift();
			this.#holder = following;
			following.give(this.#page as BoundPage);
			return;
		}
		const areAllHere = this.#readers.length > 0 && this.#readers.every(({isBegun}) => isBegun);
		if (!this.#isPulling && areAllHere) void this.#pull();
	}

	async #pull(): Promise<void> {
		this.#isPulling = true;
		this.#page = undefined;
		try {
			this.#iterator ??= this.#begun();
			const {done, value} = await this.#iterator.next();
			if (done) this.#finish({});
			else this.#offer(value);
		} catch (error) {
			this.#finish({error});
		}
		this.#isPulling = false;
		this.advance();
	}

	#begun(): AsyncIterator<BoundPage> {
		const start = furthestBack(this.#readers);
		for (const reader of this.#readers) reader.isIn = isSame(reader.at, start);
		return opened(this.#options.open, start);
	}

	#offer(page: BoundPage): void {
		this.#page = page;
		this.#waiting = this.#readers.filter(({isIn}) => isIn);
		// The page before the first one of this reader should end where the reader begins. A body that was cut
		// into other slices this time has no such page.
		const here = {cursor: page.cursor ?? null, page: page.number + 1};
		for (const reader of this.#readers.filter(({isIn, at}) => !isIn && pageOf(at) <= here.page)) {
			if (isSame(reader.at, here)) reader.isIn = true;
			else this.#separate(reader);
		}
	}

	#finish(how: End): void {
		if (this.#end) return;
		this.#end = how;
		this.#options.onOver?.();
		// There may be fewer pages this time.
		if ('error' in how) return;
		for (const reader of this.#readers.filter(({isIn}) => !isIn)) this.#separate(reader);
	}

	#separate(reader: Reader): void {
		reader.walkAlone(opened(this.#options.openAlone, reader.at));
		this.part(reader).catch(() => {});
	}

	/** Removes a reader from the shared walk. Removing the last one closes the walk. */
	async part(reader: Reader): Promise<void> {
		this.#readers.splice(this.#readers.indexOf(reader), 1);
		this.#waiting = this.#waiting.filter(other => other !== reader);
		if (this.#holder === reader) this.#holder = undefined;
		if (this.#readers.length > 0 || this.#end) return;
		this.#finish({});
		await this.#iterator?.return?.();
	}
}

// Errors of opening the walk are thrown where its pages would come.
async function* opened(open: SharedWalkOptions['open'], at: Position | undefined): AsyncGenerator<BoundPage> {
	yield* open(at);
}

async function nextOf(iterator: AsyncIterator<BoundPage>): Promise<Result> {
	const result = await iterator.next();
	return result.done ? {done: true, value: undefined} : result;
}

// The earliest position. The beginning is before any place with the same page number.
function furthestBack(readers: readonly Reader[]): Position | undefined {
	const pages = readers.map(({at}) => at?.page ?? -1);
	return readers[pages.indexOf(Math.min(...pages))]?.at;
}

function pageOf(at: Position | undefined): number {
	return at?.page ?? 0;
}

function isSame(one: Position | undefined, other: Position | undefined): boolean {
	return pageOf(one) === pageOf(other) && stringify(one?.cursor ?? null) === stringify(other?.cursor ?? null);
}
