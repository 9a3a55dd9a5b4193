/** Which of two cursor values is further on. */
import {SelectorError} from '../../core/errors.ts';
import {Decimal, type JsonValue, stringify} from '../../core/json.ts';
import {readIso} from './iso.ts';
import type {TimeFormat} from './time-format.ts';

/** `max`, `min`, or a function that picks one of several values: the one that a run has reached with them. */
export type LastValue = 'max' | 'min' | ((values: readonly JsonValue[]) => JsonValue);

export interface Order {
	/** Above 0 when `a` is further on than `b`, 0 when they are the same place. Throws `SelectorError` when they do not compare. */
	compare(a: JsonValue, b: JsonValue): number;
}

/** With a format, texts are read in it; without one, ISO texts compare as instants and any others as texts. */
export function order(lastValue: LastValue, format?: TimeFormat): Order {
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

function isSame(a: JsonValue, b: JsonValue): boolean {
	return a === b || stringify(a) === stringify(b);
}

function compareValues(a: JsonValue, b: JsonValue, format: TimeFormat | undefined): number {
	if (typeof a === 'number' && typeof b === 'number') return a - b;
	if (typeof a === 'string' && typeof b === 'string') return compareTexts(a, b, format);
	if (isNumeric(a) && isNumeric(b)) return compareDigits(a, b);
	throw new SelectorError(`${described(a)} cannot be compared with ${described(b)}`);
}

function compareTexts(a: string, b: string, format: TimeFormat | undefined): number {
	if (a === b) return 0;
	const read = format?.read ?? (value => readIso(value as string));
	if (!format && isSameForm(a, b)) return a < b ? -1 : 1;
	const [first, second] = [read(a), read(b)];
	if (first !== undefined && second !== undefined) return Number(first > second) - Number(first < second);
	if (format) throw new SelectorError(`${described(first === undefined ? a : b)} is not written in the cursor_format`);
	// Counts that come as texts: "9" is before "10".
	if (/^\d+$/.test(a) && /^\d+$/.test(b)) return compareDigits(a, b);
	return a < b ? -1 : 1;
}

// Timestamps in UTC with as many digits each, nearly all that come, are in order as texts.
function isSameForm(a: string, b: string): boolean {
	return a.length === b.length && a.endsWith('Z') && b.endsWith('Z') && a.charAt(10) === 'T' && b.charAt(10) === 'T';
}

function isNumeric(value: JsonValue): value is number | bigint | Decimal {
	return typeof value === 'number' || typeof value === 'bigint' || value instanceof Decimal;
}

// Digit by digit: a double would round, and most pairs that get here hold one that does not fit.
function compareDigits(a: number | bigint | string | Decimal, b: number | bigint | string | Decimal): number {
	const [one, other] = [scaled(String(a)), scaled(String(b))];
	const scale = Math.max(one.scale, other.scale);
	const [first, second] = [one.digits * 10n ** BigInt(scale - one.scale), other.digits * 10n ** BigInt(scale - other.scale)];
	return Number(first > second) - Number(first < second);
}

const LARGEST_EXPONENT = 400;

function scaled(text: string): {digits: bigint; scale: number} {
	const [, sign = '', whole = '0', fraction = '', exponent = '0'] =
		/^([+-]?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(text) ?? [];
	const power = Number(exponent);
	if (Math.abs(power) > LARGEST_EXPONENT) throw new SelectorError(`${text} is too large or too small for a cursor`);
	const digits = BigInt(`${sign}${whole}${fraction}`);
	const scale = fraction.length - power;
	return scale >= 0 ? {digits, scale} : {digits: digits * 10n ** BigInt(-scale), scale: 0};
}

/** A value as part of a message. */
export function described(value: JsonValue): string {
	const text = stringify(value);
	const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text;
	return isNumeric(value) ? `the number ${shown}` : typeof value === 'string' ? `the text ${shown}` : shown;
}
