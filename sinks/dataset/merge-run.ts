/**
 * Merges the rows of a run into the earlier rows: superseded rows are dropped, and only their parts are
 * written anew.
 */
import {dirname} from 'node:path';
import type {Schema} from '../../src/core/schema/schema.ts';
import {type Part, pathsOf} from '../../src/state/commit.ts';
import type {Target} from '../../src/state/target.ts';
import {type FileFormat, withoutOf} from '../formats/format.ts';
import {RowSet} from '../formats/row-set.ts';
import {supersede} from './merge/find-superseded.ts';
import {lostColumns} from './merge/lost-values.ts';
import {newRows} from './merge/new-rows.ts';
import type {Newest} from './merge/newest.ts';
import {rowsOfMergeKeys} from './merge/restated.ts';
import {touchedParts} from './merge/touched-parts.ts';
import type {Superseded, SupersedeOptions} from './merge/types.ts';
import {droppedLists, schemaOf} from './nested-row-deletes.ts';
import {filesOf} from './parts/part-files.ts';
import type {PartMaker} from './parts/parts.ts';

export interface MergeOptions {
	/** Columns that identify rows. Without any, `mergeKey` alone decides which rows are dropped. */
	readonly key: readonly string[];
	/** Earlier rows are dropped when their values in these columns come again: a day that is restated. */
	readonly mergeKey?: readonly string[];
	/**
	 * Of rows with the same key, the one with the greatest value in this column stays. @default the one that
	 * came last
	 */
	readonly order?: string;
	/** Instead of `order`: decides which row is the newest. An earlier row that is newer stays. */
	readonly newest?: Newest;
	/** A row with true in this column, or any value in a column that is no bool, deletes its key. */
	readonly hardDelete?: string;
	/**
	 * Called with columns in which a dropped row of the run has a value, and the row that stays has none. May
	 * throw.
	 */
	readonly lost?: (columns: readonly string[]) => void;
	/** The columns of `key` in the tables of nested lists, whose rows are dropped with their record. */
	readonly parentKey?: readonly string[];
}

export interface MergedOptions extends MergeOptions {
	readonly dataset: Target;
	readonly maker: PartMaker;
	readonly table: string;
	readonly format: FileFormat;
	readonly schemas: ReadonlyMap<string, Schema>;
	/** Parts of the run, in order. */
	readonly written: readonly Part[];
	readonly visible: readonly Part[];
	/** Ends the work; the parts stay as they are. */
	readonly signal: AbortSignal;
}

export interface Merged {
	readonly add: Part[];
	readonly remove: Part[];
	/** The number of rows that another row of the same run superseded. */
	readonly duplicates: number;
	readonly counts: {readonly inserted: number; readonly updated: number; readonly deleted: number};
}

export async function mergeRun(options: MergedOptions): Promise<Merged> {
	const {dataset, table, written, visible, key, mergeKey, hardDelete, format, schemas, signal} = options;
	const rowsOf = (parts: readonly Part[]): Part[] =>
		parts.filter(part => part.kind === 'rows' && part.rows > 0 && part.table === table);
	const schema = schemaOf(schemas, table);
	const delta = rowsOf(written);
	const files = await filesOf(dataset, delta, schema);
	const earlier = rowsOf(visible);
	// A value of a merge_key may be in any part.
	const touched = mergeKey ? earlier : await touchedParts(earlier, {dataset, format, delta: files, key});
	const base = await filesOf(dataset, touched, schema, {columns: readColumns(options)});
	const parts = {base, delta: files, format, signal};
	const deletes = hardDelete === undefined ? {} : {hardDelete};
	const outcome =
		key.length === 0
			? await inserted({...parts, ...deletes})
			: await supersede({...parts, ...deletes, ...orderOf(options), key});
	if (options.lost && outcome.pairs.length > 0) {
		const columns = await lostColumns(files, outcome.pairs, {format, signal});
		if (columns.length > 0) options.lost(columns);
	}
	const dropped = new Map(outcome.dropped);
	const {duplicates, ...counts} = outcome.counts;
	if (mergeKey) {
		for (const [path, rows] of await rowsOfMergeKeys({...parts, mergeKey})) {
			counts.deleted += addRows(dropped, path, rows);
		}
	}
	for (const [path, rows] of await droppedLists(options, {delta, dropped, stale: outcome.stale}))
		addRows(dropped, path, rows);
	const apart = pathsOf(earlier);
	for (const {path} of touched) apart.delete(path);
	const changed = {...options, visible: visible.filter(({path}) => !apart.has(path))};
	return {...(await rewritten(changed, dropped)), duplicates, counts};
}

/** What a merge reads of an earlier part. */
function readColumns({key, mergeKey = [], order, newest}: MergeOptions): readonly string[] {
	return [
		...new Set([...key, ...mergeKey, ...(order === undefined ? [] : [order]), ...(newest?.columns ?? [])]),
	];
}

// Restated rows are replaced even by older ones.
function orderOf({mergeKey, order, newest}: MergeOptions): Pick<SupersedeOptions, 'order' | 'newest'> {
	const column = order ?? (mergeKey && newest?.column);
	return {...(column !== undefined && {order: column}), ...(newest && !mergeKey && {newest})};
}

// Without a key, no two rows are the same. A row that reports a deletion restates its day, and does not stay.
async function inserted(
	options: Pick<SupersedeOptions, 'delta' | 'format' | 'hardDelete' | 'signal'>,
): Promise<Superseded> {
	const dropped = new Map<string, RowSet>();
	let staying = 0;
	for (const part of options.delta) {
		const gone = new RowSet(part.rows);
		const {batches, isGone} = newRows(part, {...options, key: []});
		if (options.hardDelete !== undefined) {
			let row = 0;
			for await (const records of batches)
				for (const record of records) {
					if (isGone(record)) gone.add(row);
					row++;
				}
		}
		if (gone.count > 0) dropped.set(part.path, gone);
		staying += part.rows - gone.count;
	}
	return {
		dropped,
		stale: new Map(),
		pairs: [],
		counts: {inserted: staying, updated: 0, deleted: 0, duplicates: 0},
	};
}

// Adds dropped rows. Returns how many of them are new.
function addRows(dropped: Map<string, RowSet>, path: string, more: RowSet): number {
	const rows = dropped.get(path) ?? new RowSet(more.rows);
	const before = rows.count;
	for (let row = 0; row < more.rows; row++) if (more.has(row)) rows.add(row);
	dropped.set(path, rows);
	return rows.count - before;
}

/** Each part without its dropped rows; a part that lost none stays as it is. */
async function rewritten(
	{dataset, maker, written, visible, format, signal}: MergedOptions,
	dropped: ReadonlyMap<string, RowSet>,
): Promise<{add: Part[]; remove: Part[]}> {
	const add: Part[] = [];
	const remove: Part[] = [];
	const shown = pathsOf(visible);
	for (const part of [...visible, ...written.filter(({kind}) => kind !== 'owners')]) {
		const isNew = !shown.has(part.path);
		const rows = dropped.get(await dataset.fetch(part, {columns: []}));
		if (!rows || rows.count === 0) {
			if (isNew) add.push(part);
			continue;
		}
		if (!isNew) remove.push(part);
		if (rows.count === part.rows) continue;
		const path = await dataset.fetch(part);
		const folder = {table: part.table, path: dirname(part.path), kind: 'rows', format} as const;
		const write: Parameters<PartMaker['make']>[2] = output =>
			withoutOf(format, part.table)(path, rows, output, {signal});
		add.push(await maker.make(folder, part.rows - rows.count, write, part));
	}
	return {add, remove};
}
