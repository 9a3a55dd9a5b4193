/** Finds or makes the column of a key. */
import type {JsonValue} from '../../src/core/json/json.ts';
import type {Slot} from './columns.ts';
import type {Entry} from './key-groups.ts';
import {SEPARATOR} from './naming.ts';
import {describeTyped} from './out-of-range.ts';
import type {ReaderOptions} from './reader-options.ts';
import type {RecordValues} from './record-values.ts';

export class ColumnBinder {
	readonly #record: RecordValues;
	readonly #options: ReaderOptions;

	constructor(record: RecordValues, options: ReaderOptions) {
		this.#record = record;
		this.#options = options;
	}

	/**
	 * The column of a key. There is none for a null in an unknown column, or where the contract forbids a new
	 * one.
	 */
	bind(entry: Entry, value: JsonValue): Slot | undefined {
		if (value === null && entry.group) return undefined;
		const {columns} = this.#record;
		const {naming, nesting, contract} = this.#options;
		const isMade = naming !== 'direct' || (nesting > 0 && entry.name.includes(SEPARATOR));
		const name = isMade ? this.#ownName(entry) : this.#freeName(entry.name);
		const known = columns.find(name);
		if (!known && contract.columns !== 'evolve') {
			this.#refuse(name, value);
			return undefined;
		}
		entry.slot = known ?? columns.add(name);
		if (isMade && entry.slot.source === undefined) columns.claim(entry.slot, entry.source);
		entry.slot.keys++;
		return entry.slot;
	}

	#refuse(name: string, value: JsonValue): void {
		if (value === null) return;
		if (this.#options.contract.columns === 'discard_value') this.#record.discarded++;
		else {
			const reason = `${describeTyped(value)} in a column that the schema does not have`;
			this.#record.refuse(name, 'unknown column', reason);
		}
	}

	// A second key of one record with the same name gets a column of its own, from now on.
	#freeName(name: string): string {
		const {columns} = this.#record;
		const slot = columns.find(name);
		if (!slot || !this.#record.has(slot)) return name;
		for (let number = 2; ; number++) {
			const other = columns.find(`${name}${SEPARATOR}${number}`);
			if (!other || (other.keys === 0 && !this.#record.has(other))) return `${name}${SEPARATOR}${number}`;
		}
	}

	// Where names are made from keys (`a__b` from {a: {b}}, too), two keys never share a column. Which key has
	// which column is the same for all pages and runs.
	#ownName({name, source}: Entry): string {
		let free: string | undefined;
		for (let number = 1; ; number++) {
			const candidate = number === 1 ? name : `${name}${SEPARATOR}${number}`;
			const slot = this.#record.columns.find(candidate);
			const isEmpty = slot !== undefined && !this.#record.has(slot);
			if (isEmpty && slot.source === source) return candidate;
			if (!slot || (isEmpty && slot.source === undefined)) free ??= candidate;
			if (!slot) return free ?? candidate;
		}
	}
}
