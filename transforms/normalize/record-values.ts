/** The values of the record that is being read, by column, and what is known of the record so far. */
import type {JsonValue} from '../../src/core/json/json.ts';
import type {JsonRecord} from '../../src/core/page.ts';
import type {SchemaContract} from '../../src/core/schema/schema.ts';
import {setProperty} from '../assign.ts';
import type {Columns, Slot} from './columns.ts';

/** Why a record has no place in the columns. */
export interface Refusal {
	readonly column: string;
	readonly reason: string;
	/** The part of the contract that says so. */
	readonly rule: keyof SchemaContract;
	readonly problem: 'unknown column' | 'type' | 'null';
}

// Fields without `#`: they are read for each value, and such a field costs less before V8 optimizes.
export class RecordValues {
	readonly columns: Columns;
	/** By the index of the column. */
	values: (JsonValue | undefined)[] = [];
	/** Whether the record has conformed so far, and may go on as it is. */
	isSame = true;
	/** Values that the contract drops; they count if the record itself is not refused. */
	discarded = 0;
	refusal: Refusal | undefined;
	private lastIndex = -1;
	private dropped: Slot[] = [];

	constructor(columns: Columns) {
		this.columns = columns;
	}

	/** Forgets the record before. */
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
		// Columns in another order make another record.
		if (slot.index < this.lastIndex) this.isSame = false;
		this.lastIndex = slot.index;
	}

	/** Takes the column without a value, so that a second key of the same name is seen as one. */
	drop(slot: Slot): void {
		this.isSame = false;
		this.values[slot.index] = null;
		this.dropped.push(slot);
	}

	/** All keys have been read. */
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
