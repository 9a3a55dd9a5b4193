/**
 * The text of records as it came from the API. A page that nobody has touched can be written as JSON Lines without being put
 * into words again: every digit and every escape as the server had it, at a third of the cost.
 */
import type {JsonRecord} from './page.ts';

interface Origin {
	/** A body that has been parsed, so it is valid JSON, in UTF-8 without a byte order mark. */
	readonly bytes: Uint8Array;
	/** Keys down to the list of records. */
	readonly keys: readonly string[];
}

// By the identity of the list: whoever changes a page makes a new one, and with that the text is forgotten.
const origins = new WeakMap<readonly JsonRecord[], Origin | Uint8Array | null>();

/** Remembers where records stand in a body. They must be all the items of the list at `keys`, in order. */
export function rememberOrigin(records: readonly JsonRecord[], origin: Origin): void {
	origins.set(records, origin);
}

/** The records as lines, each with its line feed, if their text is known and each is on one line by itself. */
export function linesOf(records: readonly JsonRecord[]): Uint8Array | undefined {
	const known = origins.get(records);
	if (!known) return undefined;
	if (known instanceof Uint8Array) return known;
	const lines = cutLines(known, records.length) ?? null;
	origins.set(records, lines);
	return lines ?? undefined;
}

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const QUOTE = 34;
const COMMA = 44;
const BACKSLASH = 92;
const OPEN_LIST = 91;
const CLOSE_LIST = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

function cutLines({bytes, keys}: Origin, count: number): Uint8Array | undefined {
	const start = findList(bytes, keys);
	if (start < 0 || count === 0) return undefined;
	const commas: number[] = [];
	let depth = 0;
	let isStart = true;
	let at = start;
	for (; at < bytes.length; at++) {
		const byte = bytes[at] as number;
		if (isStart) {
			if (byte !== OPEN_OBJECT) return undefined;
			isStart = false;
		}
		if (byte === QUOTE) at = endOfString(bytes, at);
		else if (byte === OPEN_OBJECT || byte === OPEN_LIST) depth++;
		else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
			if (depth === 0) break;
			depth--;
		} else if (byte === COMMA && depth === 0) {
			commas.push(at);
			isStart = true;
		} else if (byte === LINE_FEED || byte === CARRIAGE_RETURN) return undefined;
	}
	if (commas.length + 1 !== count || !isLastOf(bytes, at + 1, keys)) return undefined;
	// In place: nobody else reads the body any more.
	for (const comma of commas) bytes[comma] = LINE_FEED;
	bytes[at] = LINE_FEED;
	return bytes.subarray(start, at + 1);
}

// The index after the `[` of the list, -1 when the body is not written the plain way.
function findList(bytes: Uint8Array, keys: readonly string[]): number {
	let at = 0;
	for (const key of keys) {
		const wanted = Buffer.from(JSON.stringify(key));
		if (bytes[at] !== OPEN_OBJECT) return -1;
		at = findMember(bytes, at + 1, wanted);
		if (at < 0) return -1;
	}
	return bytes[at] === OPEN_LIST ? at + 1 : -1;
}

// The index of the value under a key of the object whose first member begins at `start`.
function findMember(bytes: Uint8Array, start: number, wanted: Uint8Array): number {
	for (let at = start; bytes[at] === QUOTE; ) {
		const end = endOfString(bytes, at);
		const isWanted = end - at + 1 === wanted.length && wanted.every((byte, i) => bytes[at + i] === byte);
		// A colon must follow at once; a body with spaces around it is not worth the trouble.
		const value = end + 2;
		if (isWanted) return value;
		at = endOfValue(bytes, value) + 1;
	}
	return -1;
}

// Whether nothing after the list, which ends before `start`, takes its place: of a key that comes twice the last one counts.
function isLastOf(bytes: Uint8Array, start: number, keys: readonly string[]): boolean {
	let at = start;
	for (const key of keys.toReversed()) {
		while (bytes[at] === COMMA) {
			if (bytes[at + 1] !== QUOTE) return false;
			const end = endOfString(bytes, at + 1);
			const name: unknown = JSON.parse(Buffer.from(bytes.subarray(at + 1, end + 1)).toString());
			if (name === key) return false;
			at = endOfValue(bytes, end + 2);
		}
		if (bytes[at] !== CLOSE_OBJECT) return false;
		at++;
	}
	return true;
}

// The index of the comma or bracket that ends the value at `start`.
function endOfValue(bytes: Uint8Array, start: number): number {
	let depth = 0;
	for (let at = start; at < bytes.length; at++) {
		const byte = bytes[at] as number;
		if (byte === QUOTE) at = endOfString(bytes, at);
		else if (byte === OPEN_OBJECT || byte === OPEN_LIST) depth++;
		else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
			if (depth === 0) return at;
			depth--;
		} else if (byte === COMMA && depth === 0) return at;
	}
	return bytes.length;
}

function endOfString(bytes: Uint8Array, start: number): number {
	let at = start + 1;
	while (bytes[at] !== QUOTE && at < bytes.length) at += bytes[at] === BACKSLASH ? 2 : 1;
	return at;
}
