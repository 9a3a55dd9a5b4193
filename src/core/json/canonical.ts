/** A text that is the same for equal JSON values, to compare rows. */
import stableStringify from 'fast-json-stable-stringify';
import {Decimal, type JsonValue} from './json.ts';
import {canonicalNumber} from './numbers.ts';

/**
 * JSON with sorted keys: equal for values with the same content, in whatever order their keys come, and
 * however their numbers are written or stored.
 */
export function canonical(value: JsonValue): string {
	return stableStringify(plain(value));
}

// No object of an API has such a key and no other.
const NUMBER = '\u0000';

// The library does not support bigint, and would write a long decimal like a text.
function plain(value: JsonValue): JsonValue {
	if (typeof value === 'number') return Number.isFinite(value) ? value : {[NUMBER]: `${value}`};
	if (typeof value === 'bigint' || value instanceof Decimal) {
		const number = canonicalNumber(value);
		return typeof number === 'number' ? number : {[NUMBER]: number};
	}
	if (value === null || typeof value !== 'object') return value;
	if (Array.isArray(value)) {
		const items = value.map(plain);
		return items.every((item, index) => item === value[index]) ? value : items;
	}
	// A function of the user may return a value that is not JSON, such as a Date.
	if (typeof (value as {toJSON?: unknown}).toJSON === 'function') return value;
	const entries = Object.entries(value);
	const plains = entries.map(([key, item]) => [key, plain(item)] as const);
	return plains.every(([, item], index) => item === entries[index]?.[1]) ? value : Object.fromEntries(plains);
}
