/**
 * Where a walk goes on in another run, if its pages are found by counting: rows may have come or gone
 * meanwhile before its place. The page before is read once more. Where it does not end with the rows that it
 * ended with, they are looked for in the pages around, and the walk goes on after them.
 */
import {createHash} from 'node:crypto';
import {RequestError, SelectorError} from '../../../core/errors.ts';
import {canonical} from '../../../core/json/canonical.ts';
import type {Cursor, JsonRecord} from '../../../core/page.ts';
import {lastRows, rowsIn} from '../../../core/records/lazy-records.ts';
import type {RecordList} from '../../../core/records/record-list.ts';
import type {WarningCode} from '../../../core/warning.ts';
import type {BodyPart} from '../../../http/send-options.ts';
import type {Paginator} from '../../paging/paginator.ts';
import type {WalkPosition} from '../walk-options.ts';
import {identity} from './row-identity.ts';

/** Rows of a page that are kept: the last one may be the one that went. */
const KEPT = 3;
const LENGTH = 12;
const refusals = new Set([400, 404, 416, 422]);
/** Pages that are looked through to each side. */
const MOST_PAGES = 20;
// The page before, this one, and then those around.
const nearestFirst = Array.from({length: MOST_PAGES}, (_, i) => [i + 1, -i]).flat();

export interface Recent {
	/** Prints of the last rows of a page: part of the place after it. */
	of(next: Cursor | undefined, records: RecordList): string[] | undefined;
	/** The rows after the one with this print, if it is there. */
	after(until: string, records: RecordList): RecordList | undefined;
	/** Where the walk goes on. */
	resume(standing: WalkPosition, pages: OtherPages): Promise<WalkPosition>;
}

/** Pages that are only looked at. */
export interface OtherPages {
	send(at: Cursor): AsyncIterable<BodyPart>;
	/** The rows of a part, after so many of the same answer. */
	rows(part: BodyPart, before: number): RecordList;
}

interface Found {
	readonly pages: number;
	readonly place: Cursor;
	/** Prints of its rows. */
	readonly rows: readonly string[];
	/** The latest of the known rows that is among them. */
	readonly last: string;
	/** No known row came after it. */
	readonly isNewest: boolean;
}

export interface RecentOptions {
	readonly paginator: Paginator;
	/** Columns that tell rows apart. @default id, uuid …, or all of them */
	readonly primaryKey?: readonly string[] | undefined;
	readonly tell: (code: WarningCode, message: string) => void;
}

export function recentRows({paginator, primaryKey, tell}: RecentOptions): Recent {
	const identityOf = identity(primaryKey);
	const print = (row: JsonRecord): string =>
		createHash('sha256')
			.update(identityOf(row) ?? canonical(row))
			.digest('base64url')
			.slice(0, LENGTH);

	function moved(at: Cursor, then: string): void {
		const what = 'the list is another one than when the run before read the page before';
		tell('list-moved', `${paginator.describe(at)}: ${what}; ${then}`);
	}

	// Prints of the rows at a place; none where there is no such page any more, which some servers refuse.
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
			return mayResume && records.length > 0 ? lastRows(records, KEPT).map(print) : undefined;
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
				// The last row of all may have moved on to the next page.
				const after = found.isNewest ? 'none' : await look(pages - 1);
				return goOnAfter(typeof after === 'string' ? found : after, standing, back);
			}
			moved(
				at,
				'none of the last rows that were read is near, so rows may be missing or come twice. To read the list from its start, run with --full-refresh',
			);
			return standing;
		},
	};
}
