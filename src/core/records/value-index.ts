/**
 * The positions of values in the text of records, by record and key, without the values. A stage that needs a
 * column (to check its type, to find keys, to store it) goes through the index and makes only what it needs
 * from the bytes.
 */
import {BACKSLASH, CLOSE_OBJECT, COMMA, QUOTE} from '../json/ascii.ts';
import {type JsonObject, type JsonValue, parse} from '../json/json.ts';
import {numberAt} from '../json/numerals.ts';
import type {KeyTable} from './key-table.ts';
import {bytesMatch, endOfString, endOfValue, skipSpace, startOfMember} from './scan.ts';

// Objects with ids as keys make no table.
const MOST_KEYS = 256;
const FIRST_KEYS = 4;
const FIRST_ROWS = 128;
/**
 * The entries that a page may have in any case. Above this number, there may be as many as its text has
 * bytes: records with few of many keys make no table.
 */
const ROOMY = 2 ** 18;

export interface ValueIndex {
	readonly keys: KeyTable;
	readonly bytes: Uint8Array;
	readonly rows: number;
	/**
	 * At `row * stride + 2 * key` the index of the first byte of a value, 0 where a record has no such key;
	 * then the index after its last byte. Keys have their numbers of the table.
	 */
	readonly spans: Int32Array;
	/** Keys that are found later are beyond it. */
	readonly stride: number;
	/** Whether the keys of each record come in the order of the table. */
	readonly isInOrder: boolean;
}

/** A parsed value; `undefined` where the record has none. */
export function valueAt({bytes, spans, stride}: ValueIndex, row: number, key: number): JsonValue | undefined {
	const at = row * stride + 2 * key;
	const start = 2 * key < stride ? (spans[at] as number) : 0;
	if (start === 0) return undefined;
	const end = spans[at + 1] as number;
	const number = numberAt(bytes, start, end);
	return Number.isNaN(number) ? parse(textAt(bytes, start, end)) : number;
}

/** A record with the values of these keys alone. */
export function valuesOf(index: ValueIndex, row: number, names: readonly string[]): JsonObject {
	const record: JsonObject = {};
	for (const name of names) {
		const key = index.keys.indexOf(name);
		const value = key < 0 ? undefined : valueAt(index, row, key);
		if (value !== undefined) record[name] = value;
	}
	return record;
}

/** The bytes of a range as text. */
export function textAt(bytes: Uint8Array, start: number, end: number): string {
	return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString();
}

/** Makes the index of one page, record by record. */
export class ValueIndexer {
	readonly #keys: KeyTable;
	readonly #mostPlaces: number;
	#spans: Int32Array;
	#stride: number;
	#rows = 0;
	#isInOrder = true;
	// Records that have a key twice, hide one behind an escape, or bring too many make no table.
	#isTable = true;

	constructor(keys: KeyTable, textLength: number) {
		this.#keys = keys;
		this.#mostPlaces = Math.max(ROOMY, textLength);
		this.#stride = 2 * Math.max(FIRST_KEYS, keys.names.length);
		this.#spans = keys.scratch;
	}

	/** The index after the record that begins at `open`, or -1 if it is no JSON. */
	read(bytes: Uint8Array, open: number): number {
		if (this.#isTable) {
			const end = this.#read(bytes, open);
			if (end > 0) {
				this.#rows++;
				return end;
			}
			this.#isTable = false;
		}
		return endOfValue(bytes, open);
	}

	/**
	 * The index of all records that were read; `moved` has the number of bytes by which each has moved to the
	 * front since.
	 */
	index(bytes: Uint8Array, moved: readonly number[]): ValueIndex | undefined {
		if (!this.#isTable) return undefined;
		const stride = this.#stride;
		const spans = this.#spans.slice(0, this.#rows * stride);
		for (let row = 0; row < this.#rows; row++) {
			const by = moved[row] ?? 0;
			if (by === 0) continue;
			for (let at = row * stride; at < (row + 1) * stride; at++)
				if (spans[at] !== 0) (spans[at] as number) -= by;
		}
		return {keys: this.#keys, bytes, rows: this.#rows, spans, stride, isInOrder: this.#isInOrder};
	}

	// Also returns -1 for a record that makes no table.
	#read(bytes: Uint8Array, open: number): number {
		if (!this.#makeRoom()) return -1;
		const {written} = this.#keys;
		let spans = this.#spans;
		let base = this.#rows * this.#stride;
		let member = skipSpace(bytes, open + 1);
		if (bytes[member] === CLOSE_OBJECT) return member + 1;
		for (let expected = 0; ; expected++) {
			const key = written[expected];
			let value = -1;
			if (key !== undefined && bytesMatch(key, bytes, member)) value = skipSpace(bytes, member + key.length);
			else {
				value = startOfMember(bytes, member);
				const index = value < 0 ? -1 : this.#find(bytes, member, expected);
				if (index < 0) return -1;
				if (index < expected) this.#isInOrder = false;
				expected = index;
				spans = this.#spans;
				base = this.#rows * this.#stride;
			}
			const at = base + 2 * expected;
			const end = bytes[value] === QUOTE ? endOfString(bytes, value) : endOfValue(bytes, value, 1);
			if (end < 0 || spans[at] !== 0) return -1;
			spans[at] = value;
			spans[at + 1] = end;
			const next = skipSpace(bytes, end);
			if (bytes[next] === CLOSE_OBJECT) return next + 1;
			if (bytes[next] !== COMMA) return -1;
			member = skipSpace(bytes, next + 1);
		}
	}

	// The number of a key that is not the expected one, perhaps a new one.
	#find(bytes: Uint8Array, start: number, expected: number): number {
		const end = endOfString(bytes, start);
		const known = this.#keys.find(bytes, start, end, expected);
		if (known >= 0) return known;
		if (this.#keys.names.length === MOST_KEYS || bytes.subarray(start, end).includes(BACKSLASH)) return -1;
		const index = this.#keys.add(bytes, start, end);
		return 2 * index < this.#stride || this.#widen() ? index : -1;
	}

	// Makes room for one more row, without values. Returns whether the index may be so large.
	#makeRoom(): boolean {
		const from = this.#rows * this.#stride;
		const to = from + this.#stride;
		if (to > this.#mostPlaces) return false;
		if (to > this.#spans.length) {
			const larger = new Int32Array(Math.min(2 * to, this.#mostPlaces));
			larger.set(this.#spans);
			this.#replace(larger);
		}
		this.#spans.fill(0, from, to);
		return true;
	}

	#widen(): boolean {
		const stride = 2 * this.#stride;
		if (stride * (this.#rows + 1) > this.#mostPlaces) return false;
		const wider = new Int32Array(Math.min(stride * (this.#rows + FIRST_ROWS), this.#mostPlaces));
		for (let row = 0; row <= this.#rows; row++)
			wider.set(this.#spans.subarray(row * this.#stride, (row + 1) * this.#stride), row * stride);
		this.#replace(wider);
		this.#stride = stride;
		return true;
	}

	#replace(spans: Int32Array): void {
		this.#spans = spans;
		this.#keys.scratch = spans;
	}
}

/** The index of records in lines; `undefined` where they make no table. */
export function indexLines(lines: Uint8Array, keys: KeyTable): ValueIndex | undefined {
	const indexer = new ValueIndexer(keys, lines.length);
	for (let at = 0; at < lines.length; at++) at = indexer.read(lines, at);
	return indexer.index(lines, []);
}
