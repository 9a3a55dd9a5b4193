/** Finds the list of records in the bytes of a JSON body without parsing it. */
import {BACKSLASH, CLOSE_LIST, CLOSE_OBJECT, COMMA, OPEN_LIST, OPEN_OBJECT} from '../json/ascii.ts';
import {endOfString, endOfValue, skipSpace, startOfMember} from './scan.ts';
import type {ValueIndexer} from './value-index.ts';

interface Span {
	/** Index of its first byte. */
	readonly start: number;
	/** Index after its last byte. */
	readonly end: number;
}

/** The items of a list; the span of the list is the text between its brackets. */
export interface JsonList extends Span {
	readonly items: readonly Span[];
}

interface Found {
	list?: JsonList;
	readonly indexer: ValueIndexer | undefined;
}

const LINE_FEED = 0x0a;

/**
 * The list at `keys`, if the whole body is JSON, and all items are objects. `undefined` also where the keys
 * are not written in the plain form, so that another list may be meant. Each record goes through the indexer.
 */
export function findList(
	bytes: Uint8Array,
	keys: readonly string[],
	indexer?: ValueIndexer,
): JsonList | undefined {
	const found: Found = {indexer};
	const end = look(bytes, skipSpace(bytes, 0), keys.map(quoted), found);
	return end < 0 || skipSpace(bytes, end) < bytes.length ? undefined : found.list;
}

function quoted(key: string): Uint8Array {
	return Buffer.from(JSON.stringify(key));
}

// Follows one key. Returns the index after the value at `at`, or -1 when it is no JSON, or not written in the
// plain form.
function look(bytes: Uint8Array, at: number, [key, ...below]: readonly Uint8Array[], found: Found): number {
	if (key === undefined) return bytes[at] === OPEN_LIST ? readList(bytes, at, found) : -1;
	if (bytes[at] !== OPEN_OBJECT) return -1;
	for (let member = skipSpace(bytes, at + 1); ; ) {
		const value = startOfMember(bytes, member);
		if (value < 0) return -1;
		const name = bytes.subarray(member, endOfString(bytes, member));
		const isWanted = Buffer.compare(name, key) === 0;
		// Of a key that comes twice, the last one counts, and an escape may hide one.
		if ((isWanted && found.list) || (!isWanted && name.includes(BACKSLASH))) return -1;
		const end = isWanted ? look(bytes, value, below, found) : endOfValue(bytes, value);
		if (end < 0) return -1;
		const next = skipSpace(bytes, end);
		if (bytes[next] === CLOSE_OBJECT) return next + 1;
		if (bytes[next] !== COMMA) return -1;
		member = skipSpace(bytes, next + 1);
	}
}

function readList(bytes: Uint8Array, open: number, found: Found): number {
	const {indexer} = found;
	const items: Span[] = [];
	for (let start = skipSpace(bytes, open + 1); ; ) {
		if (bytes[start] !== OPEN_OBJECT) return -1;
		const end = indexer ? indexer.read(bytes, start) : endOfValue(bytes, start);
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

/**
 * Puts each item on its own line, in place: there is room for a line feed between two items, and after the
 * last one. `moved` has the number of bytes by which each item moved to the front.
 */
export function toLines(
	bytes: Uint8Array,
	{start, items}: JsonList,
): {readonly lines: Uint8Array; readonly moved: readonly number[]} {
	const moved: number[] = [];
	let to = start;
	for (const item of items) {
		if (item.start > to) bytes.copyWithin(to, item.start, item.end);
		moved.push(item.start - to);
		to += item.end - item.start;
		bytes[to++] = LINE_FEED;
	}
	return {lines: bytes.subarray(start, to), moved};
}
