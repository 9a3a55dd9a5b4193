/** Combines two records that are pieces of one: the result has the fields of both. */
import {canonical} from '../../src/core/json/canonical.ts';
import type {JsonObject, JsonValue} from '../../src/core/json/json.ts';
import type {JsonRecord} from '../../src/core/page.ts';
import {isObject} from '../../src/core/path/path.ts';
import {setProperty} from '../assign.ts';

/**
 * Values of the newer record win, except null. Objects are combined field by field; items of a list are added
 * if they are not there yet.
 */
export function combineRecords(older: JsonRecord, newer: JsonRecord): JsonRecord {
	const result: JsonObject = {...older};
	for (const [key, value] of Object.entries(newer))
		setProperty(result, key, Object.hasOwn(older, key) ? both(older[key] ?? null, value) : value);
	return result;
}

/** Fields that have a value in the richer record, and none in the poorer. */
export function fieldsLackedBy(poorer: JsonRecord, richer: JsonRecord): string[] {
	return Object.keys(richer).filter(
		key => !isEmpty(richer[key]) && isEmpty(Object.hasOwn(poorer, key) ? poorer[key] : null),
	);
}

function both(older: JsonValue, newer: JsonValue): JsonValue {
	if (newer === null) return older;
	if (isObject(older) && isObject(newer)) return combineRecords(older, newer);
	if (!Array.isArray(older) || !Array.isArray(newer)) return newer;
	const known = new Set(older.map(canonical));
	return [...older, ...newer.filter(item => !known.has(canonical(item)))];
}

function isEmpty(value: JsonValue | undefined): boolean {
	return value === undefined || value === null;
}
