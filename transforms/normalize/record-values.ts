/** The values of the record that is being read, by column, and the state of reading it. */
import type {JsonValue} from '../../src/core/json/json.ts';
import type {JsonRecord} from '../../src/core/page.ts';
import type {SchemaContract} from '../../src/core/schema/schema.ts';
import {setProperty} from '../assign.ts';
import type {Columns, Slot} from './columns.ts';

/** Why a record does not fit into the columns. */
export interface Refusal {
	readonly column: string;
	readonly reason: string;
	/** The part of the contract that refuses it. */
	readonly rule: keyof SchemaContract;
	readonly problem: 'unknown column' | 'type' | 'null';
}

// The fields are not private with `#`: they are read for each value, and plain fields cost less before V8
// optimizes.
export class RecordValues {
	readonly columns: Columns;
	/** Values by the index of their column. */
	values: (JsonValue | undefined)[] = [];
	/** Whether the record has conformed so far, and may go out unchanged. */
	isSame = true;
	/** The number of values that the contract drops; they count if the record itself is not refused. */
	discarded = 0;
	refusal: Refusal | undefined;
	private lastIndex = -1;
	private dropped: Slot[] = [];

	constructor(columns: Columns) {
		this.columns = columns;
	}

	/** Removes the values of the record before. */
	begin(): void {
		const {slots} = this.columns;
		if (this.values.length !== slots.length) this.values = new Array(slots.length);
		this.values.fill(undefined);
		this.refusal = undefined;
		this.dropped = [];
		this.isSame = true;
		this.lastIndex = -1;
		this.discarded = 0;
	}

	has(slot: Slot): boolean {
		return this.values[slot.index] !== undefined;
	}

	put(slot: Slot, value: JsonValue): void {
		this.values[slot.index] = value;
		// With another order of columns, a new record is needed.
		if (slot.index < this.lastIndex) this.isSame = false;
		this.lastIndex = slot.index;
	}

	/** Marks the column without a value, so that a second key of the same name is noticed. */
	drop(slot: Slot): void {
		this.isSame = false;
		this.values[slot.index] = null;
		this.dropped.push(slot);
	}

	/** Removes the marks when all keys have been read. */
	clearDropped(): void {
		for (const slot of this.dropped) this.values[slot.index] = undefined;
	}

	refuse(column: string, problem: Refusal['problem'], reason: string): void {
		this.refusal = {column, problem, reason, rule: problem === 'unknown column' ? 'columns' : 'dataType'};
	}

	build(): JsonRecord {
		const record: JsonRecord = {};
		for (const slot of this.columns.slots) {
			const value = this.values[slot.index];
			if (value !== undefined) setProperty(record, slot.name, value);
		}
		return record;
	}
}
