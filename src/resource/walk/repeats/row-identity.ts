/** The identity of rows: a page has certainly come again only if its rows can be told apart. */
import {canonical} from '../../../core/json/canonical.ts';
import type {JsonValue} from '../../../core/json/json.ts';
import {ownValue} from '../../../core/own.ts';
import type {JsonRecord} from '../../../core/page.ts';

/** A row without the columns of a key is known by the first of these that it has. */
export const usualKeys = ['id', '_id', 'uuid', 'guid', 'Id', 'ID'];

/** A text that no other row has; `undefined` if the row has no key. */
export type IdentityOf = (row: JsonRecord) => string | undefined;

/** By these columns, or, where a row lacks one of them, by a usual name such as `id`. */
export function identity(primaryKey: readonly string[] = []): IdentityOf {
	return row => {
		if (typeof row !== 'object' || row === null) return undefined;
		const values = primaryKey.map(name => ownValue(row, name) ?? null);
		if (values.length > 0 && !values.includes(null)) return canonical(values);
		const name = usualKeys.find(key => isScalar(ownValue(row, key)));
		return name === undefined ? undefined : canonical(row[name] as JsonValue);
	};
}

function isScalar(value: JsonValue | undefined): boolean {
	return value != null && value !== '' && (typeof value !== 'object' || 'text' in value);
}

/**
 * Whether the rows of a page can be told apart: each has a unique key, or each of several has a long word, a
 * time or a large number that no other row has. `{status: 'ok'}` may rightly come a thousand times.
 */
export function areDistinct(rows: readonly JsonRecord[], identityOf: IdentityOf): boolean {
	const keys = new Set(rows.map(identityOf));
	if (!keys.has(undefined)) return keys.size === rows.length;
	return rows.length > 1 && eachHasItsOwn(rows.map(row => tellingValues(row)));
}

function eachHasItsOwn(all: readonly ReadonlySet<string>[]): boolean {
	const times = new Map<string, number>();
	for (const values of all) for (const value of values) times.set(value, (times.get(value) ?? 0) + 1);
	return all.every(values => [...values].some(value => times.get(value) === 1));
}

const LONG_WORD = 8;
const LARGE = 1000;

function tellingValues(value: JsonValue, found = new Set<string>()): Set<string> {
	if (typeof value === 'string') {
		if (value.length >= LONG_WORD) found.add(value);
	} else if (typeof value === 'number' || typeof value === 'bigint') {
		if (value >= LARGE || value <= -LARGE) found.add(String(value));
	} else if (value !== null && typeof value === 'object') {
		for (const item of Object.values(value)) tellingValues(item as JsonValue, found);
	}
	return found;
}
