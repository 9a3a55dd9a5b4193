/** Parses numbers in the bytes of JSON text, without making a text of them. */
import {DOT, MINUS, ZERO} from './ascii.ts';

/** Numbers whose text is up to this long are exact, except for exponents. */
const SHORT = 15;
// A double holds these, and whole numbers of 15 digits: so one division rounds once, and gives the nearest
// double.
const powers = Array.from({length: SHORT + 1}, (_, exponent) => 10 ** exponent);

/**
 * The number from `start` to `end`, or NaN if it is none, is long, or has an exponent, and needs the exact
 * parser.
 */
export function numberAt(bytes: Uint8Array, start: number, end: number): number {
	const isNegative = bytes[start] === MINUS;
	let at = isNegative ? start + 1 : start;
	if (end - at > SHORT || at === end) return Number.NaN;
	let digits = 0;
	let point = end;
	for (; at < end; at++) {
		const digit = (bytes[at] as number) - ZERO;
		if (digit >= 0 && digit <= 9) digits = digits * 10 + digit;
		else if (digit === DOT - ZERO && point === end) point = at + 1;
		else return Number.NaN;
	}
	const number = point === end ? digits : digits / (powers[end - point] as number);
	return isNegative ? -number : number;
}

/** The whole number from `start` to `end`; NaN if a double does not hold it exactly. */
export function integerAt(bytes: Uint8Array, start: number, end: number): number {
	const isNegative = bytes[start] === MINUS;
	let at = isNegative ? start + 1 : start;
	if (end - at > SHORT + 1 || at === end) return Number.NaN;
	let number = 0;
	for (; at < end; at++) {
		const digit = (bytes[at] as number) - ZERO;
		if (!(digit >= 0 && digit <= 9)) return Number.NaN;
		number = number * 10 + digit;
	}
	if (number > Number.MAX_SAFE_INTEGER) return Number.NaN;
	return isNegative ? -number : number;
}
