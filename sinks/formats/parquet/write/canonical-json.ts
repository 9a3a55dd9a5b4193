/**
 * Whether JSON text is exactly the text that would be written for its value: then it can be written without
 * parsing the value.
 */
import {
	BACKSLASH,
	CLOSE_OBJECT,
	COLON,
	DOT,
	LOWER_E,
	MINUS,
	NINE,
	OPEN_OBJECT,
	QUOTE,
	SPACE,
	UPPER_E,
	ZERO,
} from '../../../../src/core/json/ascii.ts';
import {textAt} from '../../../../src/core/records/value-index.ts';

/** For numbers up to this length, the rules below predict the output of `String`. */
const SHORT = 15;
/** Objects with more keys, together with those around them, are not checked. */
const MOST_KEYS = 64;
const DEEPEST = 64;

// Hashes of the keys of the open objects, one object after another, and where each object begins.
const hashes = new Int32Array(MOST_KEYS);
const starts = new Int32Array(DEEPEST);

/**
 * Checks JSON that is known to be valid. In doubt it returns false, as for any backslash, for keys that
 * objects sort by number, and for keys that may come twice.
 */
export function isCanonical(bytes: Uint8Array, from: number, to: number): boolean {
	let depth = 0;
	let start = 0;
	let keys = 0;
	for (let at = from; at < to; ) {
		const byte = bytes[at] as number;
		if (byte === QUOTE) {
			const end = endOfPlain(bytes, at + 1);
			if (bytes[end] !== QUOTE) return false;
			if (bytes[end + 1] === COLON && end + 1 < to) {
				if (isDigit(bytes[at + 1] as number) || keys === MOST_KEYS) return false;
				const hash = hashOf(bytes, at + 1, end);
				for (let i = start; i < keys; i++) if (hashes[i] === hash) return false;
				hashes[keys++] = hash;
				at = end + 2;
			} else at = end + 1;
		} else if (isDigit(byte) || byte === MINUS) {
			at = endOfNumber(bytes, at, to);
			if (at < 0) return false;
		} else if (byte === OPEN_OBJECT) {
			if (depth === DEEPEST) return false;
			starts[depth++] = start;
			start = keys;
			at++;
		} else if (byte === CLOSE_OBJECT) {
			keys = start;
			start = starts[--depth] as number;
			at++;
		} else if (byte <= SPACE) return false;
		else at++;
	}
	return true;
}

// The index of the next quote or backslash.
function endOfPlain(bytes: Uint8Array, start: number): number {
	let at = start;
	for (let byte = bytes[at]; byte !== QUOTE && byte !== BACKSLASH && byte !== undefined; byte = bytes[at])
		at++;
	return at;
}

function hashOf(bytes: Uint8Array, from: number, to: number): number {
	let mixed = to - from;
	for (let at = from; at < to; at++) mixed = Math.imul(mixed ^ (bytes[at] as number), 0x01000193);
	return mixed;
}

// The index after a number that would be written unchanged, or -1.
function endOfNumber(bytes: Uint8Array, from: number, to: number): number {
	const first = bytes[from] === MINUS ? from + 1 : from;
	let at = first;
	let point = 0;
	for (; at < to; at++) {
		const byte = bytes[at] as number;
		if (byte === DOT) point = at;
		else if (!isDigit(byte)) break;
	}
	if (bytes[at] === LOWER_E || bytes[at] === UPPER_E) return -1;
	// Whole numbers keep their digits, however long they are.
	if (point === 0) return bytes[from] === MINUS && bytes[first] === ZERO ? -1 : at;
	if (at - first > SHORT) return Number.isNaN(writtenNumberAt(bytes, from, at)) ? -1 : at;
	// Trailing zeros would be removed, and numbers with six zeros at the front would get an exponent.
	return bytes[at - 1] === ZERO || (bytes[first] === ZERO && areZeros(bytes, point + 1, at)) ? -1 : at;
}

const LEADING_ZEROS = 6;

function areZeros(bytes: Uint8Array, from: number, to: number): boolean {
	if (to - from < LEADING_ZEROS) return false;
	for (let at = from; at < from + LEADING_ZEROS; at++) if (bytes[at] !== ZERO) return false;
	return true;
}

/** The number that `String` would write in the same way, if a double holds it exactly; otherwise NaN. */
export function writtenNumberAt(bytes: Uint8Array, from: number, to: number): number {
	const text = textAt(bytes, from, to);
	const number = Number(text);
	return String(number) === text && (!Number.isInteger(number) || Number.isSafeInteger(number))
		? number
		: Number.NaN;
}

function isDigit(byte: number): boolean {
	return byte >= ZERO && byte <= NINE;
}
