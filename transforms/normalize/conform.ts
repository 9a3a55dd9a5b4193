/**
 * Checks whether the records of a page conform to the current columns, from their text: then they need not be
 * parsed.
 */
import {
	BACKSLASH,
	FALSE,
	MINUS,
	NINE,
	NULL,
	OPEN_LIST,
	OPEN_OBJECT,
	QUOTE,
	TRUE,
} from '../../src/core/json/ascii.ts';
import {exactNumber} from '../../src/core/json/json.ts';
import {integerAt, numberAt} from '../../src/core/json/numerals.ts';
import {textAt, type ValueIndex} from '../../src/core/records/value-index.ts';
import type {Column} from '../../src/core/schema/schema.ts';
import type {Columns, Slot} from './columns.ts';
import {isDateAt, isTimeAt, isTimestampAt} from './time.ts';

/**
 * `slotOf` returns the column of a key. With `isOrdered`, the keys must come in the order of the columns, as
 * they do in a converted record.
 */
export function conformIndex(
	index: ValueIndex,
	columns: Columns,
	slotOf: (key: string) => Slot | undefined,
	isOrdered: boolean,
): boolean {
	const met = new Map<Slot, number>();
	for (const [key, name] of index.keys.names.entries()) {
		if (isAbsent(index, key)) continue;
		const slot = slotOf(name);
		if (!slot || !areHeld(slot, index, key)) return false;
		met.set(slot, key);
	}
	return columns.required.every(slot => met.has(slot)) && (!isOrdered || areInOrder(index, met));
}

// Whether the keys of each record come in the order of their columns. The table of keys may have another
// order.
function areInOrder({spans, stride, rows, isInOrder}: ValueIndex, met: ReadonlyMap<Slot, number>): boolean {
	if (isInOrder && ascend(met)) return true;
	const keys = [...met].sort(([one], [other]) => one.index - other.index).map(([, key]) => key);
	for (let row = 0; row < rows; row++) {
		let last = 0;
		for (const key of keys) {
			const start = spans[row * stride + 2 * key] as number;
			if (start !== 0 && start < last) return false;
			last = Math.max(last, start);
		}
	}
	return true;
}

// Whether columns and keys have the same order, as they do on most pages.
function ascend(met: ReadonlyMap<Slot, number>): boolean {
	let lastColumn = -1;
	let lastKey = -1;
	for (const [{index}, key] of met) {
		if (index <= lastColumn || key <= lastKey) return false;
		lastColumn = index;
		lastKey = key;
	}
	return true;
}

function isAbsent({spans, stride, rows}: ValueIndex, key: number): boolean {
	for (let row = 0; row < rows && 2 * key < stride; row++)
		if (spans[row * stride + 2 * key] !== 0) return false;
	return true;
}

function areHeld(
	{column, known, declared}: Slot,
	{bytes, spans, stride, rows}: ValueIndex,
	key: number,
): boolean {
	const holds = known ? holder(column, declared) : () => false;
	for (let at = 2 * key; at < rows * stride; at += stride) {
		const start = spans[at] as number;
		if (start === 0 || bytes[start] === NULL) {
			if (!column.nullable) return false;
		} else if (!holds(bytes, start, spans[at + 1] as number)) return false;
	}
	return true;
}

type Holds = (bytes: Uint8Array, start: number, end: number) => boolean;

// The same as `fits()`, but slow checks are left to that function.
function holder({type}: Column, declared: boolean): Holds {
	switch (type) {
		case 'text':
			return isText;
		case 'bigint':
			return isInteger;
		case 'double':
			return isDouble;
		case 'bool':
			return isBool;
		case 'timestamp':
			return within(isTimestampAt);
		case 'date':
			return within(isDateAt);
		case 'time':
			return within(isTimeAt);
		case 'json':
			return declared ? isNoJsonText : () => true;
		default:
			return () => false;
	}
}

function isText(bytes: Uint8Array, start: number): boolean {
	return bytes[start] === QUOTE;
}

function within(holds: Holds): Holds {
	return (bytes, start, end) => bytes[start] === QUOTE && holds(bytes, start + 1, end - 1);
}

function isInteger(bytes: Uint8Array, start: number, end: number): boolean {
	return !Number.isNaN(integerAt(bytes, start, end));
}

function isDouble(bytes: Uint8Array, start: number, end: number): boolean {
	if (!Number.isNaN(numberAt(bytes, start, end))) return true;
	const first = bytes[start] as number;
	const isNumber = first === MINUS || first <= NINE;
	return isNumber && first !== QUOTE && typeof exactNumber(textAt(bytes, start, end)) === 'number';
}

function isBool(bytes: Uint8Array, start: number): boolean {
	return bytes[start] === TRUE || bytes[start] === FALSE;
}

// An escape in a text may hide brackets.
function isNoJsonText(bytes: Uint8Array, start: number): boolean {
	const first = bytes[start + 1];
	return bytes[start] !== QUOTE || (first !== OPEN_OBJECT && first !== OPEN_LIST && first !== BACKSLASH);
}
