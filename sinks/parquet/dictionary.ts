/** Text in a row group: each distinct value once and a number per row, or value by value where too few repeat. */

import {bitWidth, encodeHybrid} from './hybrid.ts';
import {BytesStore, grown, type Store} from './stores.ts';

/** Distinct values, and their UTF-16 units, beyond which a dictionary is given up: its page is read for every look at the chunk. */
const MOST_ENTRIES = 65_536;
const MOST_UNITS = 4 * 1024 * 1024;
/** Values after which a dictionary must pay: fewer than one distinct value in two. */
const TRIAL = 4000;
/** Row groups from one that gave its dictionary up to the next that tries one: columns of keys or names hardly ever change. */
const RESPITE = 8;

export class TextStore implements Store {
	readonly kind = 'text';
	/** The texts themselves, once the dictionary is given up. */
	readonly plain = new BytesStore();
	#entries: Map<string, number> | undefined = new Map();
	#distinct: BytesStore | undefined;
	#units = 0;
	#indexes = new Int32Array(256);
	#count = 0;
	/** Row groups to go without a dictionary, after this one. */
	#respite = 0;

	get count(): number {
		return this.#entries ? this.#count : this.plain.count;
	}

	clear(): void {
		this.plain.clear();
		this.#entries = this.#respite === 0 ? new Map() : undefined;
		if (this.#respite > 0) this.#respite--;
		this.#distinct = undefined;
		this.#units = 0;
		this.#count = 0;
	}

	get byteLength(): number {
		return this.#entries ? this.#units * 2 + this.#entries.size * 16 + this.#count * 4 : this.plain.byteLength;
	}

	add(text: string): void {
		const entries = this.#entries;
		if (!entries) {
			this.plain.addText(text);
			return;
		}
		if (this.#count === this.#indexes.length) this.#indexes = grown(this.#indexes, this.#count + 1);
		const known = entries.get(text);
		if (known !== undefined) {
			this.#indexes[this.#count++] = known;
			return;
		}
		this.#indexes[this.#count++] = entries.size;
		entries.set(text, entries.size);
		this.#units += text.length;
		if ((this.#count > TRIAL && !this.#pays()) || entries.size >= MOST_ENTRIES || this.#units > MOST_UNITS) this.#giveUp();
	}

	/** A text as it is encoded, from a place in a page; it is not decoded unless it has to be. */
	addFrom(source: Buffer, from: number, to: number): void {
		if (this.#entries) this.add(source.toString('utf8', from, to));
		else this.plain.addFrom(source, from, to);
	}

	/** The page of distinct values, when there is one. Called when the chunk is complete: it fixes the choice. */
	dictionary(): BytesStore | undefined {
		if (this.#entries && !this.#pays()) this.#giveUp();
		if (!this.#entries || this.#distinct) return this.#distinct;
		this.#distinct = new BytesStore();
		for (const text of this.#entries.keys()) this.#distinct.addText(text);
		return this.#distinct;
	}

	sizeOf(index: number): number {
		return this.#entries ? 4 : this.plain.sizeOf(index);
	}

	encode(from: number, to: number): Buffer {
		if (!this.#entries) return this.plain.encode(from, to);
		const width = bitWidth(Math.max(1, this.#entries.size - 1));
		return Buffer.concat([Buffer.of(width), encodeHybrid(this.#indexes, from, to, width)]);
	}

	#pays(): boolean {
		return this.#count > 0 && (this.#entries?.size ?? 0) * 2 <= this.#count;
	}

	#giveUp(): void {
		const texts = [...(this.#entries?.keys() ?? [])];
		for (let i = 0; i < this.#count; i++) this.plain.addText(texts[this.#indexes[i] ?? 0] ?? '');
		this.#entries = undefined;
		if (this.#count > 0) this.#respite = RESPITE - 1;
	}
}
