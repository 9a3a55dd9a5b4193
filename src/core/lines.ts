/**
 * The text of records as it came from the API. A page that nobody has touched is written as JSON Lines without being put
 * into words again, and often without having been parsed: every digit and every escape as the server had it, at a fifth of the cost.
 */
import {type JsonValue, parse} from './json.ts';
import type {JsonRecord} from './page.ts';
import {
	BACKSLASH,
	CLOSE_LIST,
	CLOSE_OBJECT,
	COMMA,
	endOfString,
	endOfValue,
	OPEN_LIST,
	OPEN_OBJECT,
	skipSpace,
	startOfMember,
} from './scan.ts';

// By the identity of the list: whoever changes a page makes a new one, and with that the text is forgotten.
const known = new WeakMap<readonly JsonRecord[], Uint8Array>();

/** The records as lines, each with its line feed, if their text is known and each is on one line by itself. */
export function linesOf(records: readonly JsonRecord[]): Uint8Array | undefined {
	return known.get(records);
}

/**
 * The records of a body that need not be parsed: all items of the list at `keys` are objects, and no line feed stands among
 * them. The whole body is checked to be JSON. `value` is what stands around the list, with `[]` in its place. Takes the bytes,
 * which must be UTF-8 without a byte order mark, for itself. `undefined`, and nothing is taken, for a body that is written in another way.
 */
export function unparsed(
	bytes: Uint8Array,
	keys: readonly string[],
): {readonly records: readonly JsonRecord[]; readonly value: JsonValue} | undefined {
	const list = findList(bytes, keys);
	if (!list) return undefined;
	const value = parse(textOf(bytes, 0, list.start) + textOf(bytes, list.end, bytes.length));
	// Such a key goes before the path that reads the same.
	if (keys.length > 1 && Object.hasOwn(value as object, keys.join('.'))) return undefined;
	const lines = cutLines(bytes, list);
	const records = parsedLate(lines, list.items.length);
	known.set(records, lines);
	return {records, value};
}

/** Remembers the text of records that were parsed from the list at `keys` of a body. Takes the bytes for itself. */
export function rememberLines(records: readonly JsonRecord[], bytes: Uint8Array, keys: readonly string[]): void {
	const list = findList(bytes, keys);
	if (list?.items.length === records.length) known.set(records, cutLines(bytes, list));
}

/** The first `count` of the records, which keep their text. */
export function firstOf(records: readonly JsonRecord[], count: number): readonly JsonRecord[] {
	const first = records.slice(0, count);
	const lines = known.get(records);
	let end = 0;
	for (let line = 0; lines && line < first.length; line++) end = lines.indexOf(LINE_FEED, end) + 1;
	if (lines) known.set(first, lines.subarray(0, end));
	return first;
}

interface Span {
	/** Index of its first byte. */
	readonly start: number;
	/** Index after its last byte. */
	readonly end: number;
}

interface List extends Span {
	readonly items: readonly Span[];
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

function findList(bytes: Uint8Array, keys: readonly string[]): List | undefined {
	if (isBroken(bytes, LINE_FEED) || isBroken(bytes, CARRIAGE_RETURN)) return undefined;
	const found: {list?: List} = {};
	const end = look(bytes, skipSpace(bytes, 0), keys.map(quoted), found);
	return end < 0 || skipSpace(bytes, end) < bytes.length ? undefined : found.list;
}

// Whether there is anything after the first line.
function isBroken(bytes: Uint8Array, character: number): boolean {
	const at = bytes.indexOf(character);
	return at >= 0 && skipSpace(bytes, at) < bytes.length;
}

function quoted(key: string): Uint8Array {
	return Buffer.from(JSON.stringify(key));
}

// Goes down one key. The index after the value at `at`, or -1 when it is no JSON, or not written the plain way.
function look(bytes: Uint8Array, at: number, [key, ...below]: readonly Uint8Array[], found: {list?: List}): number {
	if (key === undefined) return bytes[at] === OPEN_LIST ? readList(bytes, at, found) : -1;
	if (bytes[at] !== OPEN_OBJECT) return -1;
	for (let member = skipSpace(bytes, at + 1); ; ) {
		const value = startOfMember(bytes, member);
		if (value < 0) return -1;
		const name = bytes.subarray(member, endOfString(bytes, member));
		const isWanted = Buffer.compare(name, key) === 0;
		// Of a key that comes twice the last one counts, and an escape may hide one.
		if ((isWanted && found.list) || (!isWanted && name.includes(BACKSLASH))) return -1;
		const end = isWanted ? look(bytes, value, below, found) : endOfValue(bytes, value);
		if (end < 0) return -1;
		const next = skipSpace(bytes, end);
		if (bytes[next] === CLOSE_OBJECT) return next + 1;
		if (bytes[next] !== COMMA) return -1;
		member = skipSpace(bytes, next + 1);
	}
}

function readList(bytes: Uint8Array, open: number, found: {list?: List}): number {
	const items: Span[] = [];
	for (let start = skipSpace(bytes, open + 1); ; ) {
		if (bytes[start] !== OPEN_OBJECT) return -1;
		const end = endOfValue(bytes, start);
		if (end < 0) return -1;
		items.push({start, end});
		const next = skipSpace(bytes, end);
		if (bytes[next] === CLOSE_LIST) {
			found.list = {start: open + 1, end: next, items};
			return next + 1;
		}
		if (bytes[next] !== COMMA) return -1;
		start = skipSpace(bytes, next + 1);
	}
}

// In place: between two items there is room for a line feed, and after the last one.
function cutLines(bytes: Uint8Array, {start, items}: List): Uint8Array {
	let to = start;
	for (const item of items) {
		if (item.start > to) bytes.copyWithin(to, item.start, item.end);
		to += item.end - item.start;
		bytes[to++] = LINE_FEED;
	}
	return bytes.subarray(start, to);
}

function textOf(bytes: Uint8Array, start: number, end: number): string {
	return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString();
}

// A list that is parsed when somebody looks at anything but its length.
function parsedLate(lines: Uint8Array, length: number): readonly JsonRecord[] {
	let isParsed = false;
	const records = (list: JsonRecord[]): JsonRecord[] => {
		if (isParsed) return list;
		isParsed = true;
		const text = textOf(lines, 0, lines.length - 1).replaceAll('\n', ',');
		return Object.assign(list, parse(`[${text}]`));
	};
	return new Proxy(new Array<JsonRecord>(length), {
		get: (list, key) => (key === 'length' ? length : Reflect.get(records(list), key)),
		has: (list, key) => Reflect.has(records(list), key),
		ownKeys: list => Reflect.ownKeys(records(list)),
		getOwnPropertyDescriptor: (list, key) => Reflect.getOwnPropertyDescriptor(records(list), key),
	});
}
