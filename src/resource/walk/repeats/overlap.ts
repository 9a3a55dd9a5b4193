/**
 * Finds rows at the beginning of a page with which the page before ended. Where a page was shorter than its
 * limit, an offset that goes on from the rows received may begin inside the rows that were read: reading a
 * row twice is better than missing one.
 */
import {hash} from 'node:crypto';
import {stringify} from '../../../core/json/json.ts';
import type {JsonRecord} from '../../../core/page.ts';
import {type Path, parsePath} from '../../../core/path/path.ts';
import {rowsIn} from '../../../core/records/lazy-records.ts';

/** Returns a short text that identifies a row. */
export type Identify = (record: JsonRecord) => string;

/** By the values at `key`, or by the whole row if it lacks one of them. */
export function identifyBy(key: readonly string[] = []): Identify {
	const paths = key.map((text): Path => parsePath(text));
	return record => {
		const values = paths.map((path, i) => record[key[i] ?? ''] ?? path.first(record) ?? null);
		return paths.length > 0 && !values.includes(null) ? hashed(stringify(values)) : printOf(record);
	};
}

/** A print of the whole row. */
export function printOf(record: JsonRecord): string {
	return hashed(stringify(record));
}

/**
 * Fingerprints of the last `count` rows, in order. They are part of the place, so that a resumed run has
 * them.
 */
export function tailOf(records: readonly JsonRecord[], count: number): string[] {
	return rowsIn(records).slice(-count).map(printOf);
}

/**
 * How many rows at the beginning are the last rows of the page before, whose `tail` is given. Rows are
 * compared by their fingerprints.
 */
export function repeatedPrints(head: readonly string[], tail: readonly string[]): number {
	for (let count = Math.min(head.length, tail.length); count > 0; count--) {
		const from = tail.length - count;
		if (tail.slice(from).every((print, i) => print === head[i])) return count;
	}
	return 0;
}

function hashed(text: string): string {
	return hash('sha256', text, 'base64').slice(0, 16);
}
