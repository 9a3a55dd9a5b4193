/**
 * Text in a row group: each distinct value once and a number per row, or each value by itself where too few
 * repeat.
 */

import {bitWidth, encodeRleBitPacked} from '../rle-bit-packed.ts';
import {ByteStringsBuffer, type Viewed} from './byte-strings.ts';
import {type ColumnBuffer, grownCopy} from './column-buffers.ts';
import {CROWDED, DictionaryTable, ESCAPED} from './dictionary-table.ts';

/**
 * With more distinct values, or more bytes of them, no dictionary is used: every look at the chunk would read
 * its page.
 */
const MOST_ENTRIES = 65_536;
const MOST_BYTES = 4 * 1024 * 1024;
/** After this many values, a dictionary must pay: fewer than one distinct value in two. */
const TRIAL = 4000;
/** Row groups without a dictionary after one that gave it up: columns of keys or names hardly ever change. */
const RESPITE = 8;

export class TextBuffer implements ColumnBuffer {
	readonly kind = 'text';
	/** The texts themselves, when there is no dictionary. */
	readonly plain = new ByteStringsBuffer();
	#entries: DictionaryTable | undefined;
	#indexes = new Int32Array(256);
	#count = 0;
	/** The number of following row groups without a dictionary. */
	#respite = 0;

	constructor(entries = new DictionaryTable()) {
		this.#entries = entries;
	}

	get count(): number {
		return this.#entries ? this.#count : this.plain.count;
	}

	clear(): void {
		this.plain.clear();
		if (this.#respite === 0) {
			this.#entries ??= new DictionaryTable();
			this.#entries.clear();
		} else {
			this.#entries = undefined;
			this.#respite--;
		}
		this.#count = 0;
	}

	get byteLength(): number {
		return this.#entries ? this.#entries.byteLength + this.#count * 4 : this.plain.byteLength;
	}

	add(text: string): void {
		if (!this.#entries) {
			this.plain.addText(text);
			return;
		}
		const {values} = this.#entries;
		const length = values.writeText(text);
		const from = values.end + 4;
		this.#note(this.#entries, values, from, from + length, false);
	}

	/** Adds an encoded text. */
	addFrom(source: Viewed, from: number, to: number): void {
		if (this.#entries) this.#note(this.#entries, source, from, to, false);
		else this.plain.addFrom(source, from, to);
	}

	/** The same, unless there is a backslash in it: then it returns false. */
	addPlain(source: Viewed, from: number, to: number): boolean {
		return this.#entries
			? this.#note(this.#entries, source, from, to, true)
			: this.plain.addPlain(source, from, to);
	}

	/** The page of distinct values, if there is one. Called when the chunk is complete: it fixes the choice. */
	dictionary(): ByteStringsBuffer | undefined {
		if (this.#entries && !this.#pays(this.#entries)) this.#giveUp(this.#entries);
		return this.#entries?.values;
	}

	sizeOf(from: number, to: number): number {
		return this.#entries ? (to - from) * 4 : this.plain.sizeOf(from, to);
	}

	encode(from: number, to: number): Buffer {
		if (!this.#entries) return this.plain.encode(from, to);
		const width = bitWidth(Math.max(1, this.#entries.values.count - 1));
		return Buffer.concat([Buffer.of(width), encodeRleBitPacked(this.#indexes, from, to, width)]);
	}

	#note(entries: DictionaryTable, source: Viewed, from: number, to: number, plain: boolean): boolean {
		const {values} = entries;
		const before = values.count;
		const number = entries.find(source, from, to, plain);
		if (number === ESCAPED) return false;
		if (number === CROWDED) {
			this.#giveUp(entries);
			this.plain.addFrom(source, from, to);
			return true;
		}
		if (this.#count === this.#indexes.length) this.#indexes = grownCopy(this.#indexes, this.#count + 1);
		this.#indexes[this.#count++] = number;
		if (number < before) return true;
		const isTooLarge = values.count >= MOST_ENTRIES || values.end - values.count * 4 > MOST_BYTES;
		if (isTooLarge || (this.#count > TRIAL && !this.#pays(entries))) this.#giveUp(entries);
		return true;
	}

	#pays({values}: DictionaryTable): boolean {
		return this.#count > 0 && values.count * 2 <= this.#count;
	}

	#giveUp({values}: DictionaryTable): void {
		for (let i = 0; i < this.#count; i++) {
			const number = this.#indexes[i] as number;
			this.plain.addFrom(values, (values.starts[number] as number) + 4, values.starts[number + 1] as number);
		}
		this.#entries = undefined;
		if (this.#count > 0) this.#respite = RESPITE - 1;
	}
}
