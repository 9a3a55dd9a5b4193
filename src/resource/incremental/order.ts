/** Which of two cursor values is further on. */
import {SelectorError} from '../../core/errors.ts';
import {type JsonValue, stringify} from '../../core/json/json.ts';
import {compareNumbers, isNumeric} from '../../core/json/numbers.ts';
import {readTime} from '../../core/time/grammar.ts';
import type {TimeFormat} from './time-format.ts';
import {areOfTwoUnits, doubtOf, isCoarseBesideDate, unitsDoubt} from './uncertain-order.ts';

/** `max`, `min`, or a function that picks one of several values: the furthest one. */
export type LastValue = 'max' | 'min' | ((values: readonly JsonValue[]) => JsonValue);

export interface Order {
	/**
	 * Above 0 when `a` is further on than `b`, 0 when they are equal. Throws `SelectorError` when they do not
	 * compare.
	 */
	compare(a: JsonValue, b: JsonValue): number;
}

/**
 * With a format, texts are read in that format. Without one, times compare as instants, counts as numbers,
 * and texts of the same shape as texts.
 */
export function orderOf(lastValue: LastValue, format?: TimeFormat): Order {
	const compare = (a: JsonValue, b: JsonValue): number => compareValues(a, b, format);
	if (lastValue === 'max') return {compare};
	if (lastValue === 'min') return {compare: (a, b) => compare(b, a)};
	return {
		compare(a, b) {
			if (isSame(a, b)) return 0;
			return isSame(lastValue([b, a]), a) ? 1 : -1;
		},
	};
}

export function isSame(a: JsonValue, b: JsonValue): boolean {
	return a === b || stringify(a) === stringify(b);
}

function compareValues(a: JsonValue, b: JsonValue, format: TimeFormat | undefined): number {
	if (typeof a === 'number' && typeof b === 'number') {
		if (!format && areOfTwoUnits(a, b)) throw unitsDiffer(a, b);
		return a - b;
	}
	if (typeof a === 'string' && typeof b === 'string') return compareTexts(a, b, format);
	if (isNumeric(a) && isNumeric(b)) return compareNumbers(a, b);
	// A count since 1970 may come as a number or as its digits.
	const [first, second] = [format?.read(a), format?.read(b)];
	if (first !== undefined && second !== undefined) return Number(first > second) - Number(first < second);
	throw new SelectorError(`${excerptOfValue(a)} cannot be compared with ${excerptOfValue(b)}`);
}

function unitsDiffer(a: number, b: number): SelectorError {
	return new SelectorError(
		`${excerptOfValue(a)} cannot be compared with ${excerptOfValue(b)}: ${unitsDoubt}`,
	);
}

function compareTexts(a: string, b: string, format: TimeFormat | undefined): number {
	if (a === b) return 0;
	if (format ? format.isText : isSameForm(a, b)) return a < b ? -1 : 1;
	const read = format?.read ?? (value => readTime(value as string));
	// Counts that come as texts: "9" is before "10".
	const isCounted = !format && isCount(a) && isCount(b);
	if (isCounted && !(isCoarseBesideDate(a, b) && (read(a) ?? read(b)) !== undefined))
		return compareNumbers(BigInt(a), BigInt(b));
	const [first, second] = [read(a), read(b)];
	if (first !== undefined && second !== undefined) return Number(first > second) - Number(first < second);
	if (format)
		throw new SelectorError(
			`${excerptOfValue(first === undefined ? a : b)} is not written in the cursor_format`,
		);
	const doubt = doubtOf(a, b, first, second);
	if (doubt !== undefined)
		throw new SelectorError(`${excerptOfValue(a)} cannot be compared with ${excerptOfValue(b)}: ${doubt}`);
	return a < b ? -1 : 1;
}

function isCount(text: string): boolean {
	return /^\d+$/.test(text);
}

// Timestamps in UTC with the same number of digits, which nearly all are, are in order as texts.
function isSameForm(a: string, b: string): boolean {
	return (
		a.length === b.length &&
		a.endsWith('Z') &&
		b.endsWith('Z') &&
		a.charAt(10) === 'T' &&
		b.charAt(10) === 'T'
	);
}

/** A value as part of a message. */
export function excerptOfValue(value: JsonValue): string {
	const text = stringify(value);
	const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text;
	return isNumeric(value) ? `the number ${shown}` : typeof value === 'string' ? `the text ${shown}` : shown;
}
