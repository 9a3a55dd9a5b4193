/**
 * Rows at the head of a page that the page before ended with. An offset that goes on from the rows received, where a page was
 * shorter than its limit, may begin inside the rows that were read: better to read a row twice than to miss one.
 */
import {createHash} from 'node:crypto';
import {stringify} from '../core/json.ts';
import {parsedOf} from '../core/lines.ts';
import type {JsonRecord} from '../core/page.ts';

/** Fingerprints of the last `count` rows, in order. They are part of the place, so that a run that goes on knows them. */
export function tailOf(records: readonly JsonRecord[], count: number): string[] {
	return parsedOf(records).slice(-count).map(fingerprint);
}

/** How many rows at the head are the last ones of the page before, whose `tail` is given. */
export function repeatedRows(records: readonly JsonRecord[], tail: readonly string[]): number {
	const head = parsedOf(records).slice(0, tail.length).map(fingerprint);
	for (let count = head.length; count > 0; count--) {
		const from = tail.length - count;
		if (tail.slice(from).every((print, i) => print === head[i])) return count;
	}
	return 0;
}

function fingerprint(record: JsonRecord): string {
	return createHash('sha256').update(stringify(record)).digest('base64').slice(0, 16);
}
