/**
 * Merges new rows, which are in a table of their own, into a table: rows with their keys go, then they come.
 * No two new rows have the same key.
 */
import {rm} from 'node:fs/promises';
import type {Column} from '../../../src/core/schema/schema.ts';
import type {SettledCounts, SettledMerge} from '../../../src/state/settle.ts';
import type {FileFormat} from '../../formats/format.ts';
import type {Database} from './database.ts';
import {quoted, RUN} from './names.ts';
import type {Table} from './tables.ts';

export interface MergeTables {
	readonly db: Database;
	readonly merge: SettledMerge;
	/** The table, and the new rows for it. */
	readonly main: Table;
	readonly fresh: string;
	/** Tables of nested lists, with their new rows where there are any. */
	readonly lists: readonly {readonly table: Table; readonly fresh: string | undefined}[];
	/** The format of a file at `scratch`, for rows that are compared here. */
	readonly format: FileFormat;
	readonly scratch: string;
	/** Called with the number of earlier rows of a run that go. */
	readonly onGone: (table: string, run: string, rows: number) => void;
}

const AT_ONCE = 5000;

/** Removes the earlier rows that new ones replace, and the new rows that have no place. Adds none. */
export async function meetEarlier(given: MergeTables): Promise<SettledCounts> {
	const {db, merge, main, fresh} = given;
	const stale = merge.newest && merge.key.length > 0 ? await removeStale(given) : 0;
	const gone = goneIn(given);
	const isMet = `EXISTS (SELECT 1 FROM ${main.sql} t WHERE ${matches(given, 'f', 't')})`;
	const count = async (where: string): Promise<number> =>
		Number((await db.run(`SELECT count(*) AS n FROM ${fresh} f WHERE ${where}`)).rows[0]?.n ?? 0);
	const staying = await count(`NOT ${gone}`);
	const updated = merge.key.length > 0 ? await count(`NOT ${gone} AND ${isMet}`) : 0;
	let deleted = merge.key.length > 0 ? await count(`${gone} AND ${isMet}`) : 0;
	await removeLists(given);
	if (merge.key.length > 0)
		await remove(given, main, `EXISTS (SELECT 1 FROM ${fresh} f WHERE ${matches(given, 'f', 't')})`);
	if (merge.mergeKey)
		deleted += await remove(given, main, `EXISTS (SELECT 1 FROM ${fresh} f WHERE ${restates(given)})`);
	for (const {table, fresh: rows} of given.lists)
		if (rows !== undefined && hasParentKey(given, table))
			await db.run(
				`DELETE FROM ${rows} l WHERE EXISTS (SELECT 1 FROM ${fresh} f WHERE ${gone} AND ` +
					`${ofRecord(given, table, 'f')})`,
			);
	await db.run(`DELETE FROM ${fresh} f WHERE ${gone}`);
	return {inserted: staying - updated, updated, deleted, stale};
}

/** Counts the earlier rows by their run, and removes them. Returns their number. */
async function remove({db, onGone}: MergeTables, {name, sql}: Table, where: string): Promise<number> {
	const run = quoted(RUN);
	const found = await db.run(
		`SELECT ${run} AS run, count(*) AS n FROM ${sql} t WHERE ${where} GROUP BY ${run}`,
	);
	let all = 0;
	for (const {run: of, n} of found.rows) {
		all += Number(n);
		if (typeof of === 'string') onGone(name, of, Number(n));
	}
	if (all > 0) await db.run(`DELETE FROM ${sql} t WHERE ${where}`);
	return all;
}

// Rows of lists go with the record whose key came again, or that a merge key removes.
async function removeLists(given: MergeTables): Promise<void> {
	const {merge, main, fresh, lists} = given;
	for (const {table} of lists) {
		if (!hasParentKey(given, table)) continue;
		const ofNew = `EXISTS (SELECT 1 FROM ${fresh} f WHERE ${ofRecord(given, table, 'f', 't')})`;
		await remove(given, table, ofNew);
		if (!merge.mergeKey) continue;
		const restated = `EXISTS (SELECT 1 FROM ${fresh} f WHERE ${restates(given, 'r')})`;
		await remove(
			given,
			table,
			`EXISTS (SELECT 1 FROM ${main.sql} r WHERE ${ofRecord(given, table, 'r', 't')} AND ${restated})`,
		);
	}
}

function hasParentKey({merge}: MergeTables, {names}: Table): boolean {
	const {parentKey = []} = merge;
	return parentKey.length > 0 && parentKey.every(name => names.has(name));
}

// The columns of lists are inferred: a key that is a decimal in the record is a text there.
function ofRecord({db, merge, main}: MergeTables, list: Table, record: string, row = 'l'): string {
	const {key, parentKey = []} = merge;
	return parentKey
		.map((name, at) => {
			const own = main.columns.find(column => column.name === key[at]);
			const there = list.columns.find(column => column.name === name);
			const cell = `${row}.${quoted(list.names.get(name) ?? name)}`;
			const isText = there?.type === 'text' && own !== undefined && own.type !== 'text';
			const value = isText ? `CAST(${cell} AS ${db.typeOf(own)})` : cell;
			return `${value} = ${record}.${nameIn(main, key[at] ?? '')}`;
		})
		.join(' AND ');
}

function matches({merge, main}: MergeTables, one: string, other: string): string {
	return merge.key.map(name => `${one}.${nameIn(main, name)} = ${other}.${nameIn(main, name)}`).join(' AND ');
}

function restates({merge, main}: MergeTables, row = 't'): string {
	return (merge.mergeKey ?? [])
		.map(name => `f.${nameIn(main, name)} = ${row}.${nameIn(main, name)}`)
		.join(' AND ');
}

function nameIn({names}: Table, column: string): string {
	return quoted(names.get(column) ?? column);
}

// Whether a new row deletes its key.
function goneIn({merge: {hardDelete}, main}: MergeTables): string {
	const column = main.columns.find(({name}) => name === hardDelete);
	if (!column) return 'false';
	const cell = `f.${nameIn(main, column.name)}`;
	return column.type === 'bool' ? `coalesce(${cell}, false)` : `(${cell} IS NOT NULL)`;
}

/**
 * Removes new rows that are older than the rows that are there, with their lists. Values are compared here:
 * a column may have times as texts, whose order no database knows.
 */
async function removeStale(given: MergeTables): Promise<number> {
	const {db, merge, main, fresh, format, scratch} = given;
	const ranking = merge.newest;
	const used = main.columns.filter(({name}) => ranking?.columns.includes(name));
	if (!ranking || used.length === 0) return 0;
	const number: Column = {name: 'row', nullable: false, type: 'bigint'};
	const of = (alias: string) =>
		used.map((column, at) => ({
			sql: `${alias}.${nameIn(main, column.name)}`,
			column: {...column, name: `${alias}${at}`},
		}));
	const columns = [{sql: `f.${db.rowNumber}`, column: number}, ...of('t'), ...of('f')];
	await db.unload({
		columns,
		from: `FROM ${fresh} f JOIN ${main.sql} t ON ${matches(given, 'f', 't')}`,
		path: scratch,
	});
	const stale = new Set<string>();
	const schema = {columns: columns.map(({column}) => column)};
	for await (const records of format.rows(scratch, {schema}))
		for (const record of records) {
			const rank = (alias: string) =>
				ranking.rankOf(Object.fromEntries(used.map(({name}, at) => [name, record[`${alias}${at}`] ?? null])));
			const [there, came] = [rank('t'), rank('f')];
			if (there !== undefined && came !== undefined && isAfter(there, came)) stale.add(String(record.row));
		}
	await rm(scratch, {force: true});
	const all = [...stale];
	for (let at = 0; at < all.length; at += AT_ONCE) {
		const some = `${db.rowNumber} IN (${all.slice(at, at + AT_ONCE).join(', ')})`;
		for (const {table, fresh: rows} of given.lists)
			if (rows !== undefined && hasParentKey(given, table))
				await db.run(
					`DELETE FROM ${rows} l WHERE EXISTS (SELECT 1 FROM ${fresh} f WHERE f.${some} AND ` +
						`${ofRecord(given, table, 'f')})`,
				);
		await db.run(`DELETE FROM ${fresh} f WHERE ${some}`);
	}
	return stale.size;
}

// By code points, as ranks are compared everywhere.
function isAfter(one: string, other: string): boolean {
	return Buffer.compare(Buffer.from(one), Buffer.from(other)) > 0;
}
