/**
 * JSON values, with two things that JavaScript's own JSON lacks: integers beyond 2^53 and long decimals, with
 * all digits.
 */
import {randomUUID} from 'node:crypto';
import {BACKSLASH} from './ascii.ts';
import {inexactNumbers} from './inexact.ts';
import {fromNames} from './key-order.ts';
import {mendEscapes} from './surrogates.ts';

/**
 * A decimal that a double cannot hold exactly. `JSON.stringify` would write it as text; `stringify` below
 * writes its digits.
 */
export class Decimal {
	readonly text: string;

	constructor(text: string) {
		this.text = text;
	}

	toString(): string {
		return this.text;
	}

	toJSON(): string {
		sawExact = true;
		return this.text;
	}
}

export type JsonValue =
	| null
	| boolean
	| number
	| bigint
	| string
	| Decimal
	| JsonValue[]
	| {[key: string]: JsonValue};
export type JsonObject = {[key: string]: JsonValue};

// Set by Decimal.toJSON while JSON.stringify runs: the cheapest way to notice that a value needs the exact
// writer.
let sawExact = false;

/** JSON text of a value; bigints and decimals are written as numbers. */
export function stringify(value: JsonValue): string {
	sawExact = false;
	try {
		const text = JSON.stringify(value);
		if (!sawExact) return text;
	} catch (error) {
		if (!(error instanceof TypeError)) throw error;
	}
	return stringifyExact(value);
}

function stringifyExact(value: JsonValue): string {
	if (typeof value === 'bigint') return value.toString();
	if (value instanceof Decimal) return value.text;
	if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
	if (Array.isArray(value)) return `[${value.map(stringifyExact).join(',')}]`;
	const {toJSON} = value as {toJSON?: unknown};
	if (typeof toJSON === 'function') return stringifyExact(toJSON.call(value) as JsonValue);
	const parts: string[] = [];
	for (const key of Object.keys(value)) {
		const item = value[key];
		if (item !== undefined && typeof item !== 'function')
			parts.push(`${JSON.stringify(key)}:${stringifyExact(item)}`);
	}
	return `{${parts.join(',')}}`;
}

/**
 * Parses JSON text. Numbers that a double holds exactly stay numbers; other integers become `bigint`, other
 * decimals `Decimal`, and no number becomes Infinity or 0. A text without such numbers, which nearly every
 * one is, costs one `JSON.parse` and a check of its digits. Halves of a surrogate pair become U+FFFD.
 * `keysOf()` returns the keys of an object in the order in which they came.
 */
export function parse(json: string): JsonValue {
	const text = mendEscapes(json);
	if (text.length < SHORT_TEXT && !mayBeInexact.test(text)) return JSON.parse(text);
	const isNumbered = numberKey.test(text);
	const find = inexactNumbers(text, isInexact);
	if (!isNumbered && !find(0)) return JSON.parse(text);
	try {
		return unmark(JSON.parse(isNumbered ? markNumbers(markKeys(text)) : markNumbers(text, find)));
	} catch (error) {
		// Throws the same error, with a message about the original text.
		JSON.parse(text);
		throw error;
	}
}

/** The value of a JSON text; `undefined` for any other text. */
export function tryParse(json: string): JsonValue | undefined {
	try {
		return parse(json);
	} catch {
		return undefined;
	}
}

/** A text unchanged, any other value as its JSON. */
export function textOf(value: JsonValue): string {
	return typeof value === 'string' ? value : stringify(value);
}

// For shorter texts, preparing a search costs more than checking every character.
const SHORT_TEXT = 4096;
// Finds keys that are whole numbers, and the numbers of `inexactNumbers`, with a check of each character.
const mayBeInexact = /[\d.]{16}|\d[eE][+-]?\d{3}|"(?:0|[1-9]\d*)"\s*:/;

function isInexact(token: string): boolean {
	return isNumber.test(token) && !isExact(token);
}

// The prefix of the digits of a number, or of a key that is a whole number, while JSON.parse reads them as a
// text. It is unguessable, so that no text of an API can imitate it.
const MARK = `${randomUUID()}:`;

const numberKey = /"(?:0|[1-9]\d*)"\s*:/;
// Within a string, a backslash precedes each quote.
const numberKeys = /(?<!\\)"(?=(?:0|[1-9]\d*)"\s*:)/g;

function markKeys(text: string): string {
	return text.replace(numberKeys, `"${MARK}`);
}

function markNumbers(text: string, find = inexactNumbers(text, isInexact)): string {
	let marked = '';
	let done = 0;
	let quote = text.indexOf('"');
	// The end of the last string that opened before the span.
	let end = -1;
	for (let span = find(0); span; span = find(span.to)) {
		const {from, to} = span;
		while (quote >= 0 && quote < from) {
			end = endOfString(text, quote);
			quote = end < 0 ? -1 : text.indexOf('"', end + 1);
		}
		if (end > from) continue;
		marked += `${text.slice(done, from)}"${MARK}${text.slice(from, to)}"`;
		done = to;
	}
	return marked + text.slice(done);
}

// The closing quote of the string that opens at `start`: a quote with an even number of backslashes before
// it. -1 if there is none.
function endOfString(text: string, start: number): number {
	for (let at = text.indexOf('"', start + 1); at > 0; at = text.indexOf('"', at + 1)) {
		let from = at;
		while (text.charCodeAt(from - 1) === BACKSLASH) from--;
		if ((at - from) % 2 === 0) return at;
	}
	return -1;
}

function unmark(value: JsonValue): JsonValue {
	if (typeof value === 'string') return isMarked(value) ? exactNumber(value.slice(MARK.length)) : value;
	if (value === null || typeof value !== 'object' || value instanceof Decimal) return value;
	if (Array.isArray(value)) {
		for (let i = 0; i < value.length; i++) value[i] = unmark(value[i] as JsonValue);
		return value;
	}
	const keys = Object.keys(value);
	for (const key of keys) value[key] = unmark(value[key] as JsonValue);
	if (!keys.some(isMarked)) return value;
	const names = keys.map(key => (isMarked(key) ? key.slice(MARK.length) : key));
	return fromNames(names, i => value[keys[i] as string] as JsonValue);
}

function isMarked(text: string): boolean {
	return text.startsWith(MARK);
}

const isNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const isInteger = /^-?\d+$/;
// Numbers whose text is up to this long are exact, except for exponents.
const SHORT = 15;
const hasExponent = /[eE]/;

/** The exact value of one JSON number token: `number` where a double holds it, else `bigint` or `Decimal`. */
export function exactNumber(token: string): number | bigint | Decimal {
	if ((token.length <= SHORT && !hasExponent.test(token)) || isExact(token)) return Number(token);
	return isInteger.test(token) ? BigInt(token) : new Decimal(token);
}

// A token is exact when its double is written with the same digits.
function isExact(token: string): boolean {
	const number = Number(token);
	if (isInteger.test(token)) return Number.isSafeInteger(number);
	const written = String(number);
	return (
		written === token || (Number.isFinite(number) && significantDigits(token) === significantDigits(written))
	);
}

/**
 * One form for all texts of the same number: sign, digits without zeros at either end, and the number of
 * digits before the point. `-1.20` and `-12e-1` are `-12e1`.
 */
export function significantDigits(token: string): string {
	const [mantissa = '', exponent = '0'] = token.toLowerCase().split('e');
	const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.');
	const digits = whole + fraction;
	const trimmed = digits.replace(/^0+/, '');
	if (trimmed === '') return '0';
	const scale = whole.length - (digits.length - trimmed.length) + Number(exponent);
	return `${mantissa.startsWith('-') ? '-' : ''}${trimmed.replace(/0+$/, '')}e${scale}`;
}
