/** Reads the values of a sample by the path to a field. */
import type {JsonValue} from '../core/json/json.ts';
import type {JsonRecord} from '../core/page.ts';
import {isObject} from '../core/path/path.ts';
import {readTime} from '../core/time/grammar.ts';

/** Paths to all fields of these rows. Fields inside objects come after those at the top. */
export function fieldsOf(rows: readonly JsonRecord[]): string[] {
	const top = new Set<string>();
	const inner = new Set<string>();
	for (const row of rows) {
		for (const [key, value] of Object.entries(row)) {
			if (!/^\w+$/.test(key)) continue;
			top.add(key);
			if (!isObject(value)) continue;
			for (const below of Object.keys(value)) if (/^\w+$/.test(below)) inner.add(`${key}.${below}`);
		}
	}
	return [...top, ...inner];
}

export function valueIn(row: JsonRecord, path: string): JsonValue | undefined {
	let value: JsonValue | undefined = row;
	for (const key of path.split('.')) value = isObject(value) ? (value as JsonRecord)[key] : undefined;
	return value;
}

/** Whether it is a time or a date in a usual form of APIs. */
export function isTime(value: JsonValue | undefined): boolean {
	if (typeof value === 'string') return /^\d{4}-\d\d-\d\d/.test(value) && readTime(value) !== undefined;
	// A count of seconds or milliseconds is a time between 2001 and 2065.
	return typeof value === 'number' && ((value >= 1e9 && value < 3e9) || (value >= 1e12 && value < 3e12));
}
