/** Hive partitions: rows in folders named by a value, `country=DE`. */
import {SinkError} from '../../src/core/errors.ts';
import {stringify} from '../../src/core/json.ts';
import {own} from '../../src/core/own.ts';
import type {JsonRecord, Page} from '../../src/core/page.ts';

/** Splits a page by the folder its rows belong to: `''` for the table's own. */
export type Partitioner = (page: Page) => Iterable<readonly [folder: string, page: Page]>;

export const unpartitioned: Partitioner = page => [['', page]];

/** All rows of a run in one folder: `load_date=2026-11-20`. */
export function byLoadDate(now: Date): Partitioner {
	const folder = `load_date=${now.toISOString().slice(0, 10)}`;
	return page => [[folder, page]];
}

// What Hive and its heirs call the partition of null.
const NULL = '__HIVE_DEFAULT_PARTITION__';

export type Unit = 'year' | 'month' | 'day';

const unitCharacters = {year: 4, month: 7, day: 10};
// A name of a folder ends at 255 bytes.
const MOST_CHARACTERS = 200;

/** A folder for each value of a column, or for each year, month or day of a timestamp or date: `created_at_month=2026-11`. */
export function byColumn(column: string, unit?: Unit): Partitioner {
	const name = folderColumn(column, unit);
	const folderOf = (record: JsonRecord, resource: string): string => {
		const value = own(record, column) ?? null;
		const text = typeof value === 'string' ? value : stringify(value);
		if (value === null || text === '') return `${name}=${NULL}`;
		const folder = `${name}=${encode(unit ? text.slice(0, unitCharacters[unit]) : text)}`;
		if (folder.length > MOST_CHARACTERS)
			throw new SinkError(
				`${resource}: a value of ${column} is too long for the name of a folder: ${text.slice(0, 40)}…. Partition by another column`,
			);
		return folder;
	};
	return page => {
		const groups = new Map<string, JsonRecord[]>();
		for (const record of page.records) {
			const folder = folderOf(record, page.resource);
			const group = groups.get(folder);
			if (group) group.push(record);
			else groups.set(folder, [record]);
		}
		return [...groups].map(([folder, records]) => [folder, {...page, records}] as const);
	};
}

/** What stands before the `=` in the names of its folders. */
export function folderColumn(column: string, unit?: Unit): string {
	return encode(unit ? `${column}_${unit}` : column);
}

// Escapes what a path or a reader takes for something else.
function encode(text: string): string {
	return encodeURIComponent(text).replace(/[*'.]/g, sign => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}
