/**
 * Rows at the head of a page that the page before ended with. An offset that goes on from the rows received,
 * where a page was shorter than its limit, may begin inside the rows that were read: better to read a row
 * twice than to miss one.
 */
import {createHash} from 'node:crypto';
import {stringify} from '../../../core/json/json.ts';
import type {JsonRecord} from '../../../core/page.ts';
import {type Path, parsePath} from '../../../core/path/path.ts';
import {rowsIn} from '../../../core/records/lazy-records.ts';

/** What tells a row from others, as a short text. */
export type Identify = (record: JsonRecord) => string;

/** By the values at `key`; a row that lacks one of them, by all of it. */
export function identifyBy(key: readonly string[] = []): Identify {
	const paths = key.map((text): Path => parsePath(text));
	return record => {
		const values = paths.map((path, i) => record[key[i] ?? ''] ?? path.first(record) ?? null);
		return paths.length > 0 && !values.includes(null) ? hashed(stringify(values)) : printOf(record);
	};
}

/** By all of it. */
export function printOf(record: JsonRecord): string {
	return hashed(stringify(record));
}

/**
 * Fingerprints of the last `count` rows, in order. They are part of the place, so that a run that goes on
 * knows them.
 */
export function tailOf(records: readonly JsonRecord[], count: number): string[] {
	return rowsIn(records).slice(-count).map(printOf);
}

/**
 * How many rows at the head, by their fingerprints, are the last ones of the page before, whose `tail` is
 * given.
 */
export function repeatedPrints(head: readonly string[], tail: readonly string[]): number {
	for (let count = Math.min(head.length, tail.length); count > 0; count--) {
		const from = tail.length - count;
		if (tail.slice(from).every((print, i) => print === head[i])) return count;
	}
	return 0;
}

function hashed(text: string): string {
	return createHash('sha256').update(text).digest('base64').slice(0, 16);
}
