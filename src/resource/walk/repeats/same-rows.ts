/**
 * Notices rows that come again in another order, or with a time of the request or a token in them. One page
 * is kept, and the pages after it are compared with it; the 16th, 32nd, 64th … page replaces it, so a cycle
 * of any length is found.
 */

import {stringify} from '../../../core/json/json.ts';
import type {Cursor, JsonRecord} from '../../../core/page.ts';
import {lastRecord, rowsIn} from '../../../core/records/lazy-records.ts';
import type {RecordList} from '../../../core/records/record-list.ts';
import {areDistinct, type IdentityOf} from './row-identity.ts';
import {isStamped, likeness} from './volatile-values.ts';

export interface SameRows {
	/** Takes the next page that is not empty, and returns the page with which its rows have come before. */
	earlier(at: Cursor, records: RecordList): {readonly at: Cursor} | undefined;
}

// A walk with fewer pages than this costs nothing.
const FIRST_KEPT = 16;
/** How often rows that differ in a time or a token have to come again before they count as the same. */
const PATIENCE = 3;

/**
 * How often the same keys may come again with other values in their rows: where the same new value is in all
 * rows of a page, or the author has declared the key; and elsewhere, as in a list of measurements.
 */
const MOST_STAMPED = 100;
const MOST_CHANGED = 1000;

/** `isDeclared`: the identity is a primary key, so a row that comes again is not new. */
export function sameRows(identityOf: IdentityOf, isDeclared: boolean): SameRows {
	const keyOf = (row: JsonRecord): string => identityOf(row) ?? stringify(row);
	let pages = 0;
	let kept: Map<string, JsonRecord> | undefined;
	let keptAt: Cursor = null;
	let matches = 0;
	let [stamped, changed] = [0, 0];

	function isAgain(records: RecordList): boolean {
		if (!kept || kept.size !== records.length) return false;
		const last = lastRecord(records);
		if (last === undefined || !kept.has(keyOf(last))) return false;
		const rows = rowsIn(records);
		if (new Set(rows.map(keyOf)).size !== kept.size) return false;
		const pairs = rows.map(row => [kept?.get(keyOf(row)), row] as const);
		const like = likeness(pairs);
		if (like === 'volatile') matches++;
		if (like === 'different' && pairs.every(([earlier]) => earlier !== undefined)) {
			if (isDeclared || isStamped(pairs)) stamped++;
			else changed++;
		}
		return like === 'same' || matches >= PATIENCE || stamped >= MOST_STAMPED || changed >= MOST_CHANGED;
	}

	function keep(at: Cursor, records: RecordList): void {
		matches = 0;
		keptAt = at;
		const rows = rowsIn(records);
		kept = areDistinct(rows, identityOf) ? new Map(rows.map(row => [keyOf(row), row])) : undefined;
	}

	return {
		earlier(at, records) {
			pages++;
			if (isAgain(records)) return {at: keptAt};
			if (pages >= FIRST_KEPT && (pages & (pages - 1)) === 0) keep(at, records);
			return undefined;
		},
	};
}
