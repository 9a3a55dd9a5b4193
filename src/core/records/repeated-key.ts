/** A key that one JSON object has twice: a parser keeps the last value, and the rows of the other are lost. */
import {BACKSLASH, CLOSE_OBJECT, COMMA, OPEN_LIST, OPEN_OBJECT} from '../json/ascii.ts';
import {endOfString, endOfValue, skipSpace, startOfMember} from './scan.ts';

/**
 * The key of a list that comes twice in the objects that `keys` lead through, or, without keys, in the root.
 * Takes valid JSON.
 */
export function repeatedKey(bytes: Uint8Array, keys: readonly string[] | undefined): string | undefined {
	if (keys && !keys.some(key => isThereTwice(bytes, key))) return undefined;
	return inObject(bytes, skipSpace(bytes, 0), keys);
}

function isThereTwice(bytes: Uint8Array, key: string): boolean {
	const name = Buffer.from(JSON.stringify(key));
	const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
	const first = text.indexOf(name);
	return first >= 0 && text.indexOf(name, first + name.length) >= 0;
}

function inObject(bytes: Uint8Array, at: number, keys: readonly string[] | undefined): string | undefined {
	if (bytes[at] !== OPEN_OBJECT) return undefined;
	const [wanted, ...below] = keys ?? [];
	const lists = new Set<string>();
	let inner: number | undefined;
	for (let member = skipSpace(bytes, at + 1); ; ) {
		const value = startOfMember(bytes, member);
		if (value < 0) return undefined;
		const name = nameIn(bytes, member);
		const isLast = below.length === 0;
		if (wanted === undefined || name === wanted) {
			if (lists.has(name)) return name;
			if (bytes[value] === OPEN_LIST || !isLast) lists.add(name);
			inner = value;
		}
		const end = endOfValue(bytes, value);
		if (end < 0) return undefined;
		const next = skipSpace(bytes, end);
		if (bytes[next] !== COMMA) break;
		member = skipSpace(bytes, next + 1);
		if (bytes[member] === CLOSE_OBJECT) break;
	}
	return inner === undefined || wanted === undefined || below.length === 0
		? undefined
		: inObject(bytes, inner, below);
}

function nameIn(bytes: Uint8Array, at: number): string {
	const quoted = bytes.subarray(at, endOfString(bytes, at));
	const text = Buffer.from(quoted).toString();
	return quoted.includes(BACKSLASH) ? JSON.parse(text) : text.slice(1, -1);
}
