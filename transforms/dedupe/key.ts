/** What makes two records the same: one value per record, unambiguous, cheap for the plain keys that nearly all APIs have. */
import stableStringify from 'fast-json-stable-stringify';
import {type Cells, cellValue} from '../../src/core/cells.ts';
import {Decimal, type JsonValue} from '../../src/core/json.ts';
import type {JsonRecord} from '../../src/core/page.ts';
import {type Path, parsePath} from '../../src/core/path.ts';

/** Numbers and texts that print alike differ. `undefined`: the record has no key, and is never the same as another. */
export type Key = string | number | undefined;

// Before every key that is not a plain text or number; a text that starts with it gets one more.
const MARK = '\u0000';

/** How to find the key of a record: by one field or path, by several together, or the whole record. */
export function keyOf(fields: readonly string[]): (record: JsonRecord) => Key {
	return fields.length === 0 ? record => MARK + canonical(record) : keyBy(fields.map(reader));
}

/** The same for records that are in cells, by row; `undefined` when these alone do not tell the key. */
export function keyInCells(fields: readonly string[], cells: Cells): ((row: number) => Key) | undefined {
	const keys = fields.map(field => (isPath(field) ? -1 : cells.shape.indexOf(field)));
	if (keys.length === 0 || keys.includes(-1)) return undefined;
	return keyBy(keys.map(key => (row: number) => cellValue(cells, row, key)));
}

function keyBy<Place>(readers: readonly ((place: Place) => JsonValue | undefined)[]): (place: Place) => Key {
	const [only] = readers;
	if (only && readers.length === 1) return place => single(only(place));
	return place => {
		let key = MARK;
		for (const read of readers) {
			const part = single(read(place));
			if (part === undefined) return undefined;
			// A length before a text keeps ("a", "b,c") and ("a,b", "c") apart.
			key += typeof part === 'number' ? `n${part};` : `${part.length}:${part}`;
		}
		return key;
	};
}

function isPath(field: string): boolean {
	return /[.[]/.test(field);
}

function reader(field: string): (record: JsonRecord) => JsonValue | undefined {
	const path: Path | undefined = isPath(field) ? parsePath(field) : undefined;
	return record => (Object.hasOwn(record, field) ? record[field] : path?.first(record));
}

function single(value: JsonValue | undefined): Key {
	switch (typeof value) {
		case 'string':
			return value.startsWith(MARK) ? MARK + value : value;
		case 'number':
			return value;
		case 'undefined':
			return undefined;
		default:
			if (value === null) return undefined;
			if (typeof value === 'bigint' && isSafe(value)) return Number(value);
			return MARK + canonical(value);
	}
}

function isSafe(value: bigint): boolean {
	return Number.isSafeInteger(Number(value));
}

/** JSON with sorted keys, the same for values that are the same. */
function canonical(value: JsonValue): string {
	return stableStringify(plain(value));
}

// The library knows no bigint, and would write a Decimal like a text; both become objects that no API sends.
function plain(value: JsonValue): JsonValue {
	if (typeof value === 'bigint') return isSafe(value) ? Number(value) : {[MARK]: value.toString()};
	if (value instanceof Decimal) return {[MARK]: value.text};
	if (value === null || typeof value !== 'object') return value;
	if (Array.isArray(value)) return value.some(isExact) ? value.map(plain) : value;
	if (!Object.values(value).some(isExact)) return value;
	return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}

function isExact(value: JsonValue): boolean {
	if (typeof value === 'bigint' || value instanceof Decimal) return true;
	if (value === null || typeof value !== 'object') return false;
	return Array.isArray(value) ? value.some(isExact) : Object.values(value).some(isExact);
}
