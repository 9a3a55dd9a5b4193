/** The distinct values of a dictionary, each with its number, in a hash table over their bytes. */
import {randomInt} from 'node:crypto';
import {ByteStringsBuffer, equalBytes, hashBytes, type Viewed} from './byte-strings.ts';
import {grownCopy} from './column-buffers.ts';

/**
 * The most steps to a value, or to its slot. More steps come from texts that were made to collide, not from
 * chance, and the table is then of no use.
 */
const MOST_STEPS = 256;
const SLOTS = 1024;
/** The hash of a value, and two slots. */
const BYTES_OF_A_NUMBER = 12;

/** Results other than a number: a backslash is among the bytes; or values were made to collide. */
export const ESCAPED = -1;
export const CROWDED = -2;

export class DictionaryTable {
	/** The values in the order they came: the dictionary page. */
	readonly values = new ByteStringsBuffer();
	// Numbers of values, from 1, at the slots of their hashes, or at the next free slot. The length is always a
	// power of two.
	#slots: Int32Array;
	#hashes = new Int32Array(SLOTS);
	// A random seed, which the author of the texts cannot know.
	readonly #seed = randomInt(2 ** 32);

	constructor(slots = SLOTS) {
		this.#slots = new Int32Array(slots);
	}

	clear(): void {
		if (this.values.count > 0) this.#slots.fill(0);
		this.values.clear();
	}

	get byteLength(): number {
		return this.values.byteLength + this.values.count * BYTES_OF_A_NUMBER;
	}

	/**
	 * The number of a value, which is added if it is new. Returns `CROWDED` where values collide, or `ESCAPED`
	 * for bytes with a backslash that must be `plain`.
	 */
	find(source: Viewed, from: number, to: number, plain: boolean): number {
		const {values} = this;
		const mixed = hashBytes(source.view, from, to, this.#seed, plain);
		if (mixed < 0) return ESCAPED;
		const slots = this.#slots;
		const mask = slots.length - 1;
		let slot = mixed & mask;
		for (let steps = 0; steps < MOST_STEPS; steps++) {
			const number = (slots[slot] as number) - 1;
			if (number < 0) return this.#add(source, from, to, mixed, slot);
			if (this.#hashes[number] === mixed) {
				const start = values.starts[number] as number;
				const length = (values.starts[number + 1] as number) - start - 4;
				if (length === to - from && equalBytes(values.view, start + 4, source.view, from, length))
					return number;
			}
			slot = (slot + 1) & mask;
		}
		return CROWDED;
	}

	#add(source: Viewed, from: number, to: number, mixed: number, slot: number): number {
		const number = this.values.count;
		// A text was written at its final place before the search.
		if (source === this.values) this.values.finish(to - from);
		else this.values.addFrom(source, from, to);
		if (number === this.#hashes.length) this.#hashes = grownCopy(this.#hashes, number + 1);
		this.#hashes[number] = mixed;
		this.#slots[slot] = number + 1;
		if (this.values.count * 2 > this.#slots.length) this.#spread();
		return number;
	}

	#spread(): void {
		const slots = new Int32Array(this.#slots.length * 2);
		const mask = slots.length - 1;
		for (let number = 0; number < this.values.count; number++) {
			let slot = (this.#hashes[number] as number) & mask;
			while (slots[slot] !== 0) slot = (slot + 1) & mask;
			slots[slot] = number + 1;
		}
		this.#slots = slots;
	}
}
