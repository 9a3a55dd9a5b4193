/**
 * Where a resumed walk goes on, if its pages are found by counting: rows before its place may have been added
 * or removed meanwhile. The page before is read once more. Where it does not end with the same rows, they are
 * searched in the pages around it, and the walk goes on after them.
 */
import {hash} from 'node:crypto';
import {RequestError, SelectorError} from '../../../core/errors.ts';
import {canonical} from '../../../core/json/canonical.ts';
import type {Cursor, JsonRecord} from '../../../core/page.ts';
import {lastRows, lastValues, rowsIn} from '../../../core/records/lazy-records.ts';
import type {RecordList} from '../../../core/records/record-list.ts';
import type {WarningCode} from '../../../core/warning.ts';
import type {BodyPart} from '../../../http/send-options.ts';
import type {Paginator} from '../../paging/paginator.ts';
import type {WalkPosition} from '../walk-options.ts';
import {identity, usualKeys} from './row-identity.ts';

/** How many rows of a page are kept: the last one may be the one that was removed. */
const KEPT = 3;
const LENGTH = 12;
const refusals = new Set([400, 404, 416, 422]);
/** How many pages are searched to each side. */
const MOST_PAGES = 20;
// The page before, this one, and then the pages around.
const nearestFirst = Array.from({length: MOST_PAGES}, (_, i) => [i + 1, -i]).flat();

export interface Recent {
	/** Prints of the last rows of a page. They are part of the place after it. */
	of(next: Cursor | undefined, records: RecordList): string[] | undefined;
	/** The rows after the one with this print; `undefined` if it is missing. */
	after(until: string, records: RecordList): RecordList | undefined;
	/** Finds where the walk goes on. */
	resume(standing: WalkPosition, pages: OtherPages): Promise<WalkPosition>;
}

/** Access to pages that are only looked at. */
export interface OtherPages {
	send(at: Cursor): AsyncIterable<BodyPart>;
	/** The rows of a part; `before` rows of the same answer came earlier. */
	rows(part: BodyPart, before: number): RecordList;
}

interface Found {
	readonly pages: number;
	readonly place: Cursor;
	/** Prints of the rows of a page. */
	readonly rows: readonly string[];
	/** The latest of the known rows on the page. */
	readonly last: string;
	/** No known row came after it. */
	readonly isNewest: boolean;
}

export interface RecentOptions {
	readonly paginator: Paginator;
	/** Columns that identify rows. @default id, uuid …, or all of them */
	readonly primaryKey?: readonly string[] | undefined;
	readonly tell: (code: WarningCode, message: string) => void;
}

export function recentRows({paginator, primaryKey = [], tell}: RecentOptions): Recent {
	const identityOf = identity(primaryKey);
	// A row that lacks them is parsed, and known by another column or by all of them.
	const named = primaryKey.length > 0 ? primaryKey : usualKeys.slice(0, 1);
	const print = (row: JsonRecord): string => printOf(identityOf(row) ?? canonical(row));

	// Most rows have a key, which is found in their text without parsing them.
	function printsOfLast(records: RecordList): string[] {
		const ids = lastValues(records, KEPT, named)?.map(identityOf);
		const areKnown = ids?.every(id => id !== undefined);
		return areKnown ? ids.map(printOf) : lastRows(records, KEPT).map(print);
	}

	function moved(at: Cursor, then: string): void {
		const what = 'the list is another one than when the run before read the page before';
		tell('list-moved', `${paginator.describe(at)}: ${what}; ${then}`);
	}

	// Prints of the rows at a place; none where the page no longer exists, for which some servers return an
	// error.
	async function printsAt(at: Cursor, {send, rows}: OtherPages): Promise<string[]> {
		const prints: string[] = [];
		try {
			for await (const part of send(at)) {
				if (part.outcome !== undefined) return prints;
				prints.push(...rowsIn(rows(part, prints.length)).map(print));
			}
		} catch (error) {
			const isNone =
				error instanceof SelectorError || (error instanceof RequestError && refusals.has(error.status ?? 0));
			if (!isNone) throw error;
		}
		return prints;
	}

	function goOnAfter(
		{pages, place, rows, last, isNewest}: Found,
		standing: WalkPosition,
		back: (pages: number) => Cursor | undefined,
	): WalkPosition {
		const isAtEnd = rows.at(-1) === last;
		if (isAtEnd && pages === 1 && isNewest) return standing;
		moved(standing.at, 'the walk goes on after the last row that it knows');
		const next = isAtEnd ? back(pages - 1) : undefined;
		return next === undefined ? {...standing, at: place, until: last} : {...standing, at: next};
	}

	return {
		of(next, records) {
			const mayResume = next !== undefined && paginator.byPosition?.(next)?.back !== undefined;
			return mayResume && records.length > 0 ? printsOfLast(records) : undefined;
		},
		after(until, records) {
			const rows = rowsIn(records);
			const index = rows.findLastIndex(row => print(row) === until);
			return index < 0 ? undefined : rows.slice(index + 1);
		},
		async resume({recent = [], ...standing}, pagesAt) {
			const {at, inside, tail} = standing;
			const back = paginator.byPosition?.(at)?.back;
			if (!back || recent.length === 0 || inside || tail) return standing;
			const look = async (pages: number): Promise<Found | 'none' | 'empty'> => {
				const place = back(pages);
				const rows = place === undefined ? [] : await printsAt(place, pagesAt);
				const last = recent.findLast(one => rows.includes(one));
				if (place === undefined || last === undefined) return rows.length === 0 ? 'empty' : 'none';
				return {pages, place, rows, last, isNewest: last === recent.at(-1)};
			};
			let isPastEnd = false;
			for (const pages of nearestFirst) {
				if ((isPastEnd && pages < 1) || back(pages) === undefined) continue;
				const found = await look(pages);
				isPastEnd ||= found === 'empty' && pages < 1;
				if (typeof found === 'string') continue;
				// The very last row may have moved on to the next page.
				const after = found.isNewest ? 'none' : await look(pages - 1);
				return goOnAfter(typeof after === 'string' ? found : after, standing, back);
			}
			moved(
				at,
				'none of the last rows that were read is near, so rows may be missing or come twice. To read ' +
					'the list from its start, run with --full-refresh',
			);
			return standing;
		},
	};
}

function printOf(text: string): string {
	return hash('sha256', text, 'base64url').slice(0, LENGTH);
}
