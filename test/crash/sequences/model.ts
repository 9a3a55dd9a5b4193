/** What must be in the tables: plain lists of rows in memory, and what each disposition does to them. */
import {fieldNames, type Row, type Source} from './api.ts';
import {mergedInto} from './merge.ts';
import type {ResourceScene, Scene} from './scene.ts';

/** A row as a run has written it. */
export interface Entry {
	readonly source: Source;
	readonly row: Row;
	/** The fields that were selected. */
	readonly select: readonly string[] | undefined;
	/** Of its file. */
	readonly format: Scene['format'];
}

/** The entries of one table, in no order. */
export type Entries = readonly Entry[];

// What the folders are named by is written in any case, and what a merge goes by.
export function entriesOf(
	source: Source,
	rows: readonly Row[],
	{select: names, resources, format}: Scene,
): Entry[] {
	const {partition, disposition, isSorted, isIncremental, hasDeletes} = resources[source];
	const isMerged = disposition === 'merge';
	const needed = [
		...(partition ? [partition] : []),
		...(isMerged && (isSorted || isIncremental) ? ['rev'] : []),
		...(isMerged && hasDeletes ? ['gone'] : []),
	];
	const select = names && [...names, ...needed];
	return rows.map(row => ({source, row, select, format}));
}

/** The table after a whole run of one resource. */
export function after(table: Entries, came: Entries, scene: ResourceScene, isFresh: boolean): Entries {
	const {disposition} = scene;
	if (disposition === 'append' && !isFresh) return [...table, ...came];
	const [source] = came.map(entry => entry.source);
	const isAnew = isFresh || disposition === 'replace';
	const left = isAnew ? table.filter(entry => entry.source !== source) : table;
	return disposition === 'merge' ? mergedInto(left, came, scene) : [...left, ...came];
}

/** One line for each row of the table, sorted: what a reader must find. */
export function linesOf(table: Entries): string[] {
	return table
		.map(({row, select}) =>
			lineOf(name => (select && !select.includes(name) ? undefined : row[name as keyof Row])),
		)
		.sort();
}

/** The same for the rows of lists. */
export function listLinesOf(table: Entries): string[] {
	return table.flatMap(({row}) => row.lines.map(({tag, n}) => `${tag} ${n}`)).sort();
}

/** A row as a text, from its fields, whatever types they have in the files. */
export function lineOf(field: (name: string) => unknown): string {
	return fieldNames.map(name => `${name}=${textOf(name, field(name))}`).join(' | ');
}

function textOf(name: string, value: unknown): string {
	if (value === null || value === undefined || value === '') return '-';
	if (name === 'score' || name === 'id' || name === 'rev') return String(Number(value));
	return name === 'day' ? String(value).slice(0, 10) : String(value);
}
