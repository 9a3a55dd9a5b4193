/** One column of the row group that is being filled: its levels and its values. */

import type {Leaf} from '../schema.ts';
import type {Viewed} from './byte-strings.ts';
import {Levels} from './levels.ts';
import {parsedValue, type ValueWriter, valueWriter} from './values.ts';

/** A value that its column does not accept. */
export interface ValueRefusal {
	readonly leaf: Leaf;
	readonly value: unknown;
	/** The number of the row in the row group. */
	readonly row: number;
}

export class Chunk {
	readonly leaf: Leaf;
	readonly levels: Levels;
	readonly writer: ValueWriter;
	/** Values on their way from the records to the store; `waiting` is the number of current ones. */
	readonly values: unknown[] = [];
	/** Alternatively the places of values in JSON text, the start and the end of each. */
	places = new Int32Array(0);
	waiting = 0;

	constructor(leaf: Leaf, levels = new Levels(leaf), writer = valueWriter(leaf)) {
		this.leaf = leaf;
		this.levels = levels;
		this.writer = writer;
	}

	/** Begins the next row group, and reuses the memory of the last. */
	clear(): void {
		this.levels.count = 0;
		this.writer.store.clear();
	}

	get byteLength(): number {
		return this.levels.byteLength + this.writer.store.byteLength;
	}

	/** Makes room for the places of so many values. */
	reservePlaces(count: number): void {
		if (this.places.length < 2 * count) this.places = new Int32Array(2 * count);
	}

	/** Stores the waiting values, or those at the places in `text`. Returns the first that is refused. */
	commit(text?: Viewed): ValueRefusal | undefined {
		const {values, places, writer, leaf} = this;
		const count = this.waiting;
		this.waiting = 0;
		const before = writer.store.count;
		const spans = text && {text, places, count};
		const appended = spans ? writer.appendSpans(spans) : writer.append(values, count);
		if (appended === count) return undefined;
		return {
			leaf,
			value: spans ? parsedValue(spans, appended) : values[appended],
			row: this.#rowOf(before + appended),
		};
	}

	// The row with the value of this number.
	#rowOf(number: number): number {
		const {count, definitions, repetitions} = this.levels;
		let row = -1;
		let seen = -1;
		for (let i = 0; i < count; i++) {
			if (!repetitions || repetitions[i] === 0) row++;
			if (!definitions || definitions[i] === this.leaf.maxDefinition) seen++;
			if (seen === number) break;
		}
		return row;
	}
}
