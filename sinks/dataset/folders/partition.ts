/** Hive partitions: rows in folders with a value in the name, `by_country=DE`. */
import {SinkError} from '../../../src/core/errors.ts';
import {ownValue} from '../../../src/core/own.ts';
import type {JsonRecord, Page} from '../../../src/core/page.ts';
import {rowsIn} from '../../../src/core/records/lazy-records.ts';
import type {Schema} from '../../../src/core/schema/schema.ts';
import {type CalendarUnit, folderValue} from './folder-name.ts';

/**
 * Splits a page by the folders of its rows: `''` is the folder of the table. Rows of a list go to the folder
 * of their record: `owners` has the record of each row.
 */
export type Partitioner = (
	page: Page,
	owners?: readonly JsonRecord[],
) => Iterable<readonly [folder: string, page: Page]>;

export const noPartitions: Partitioner = page => [['', page]];

/** All rows of a run in one folder: `load_date=2026-11-20`. */
export function byLoadDate(now: Date, folder = 'load_date'): Partitioner {
	const name = `${folder}=${now.toISOString().slice(0, 10)}`;
	const check = nameChecker(folder);
	return page => {
		check(page);
		return [[name, page]];
	};
}

// File systems limit a name to 255 bytes.
const MOST_BYTES = 200;

export interface ColumnFolders {
	/** The name of the column in the rows. */
	readonly column: string;
	/** The part of the folder's name before the `=`. */
	readonly folder: string;
	readonly unit?: CalendarUnit | undefined;
}

/**
 * A folder for each value of a column, or for each year, month or day of a timestamp or date:
 * `created_at_month=2026-11`.
 */
export function byColumn({column, folder, unit}: ColumnFolders): Partitioner {
	const check = nameChecker(folder);
	const folderOf = (record: JsonRecord | undefined, resource: string): string => {
		const value = (record && ownValue(record, column)) ?? null;
		const name = `${folder}=${folderValue(value, unit)}`;
		if (Buffer.byteLength(name) > MOST_BYTES)
			throw new SinkError(
				`${resource}: a value of ${column} is too long for the name of a folder: ` +
					`${name.slice(folder.length + 1, folder.length + 41)}…. Partition by another column`,
			);
		return name;
	};
	return (page, owners = rowsIn(page.records)) => {
		check(page);
		const groups = new Map<string, JsonRecord[]>();
		for (const [index, record] of rowsIn(page.records).entries()) {
			if (!page.schema && Object.hasOwn(record, folder)) throw sameName(page.resource, folder, folder);
			const name = folderOf(owners[index], page.resource);
			const group = groups.get(name);
			if (group) group.push(record);
			else groups.set(name, [record]);
		}
		return [...groups].map(([name, records]) => [name, {...page, records}] as const);
	};
}

// Readers make a column from the name of the folder. Where rows have a column with the same name, some
// readers use the wrong one, and others refuse both.
function nameChecker(folder: string): (page: Page) => void {
	let checked: Schema | undefined;
	const lower = folder.toLowerCase();
	return ({schema, resource}) => {
		if (!schema || schema === checked) return;
		checked = schema;
		const same = schema.columns.find(({name}) => name.toLowerCase() === lower)?.name;
		if (same !== undefined) throw sameName(resource, folder, same);
	};
}

function sameName(resource: string, folder: string, column: string): SinkError {
	return new SinkError(
		`${resource}: partition_by names its folders ${folder}=…, and rows have a column ${column}. ` +
			'Readers cannot tell the two apart. Give the folders another name with partition_by.folder',
	);
}
