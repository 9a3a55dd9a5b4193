/**
 * Stores which rows of nested lists came with which record. Lists have no keys of their own, and only one of
 * several records with the same key stays; so a merge needs more than the key to find the owner of a row. The
 * owners are written beside the rows, in parts that readers do not see, and are as durable as the rows.
 */
import type {JsonRecord, Page} from '../../src/core/page.ts';
import {rowsIn} from '../../src/core/records/lazy-records.ts';
import type {RowPosition} from './parts/open-parts.ts';

/** The owners of consecutive rows in one part of a list. */
interface OwnersLine {
	/** Path of the part. */
	readonly list: string;
	/** The number of the first row. */
	readonly from: number;
	/** Paths of the parts that have their records. */
	readonly parts: readonly string[];
	/**
	 * For each record three numbers: the index of its part in `parts`, its row there, and how many rows of the
	 * list are its own.
	 */
	readonly runs: readonly number[];
}

export interface Owners {
	/** The lines to store about the page. */
	readonly lines: readonly JsonRecord[];
	/**
	 * Notes where rows are: `rows` are all or some of those of `whole`, which is the page or one of its tables.
	 * The page comes first.
	 */
	note(whole: Page, rows: Page, first: RowPosition): void;
}

export function rowOwners(page: Page): Owners {
	/** The positions of records, by index in the page. */
	const places: RowPosition[] = [];
	const lines: JsonRecord[] = [];

	function line(owned: readonly number[], {path, row}: RowPosition): JsonRecord {
		const parts: string[] = [];
		const runs: number[] = [];
		let before: number | undefined;
		for (const owner of owned) {
			if (owner === before) {
				runs.push((runs.pop() ?? 0) + 1);
				continue;
			}
			before = owner;
			const place = places[owner];
			if (!place) throw new RangeError(`a row of ${path} has no record`);
			if (!parts.includes(place.path)) parts.push(place.path);
			runs.push(parts.indexOf(place.path), place.row, 1);
		}
		return {list: path, from: row, parts, runs} satisfies OwnersLine & JsonRecord;
	}

	return {
		lines,
		note(whole, rows, first) {
			const indexes = indexesIn(whole, rows);
			if (whole === page)
				for (const [at, index] of indexes.entries()) places[index] = {path: first.path, row: first.row + at};
			else if (whole.owners)
				lines.push(
					line(
						indexes.map(index => whole.owners?.[index] ?? -1),
						first,
					),
				);
		},
	};
}

// Partitions hold records of the page, in its order.
function indexesIn({records}: Page, {records: some}: Page): number[] {
	if (some.length === records.length) return Array.from({length: some.length}, (_, index) => index);
	const indexes = new Map(rowsIn(records).map((record, index) => [record, index]));
	return rowsIn(some).map(record => indexes.get(record) ?? -1);
}

/** Calls `drop` for the rows of lists whose record `isDropped`. */
export function dropOwned(
	line: JsonRecord,
	isDropped: (part: string, row: number) => boolean,
	drop: (list: string, row: number) => void,
): void {
	const {list, from, parts, runs} = line as unknown as OwnersLine;
	let row = from;
	for (let at = 0; at < runs.length; at += 3) {
		const [part = 0, record = 0, count = 0] = [runs[at], runs[at + 1], runs[at + 2]];
		const end = row + count;
		if (isDropped(parts[part] ?? '', record)) while (row < end) drop(list, row++);
		row = end;
	}
}
