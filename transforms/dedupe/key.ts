/** The identity of a record: one unambiguous value, cheap for the plain keys that nearly all APIs have. */
import {canonical} from '../../src/core/json/canonical.ts';
import type {JsonValue} from '../../src/core/json/json.ts';
import {canonicalNumber, isNumeric, type Numeric} from '../../src/core/json/numbers.ts';
import type {JsonRecord} from '../../src/core/page.ts';
import {type Path, parsePath} from '../../src/core/path/path.ts';
import {type ValueIndex, valueAt} from '../../src/core/records/value-index.ts';

/**
 * A number and a text with the same characters differ. `undefined`: the record has no key, and equals no
 * other.
 */
export type Key = string | number | undefined;

// The prefix of every key that is not a plain text or number; a text that starts with it gets another one.
const MARK = '\u0000';

/**
 * Returns a function for the key of a record: one field or path, several together, or the whole record.
 * `nameOf` returns the other name of a key, which a field may use, too.
 */
export function keyOf(
	fields: readonly string[],
	nameOf?: (key: string) => string,
): (record: JsonRecord) => Key {
	return fields.length === 0
		? record => MARK + canonical(record)
		: keyBy(fields.map(field => reader(field, nameOf)));
}

/** The same for records that are text, by row; `undefined` when their index alone does not show the key. */
export function keyInText(fields: readonly string[], index: ValueIndex): ((row: number) => Key) | undefined {
	const keys = fields.map(field => (isPath(field) ? -1 : index.keys.indexOf(field)));
	if (keys.length === 0 || keys.includes(-1)) return undefined;
	return keyBy(keys.map(key => (row: number) => valueAt(index, row, key)));
}

function keyBy<Place>(readers: readonly ((place: Place) => JsonValue | undefined)[]): (place: Place) => Key {
	const [only] = readers;
	if (only && readers.length === 1) return place => single(only(place));
	return place => {
		let key = MARK;
		for (const read of readers) {
			const part = single(read(place));
			if (part === undefined) return undefined;
			// The length before a text keeps ("a", "b,c") and ("a,b", "c") different.
			key += typeof part === 'number' ? `n${part};` : `${part.length}:${part}`;
		}
		return key;
	};
}

function isPath(field: string): boolean {
	return /[.[]/.test(field);
}

function reader(
	field: string,
	nameOf?: (key: string) => string,
): (record: JsonRecord) => JsonValue | undefined {
	const path: Path | undefined = isPath(field) ? parsePath(field) : undefined;
	const named = (record: JsonRecord): JsonValue | undefined => {
		const key = nameOf && Object.keys(record).find(each => nameOf(each) === nameOf(field));
		return key === undefined ? undefined : record[key];
	};
	return record => (Object.hasOwn(record, field) ? record[field] : (path?.first(record) ?? named(record)));
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
			if (!isNumeric(value)) return MARK + canonical(value);
			return numberKey(value);
	}
}

function numberKey(value: Numeric): Key {
	const number = canonicalNumber(value);
	return typeof number === 'number' ? number : MARK + number;
}
