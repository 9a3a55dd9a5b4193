/**
 * Records in the form of their text. Most pages need no records: the built-in stages write the text
 * unchanged, or read single values from it. A stage that accesses a record like an array may also change it,
 * so from then on the records count, and the text is dropped.
 */
import {type JsonObject, parse} from '../json/json.ts';
import type {KeyTable} from './key-table.ts';
import type {RecordList} from './record-list.ts';
import {indexLines, textAt, type ValueIndex, valuesOf} from './value-index.ts';

/** Known parts of the records. */
export interface KnownParts {
	/** `null`: the records make no table. */
	readonly index?: ValueIndex | null | undefined;
	readonly rows?: readonly JsonObject[] | undefined;
	readonly last?: JsonObject | undefined;
}

const LINE_FEED = 0x0a;

export class LazyRecords implements RecordList {
	readonly length: number;
	readonly #keys: KeyTable;
	#text: Uint8Array | undefined;
	#index: ValueIndex | null | undefined;
	#rows: readonly JsonObject[] | undefined;
	readonly #last: JsonObject | undefined;

	/** `text` has each record on its own line, with its line feed, and is valid JSON. */
	constructor(length: number, text: Uint8Array, keys: KeyTable, {index, rows, last}: KnownParts = {}) {
		this.length = length;
		this.#text = text;
		this.#keys = keys;
		this.#index = index;
		this.#rows = rows;
		this.#last = last;
	}

	/** For stages of Sluice: the lines, until another stage has accessed the records. */
	text(): Uint8Array | undefined {
		return this.#text;
	}

	/**
	 * For stages of Sluice: the positions of the values in the text, as long as there is one, and the records
	 * make a table.
	 */
	index(): ValueIndex | undefined {
		if (!this.#text) return undefined;
		if (this.#index === undefined) this.#index = indexLines(this.#text, this.#keys) ?? null;
		return this.#index ?? undefined;
	}

	/** For stages of Sluice that change no record: the records, which keep their text. */
	rows(): readonly JsonObject[] {
		this.#rows ??= this.#parsed();
		return this.#rows;
	}

	/**
	 * For stages of Sluice that change no record: the last record, which is mostly known without the others.
	 */
	last(): JsonObject | undefined {
		return this.#last ?? this.rows().at(-1);
	}

	/** For stages of Sluice: the first `count` of the records, which keep their text. */
	first(count: number): RecordList {
		const text = this.#text;
		if (!text) return this.rows().slice(0, count);
		let end = 0;
		for (let line = 0; line < count; line++) end = text.indexOf(LINE_FEED, end) + 1;
		return new LazyRecords(count, text.subarray(0, end), this.#keys, {
			index: this.#index && {...this.#index, rows: count},
			rows: this.#rows?.slice(0, count),
		});
	}

	[Symbol.iterator](): IterableIterator<JsonObject> {
		return this.#opened()[Symbol.iterator]();
	}

	at(index: number): JsonObject | undefined {
		return this.#opened().at(index);
	}

	slice(start?: number, end?: number): JsonObject[] {
		return this.#opened().slice(start, end);
	}

	map<T>(change: (record: JsonObject, index: number) => T): T[] {
		return this.#opened().map((record, index) => change(record, index));
	}

	flatMap<T>(change: (record: JsonObject, index: number) => T | readonly T[]): T[] {
		return this.#opened().flatMap((record, index) => change(record, index));
	}

	filter(test: (record: JsonObject, index: number) => unknown): JsonObject[] {
		return this.#opened().filter((record, index) => test(record, index));
	}

	find(test: (record: JsonObject, index: number) => unknown): JsonObject | undefined {
		return this.#opened().find((record, index) => test(record, index));
	}

	findIndex(test: (record: JsonObject, index: number) => unknown): number {
		return this.#opened().findIndex((record, index) => test(record, index));
	}

	some(test: (record: JsonObject, index: number) => unknown): boolean {
		return this.#opened().some((record, index) => test(record, index));
	}

	every(test: (record: JsonObject, index: number) => unknown): boolean {
		return this.#opened().every((record, index) => test(record, index));
	}

	forEach(run: (record: JsonObject, index: number) => void): void {
		for (const [index, record] of this.entries()) run(record, index);
	}

	reduce<T>(add: (sum: T, record: JsonObject, index: number) => T, start: T): T {
		return this.#opened().reduce((sum, record, index) => add(sum, record, index), start);
	}

	entries(): IterableIterator<[number, JsonObject]> {
		return this.#opened().entries();
	}

	values(): IterableIterator<JsonObject> {
		return this.#opened().values();
	}

	/** `JSON.stringify` writes a list. */
	toJSON(): JsonObject[] {
		return this.slice();
	}

	/** `console.log` shows a list. */
	[Symbol.for('nodejs.util.inspect.custom')](): readonly JsonObject[] {
		return this.rows();
	}

	// The records go to code that may change them.
	#opened(): readonly JsonObject[] {
		const rows = this.rows();
		this.#text = undefined;
		this.#index = undefined;
		return rows;
	}

	/** For stages of Sluice: the last `count` of the records at most. No other record is parsed. */
	lastRows(count: number): readonly JsonObject[] {
		const text = this.#text;
		return text && !this.#rows ? parsedLines(text, startOfLast(text, count)) : this.rows().slice(-count);
	}

	/**
	 * For stages of Sluice: the values of these keys in the last `count` of the records at most. `undefined`
	 * where the records have to be parsed for them.
	 */
	lastValues(count: number, names: readonly string[]): readonly JsonObject[] | undefined {
		const text = this.#text;
		if (!text || this.#index === null) return undefined;
		const index = this.#index ?? indexLines(text.subarray(startOfLast(text, count)), this.#keys);
		if (!index) return undefined;
		const first = Math.max(index.rows - count, 0);
		return Array.from({length: index.rows - first}, (_, i) => valuesOf(index, first + i, names));
	}

	#parsed(): JsonObject[] {
		return parsedLines(this.#text as Uint8Array, 0);
	}
}

// The start of the last lines.
function startOfLast(text: Uint8Array, count: number): number {
	let start = text.length;
	for (let line = 0; line < count && start > 0; line++) start = text.lastIndexOf(LINE_FEED, start - 2) + 1;
	return start;
}

function parsedLines(text: Uint8Array, start: number): JsonObject[] {
	return parse(`[${textAt(text, start, text.length - 1).replaceAll('\n', ',')}]`) as JsonObject[];
}

/** The records as lines, if they are still text. */
export function linesOf(records: RecordList): Uint8Array | undefined {
	return records instanceof LazyRecords ? records.text() : undefined;
}

/** The positions of the values of the records, if they are still text, and make a table. */
export function valueIndexOf(records: RecordList): ValueIndex | undefined {
	return records instanceof LazyRecords ? records.index() : undefined;
}

/** The records as an array, for code that changes none of them: they keep their text. */
export function rowsIn(records: RecordList): readonly JsonObject[] {
	if (records instanceof LazyRecords) return records.rows();
	return Array.isArray(records) ? records : [...records];
}

/** The last record, for code that does not change it: the records keep their text. */
export function lastRecord(records: RecordList): JsonObject | undefined {
	return records instanceof LazyRecords ? records.last() : records.at(-1);
}

/** The first `count` of the records, which keep their text. */
export function firstRecords(records: RecordList, count: number): RecordList {
	return records instanceof LazyRecords ? records.first(count) : records.slice(0, count);
}

/**
 * The values of these keys in the last `count` of the records at most; `undefined` where the records are no
 * text, or make no table.
 */
export function lastValues(
	records: RecordList,
	count: number,
	names: readonly string[],
): readonly JsonObject[] | undefined {
	return records instanceof LazyRecords ? records.lastValues(count, names) : undefined;
}

/** The last `count` of the records at most. If the records are text, no other record is parsed. */
export function lastRows(records: RecordList, count: number): readonly JsonObject[] {
	return records instanceof LazyRecords ? records.lastRows(count) : rowsIn(records).slice(-count);
}
