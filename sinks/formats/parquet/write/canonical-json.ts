/**
 * Whether JSON text is just what would be written for its value: then the value need not be made, to be
 * written.
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

/** Of numbers up to this length, the rules below tell how `String` writes them. */
const SHORT = 15;
/** Objects with more keys, in one or in those around it, are not looked at. */
const MOST_KEYS = 64;
const DEEPEST = 64;

// Of the keys of the objects that are open, one after another; and where those of each begin.
const hashes = new Int32Array(MOST_KEYS);
const starts = new Int32Array(DEEPEST);

/**
 * Looks at JSON that is known to be right. Errs on the side of saying no, as it does to any backslash. Of
 * keys, those that objects sort by number and those that may come twice say no.
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

// The index after a number that is written as it stands, or -1.
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
	// Zeros at the end go; and numbers with six of them at the front get an exponent.
	return bytes[at - 1] === ZERO || (bytes[first] === ZERO && areZeros(bytes, point + 1, at)) ? -1 : at;
}

const LEADING_ZEROS = 6;

function areZeros(bytes: Uint8Array, from: number, to: number): boolean {
	if (to - from < LEADING_ZEROS) return false;
	for (let at = from; at < from + LEADING_ZEROS; at++) if (bytes[at] !== ZERO) return false;
	return true;
}

/** The number that `String` writes just so, of those that a double holds exactly; NaN where there is none. */
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
