/** Makes tables, and gives them the columns of rows that come. */
import {SchemaError} from '../../../src/core/errors.ts';
import {describeType} from '../../../src/core/schema/definition.ts';
import {type Column, type Schema, seenColumns} from '../../../src/core/schema/schema.ts';
import type {Database, FoundColumn} from './database.ts';
import {columnNames, quoted, RUN, tableName} from './names.ts';

/** A table with its columns. */
export interface Table {
	/** Its name in records: `contacts__tags`. */
	readonly name: string;
	/** Its name for statements. */
	readonly sql: string;
	/** Names of columns by their names in records. */
	readonly names: ReadonlyMap<string, string>;
	readonly columns: readonly Column[];
	readonly isNew: boolean;
}

export interface TableOptions {
	/** Whether all its rows go with this commit, so that columns may change their types freely. */
	readonly isEmptied: boolean;
	/** Whether a commit before has made it. */
	readonly isKnown: boolean;
}

/** The table as it is now; `undefined` if it is not there. */
export async function tableOf(
	db: Database,
	name: string,
	schema: Schema | undefined,
): Promise<Table | undefined> {
	const own = tableName(name, db.names);
	if (!(await db.columns(own))) return undefined;
	const columns = schema ? seenColumns(schema).columns : [];
	return {name, sql: db.table(own), names: columnNames(name, columns, db.names), columns, isNew: false};
}

/** Makes the table, or adds and widens its columns. */
export async function ensureTable(
	db: Database,
	name: string,
	schema: Schema,
	options: TableOptions,
): Promise<Table> {
	const own = tableName(name, db.names);
	const sql = db.table(own);
	const {columns} = seenColumns(schema);
	const names = columnNames(name, columns, db.names);
	const there = await db.columns(own);
	const table = {name, sql, names, columns, isNew: !there};
	if (!there) {
		const all = columns.map(column => definition(db, names, column, !column.nullable));
		await db.run(`CREATE TABLE ${sql} (${[...all, `${quoted(RUN)} ${db.types.run}`].join(', ')})`);
		return table;
	}
	if (!there.has(RUN) || !options.isKnown)
		throw new SchemaError(
			`${name}: there is a table ${sql} that Sluice did not make. Nothing was changed. Drop it or ` +
				'rename it, or give the resource another table_name',
		);
	for (const column of columns) {
		const found = there.get(names.get(column.name) ?? '');
		// Rows that are there have no value in it.
		if (!found) await db.run(`ALTER TABLE ${sql} ADD COLUMN ${definition(db, names, column, false)}`);
		else await fit(db, table, column, found, options);
	}
	for (const [column, {isNullable}] of there)
		if (!isNullable && !columns.some(each => names.get(each.name) === column))
			await db.run(`ALTER TABLE ${sql} ALTER COLUMN ${quoted(column)} DROP NOT NULL`);
	return table;
}

function definition(
	db: Database,
	names: ReadonlyMap<string, string>,
	column: Column,
	isRequired: boolean,
): string {
	const name = quoted(names.get(column.name) ?? column.name);
	return `${name} ${db.typeOf(column)}${isRequired ? ' NOT NULL' : ''}`;
}

async function fit(
	db: Database,
	{name, sql, names}: Table,
	column: Column,
	{type, isNullable}: FoundColumn,
	{isEmptied}: TableOptions,
): Promise<void> {
	const own = quoted(names.get(column.name) ?? column.name);
	const wanted = db.typeOf(column);
	if (column.nullable && !isNullable) await db.run(`ALTER TABLE ${sql} ALTER COLUMN ${own} DROP NOT NULL`);
	if (db.isSame(type, wanted) || (!isEmptied && mayStay(db, own, wanted, type))) return;
	const using = db.conversion(own, type, wanted) ?? (isEmptied ? `CAST(NULL AS ${wanted})` : undefined);
	if (using === undefined)
		throw new SchemaError(
			`${name}.${column.name}: is ${describeType(column)} now, and ${type} in the table of earlier ` +
				'runs, which cannot become that. Declare its earlier type, or read all again with --full-refresh',
			column.name,
		);
	// Rows that go with this commit may have nothing there.
	if (isEmptied && !isNullable && !column.nullable)
		await db.run(`ALTER TABLE ${sql} ALTER COLUMN ${own} DROP NOT NULL`);
	await db.run(`ALTER TABLE ${sql} ALTER COLUMN ${own} TYPE ${wanted} USING ${using}`);
}

// A column that is wider than need be stays, unless it would change what is loaded into it: a double rounds
// whole numbers, and in JSON the text 123 would become a number.
function mayStay(db: Database, own: string, wanted: string, type: string): boolean {
	const of = (name: 'bigint' | 'double' | 'text' | 'json'): string =>
		db.typeOf({name: '', nullable: true, type: name});
	const changes =
		(db.isSame(type, of('double')) && db.isSame(wanted, of('bigint'))) ||
		(db.isSame(type, of('json')) && db.isSame(wanted, of('text')));
	return !changes && db.conversion(own, wanted, type) !== undefined;
}
