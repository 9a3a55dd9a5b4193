/** Finds the numbers of a JSON text that no double holds, and looks at few of its characters. */
import {DOT, NINE, QUOTE, ZERO} from './ascii.ts';

export interface TextSpan {
	readonly from: number;
	readonly to: number;
}

/**
 * The next number at `start` or after it that `isInexact`; it may be inside a string. The start must rise
 * from call to call.
 */
export type Finder = (start: number) => TextSpan | undefined;

// Numbers whose text is up to this long are exact, except for exponents.
const SHORT = 15;

/** Long numbers, and short ones beyond the range of a double: `1e400`, `1e-400`. */
export function inexactNumbers(text: string, isInexact: (token: string) => boolean): Finder {
	const finders = [
		remembering(start => nextLong(text, start, isInexact)),
		remembering(extremes(text, isInexact)),
	];
	return start => {
		const [long, extreme] = finders.map(find => find(start));
		if (!long || !extreme) return long ?? extreme;
		return extreme.from < long.from ? extreme : long;
	};
}

// Remembers a result while the other finder is called.
function remembering(find: Finder): Finder {
	let found: TextSpan | undefined;
	let isDone = false;
	return start => {
		if (!isDone && (found === undefined || found.from < start)) {
			found = find(start);
			isDone = found === undefined;
		}
		return found;
	};
}

// More than 15 consecutive digits and dots cover a multiple of 16, so checking one character in sixteen is
// enough.
function nextLong(text: string, start: number, isInexact: (token: string) => boolean): TextSpan | undefined {
	for (let at = start + (-start & 15); at < text.length; at += 16) {
		if (!isDigitOrDot(text.charCodeAt(at))) continue;
		let from = at;
		while (from > start && isDigitOrDot(text.charCodeAt(from - 1))) from--;
		let to = at + 1;
		while (to < text.length && isDigitOrDot(text.charCodeAt(to))) to++;
		if (to - from <= SHORT) continue;
		const span = widened(text, from, to, start);
		if (text.charCodeAt(span.from - 1) !== QUOTE && isInexact(text.slice(span.from, span.to))) return span;
		at = span.to & ~15;
	}
	return undefined;
}

// A double goes from 4.9e-324 to 1.8e308. With two digits in its exponent, a number is beyond it only if it
// is long.
function extremes(text: string, isInexact: (token: string) => boolean): Finder {
	const exponent = /\d[eE][+-]?\d{3}/g;
	return start => {
		exponent.lastIndex = start;
		for (let found = exponent.exec(text); found; found = exponent.exec(text)) {
			const span = widened(text, found.index, exponent.lastIndex, start);
			// In a hash there are letters around it.
			if (isAround(text.charCodeAt(span.from - 1)) && isInexact(text.slice(span.from, span.to))) return span;
			exponent.lastIndex = span.to;
		}
		return undefined;
	};
}

function widened(text: string, first: number, last: number, start: number): TextSpan {
	let [from, to] = [first, last];
	while (from > start && isNumberPart(text.charCodeAt(from - 1))) from--;
	while (to < text.length && isNumberPart(text.charCodeAt(to))) to++;
	return {from, to};
}

// Whether a character may come before a number: nothing, white space, `:`, `,` or `[`.
function isAround(code: number): boolean {
	return Number.isNaN(code) || code <= 32 || code === 58 || code === 44 || code === 91;
}

function isDigitOrDot(code: number): boolean {
	return (code >= ZERO && code <= NINE) || code === DOT;
}

// Whether a character is a digit, or one of `+-.eE`: in JSON, none of them comes before or after a number.
function isNumberPart(code: number): boolean {
	return isDigitOrDot(code) || code === 45 || code === 43 || code === 101 || code === 69;
}
