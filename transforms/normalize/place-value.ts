/**
 * Puts a value into its column: unchanged, converted, in a wider column, or as the contract decides for a
 * misfit.
 */
import type {JsonValue} from '../../src/core/json/json.ts';
import {describeType} from '../../src/core/schema/definition.ts';
import {coerce, type Leniency} from './coerce.ts';
import type {Slot} from './columns.ts';
import {infer} from './infer.ts';
import {SEPARATOR} from './naming.ts';
import {aboutUnit, describeTyped, type RangeWatch, rangeWatch} from './out-of-range.ts';
import type {ReaderOptions} from './reader-options.ts';
import type {RecordValues} from './record-values.ts';

export class ValuePlacer {
	private readonly record: RecordValues;
	private readonly options: ReaderOptions;
	private readonly watchRange: RangeWatch;

	constructor(record: RecordValues, options: ReaderOptions) {
		this.record = record;
		this.options = options;
		this.watchRange = rangeWatch(options.onOutOfRange);
	}

	place(slot: Slot, value: JsonValue, key: string): void {
		const {columns} = this.record;
		if (!slot.known) columns.learn(slot, value);
		const leniency = this.leniencyOf(slot);
		let coerced = coerce(slot.column, value, leniency);
		if (coerced === undefined && this.mayWiden() && columns.widen(slot, value))
			coerced = coerce(slot.column, value, leniency);
		if (coerced === undefined) {
			this.misfit(slot, value);
			return;
		}
		if (typeof value === 'object') this.watchRange(slot.column, slot.declared, value, slot.column);
		if (coerced !== value || slot.name !== key) this.record.isSame = false;
		if (typeof coerced === 'bigint') columns.enlarge(slot);
		this.record.put(slot, coerced);
	}

	private mayWiden(): boolean {
		return this.options.contract.dataType === 'evolve' && !this.options.strict;
	}

	private leniencyOf({declared}: Slot): Leniency {
		if (this.options.strict) return 'strict';
		return declared ? 'declared' : 'inferred';
	}

	private misfit(slot: Slot, value: JsonValue): void {
		const {dataType} = this.options.contract;
		this.record.drop(slot);
		if (dataType === 'freeze' || dataType === 'discard_row' || !slot.column.nullable) {
			const expected = `${describeType(slot.column)}${aboutUnit(slot.column, value)}`;
			this.record.refuse(slot.name, 'type', `got ${describeTyped(value)}, expected ${expected}`);
		} else if (dataType === 'discard_value') this.record.discarded++;
		else {
			const variant = this.variantOf(slot, value);
			this.watchRange(slot.column, slot.declared, value, variant.column);
			this.record.put(variant, coerce(variant.column, value, 'inferred') as JsonValue);
		}
	}

	// A column of another type beside the column that the value does not fit.
	private variantOf(slot: Slot, value: JsonValue): Slot {
		const {columns} = this.record;
		const kind = infer(value);
		const base = `${slot.name}${SEPARATOR}v_${kind.type}`;
		for (let number = 1; ; number++) {
			const name = number === 1 ? base : `${base}${SEPARATOR}${number}`;
			const variant = columns.find(name) ?? columns.add(name, kind);
			const isFree = variant.known && variant.column.type === kind.type && !this.record.has(variant);
			if (isFree && coerce(variant.column, value, 'inferred') !== undefined) return variant;
		}
	}
}
