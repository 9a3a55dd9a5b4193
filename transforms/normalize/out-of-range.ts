/**
 * Numbers that no column of their kind holds: they go to a text column, which is reported once for each
 * column.
 */

import {Decimal, type JsonValue, stringify} from '../../src/core/json/json.ts';
import {describeType} from '../../src/core/schema/definition.ts';
import type {Column} from '../../src/core/schema/schema.ts';
import {fromCount, isCount} from './convert.ts';
import {plainDigits} from './digits.ts';
import {infer} from './infer.ts';

/**
 * `time`: a count beyond all years. `number`: beyond the range of a double and a decimal, such as `1e400`.
 */
export type OutOfRange = 'time' | 'number';

export type OnOutOfRange = (message: string, kind: OutOfRange) => void;

/** Called with each value that goes to a column of another type, and with that column. */
export type RangeWatch = (from: Column, declared: boolean, value: JsonValue, to: Column) => void;

export function rangeWatch(onOutOfRange: OnOutOfRange | undefined): RangeWatch {
	const reported = new Set<string>();
	return (from, declared, value, to) => {
		const found = problemOf(from, declared, value, to);
		if (!found || reported.has(from.name)) return;
		reported.add(from.name);
		onOutOfRange?.(`${from.name}: ${found.message}. Such values go to the column ${to.name}`, found.kind);
	};
}

function problemOf(
	from: Column,
	declared: boolean,
	value: JsonValue,
	to: Column,
): {kind: OutOfRange; message: string} | undefined {
	const about = declared ? aboutUnit(from, value) : '';
	if (about !== '')
		return {kind: 'time', message: `got ${describeTyped(value)}, expected ${from.type}${about}`};
	const isChosen = declared && from === to;
	if (isChosen || to.type !== 'text' || !isBeyond(value)) return undefined;
	const expected = from === to ? '' : `, expected ${describeType(from)}`;
	return {
		kind: 'number',
		message: `got ${stringify(value)}${expected}; no column of numbers holds it, and a text has its digits`,
	};
}

// Whether a number has more than a hundred zeros and no double for it.
function isBeyond(value: JsonValue): boolean {
	return value instanceof Decimal && infer(value).type === 'text' && plainDigits(value.text) === undefined;
}

const LONGEST = 60;

/** A value and its type, for a message. */
export function describeTyped(value: JsonValue): string {
	const text = stringify(value);
	const type = value instanceof Decimal ? 'number' : infer(value).type;
	return `${text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text} (${type})`;
}

/** A number beyond all years mostly counts a smaller unit than the one of the column. */
export function aboutUnit(column: Column, value: JsonValue): string {
	if ((column.type !== 'timestamp' && column.type !== 'date') || !isCount(value)) return '';
	const {timeUnit = 's'} = column;
	if (fromCount(value, timeUnit) !== undefined) return '';
	return `; as time_unit: ${timeUnit} it is outside the years 1 to 9999`;
}
