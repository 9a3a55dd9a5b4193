/** Compares the tables of a dataset with its last commit. */
import {plural} from '../../../src/core/quantity.ts';
import type {Commit} from '../../../src/state/commit.ts';
import type {Database} from './database.ts';
import {quoted, RUN, tableName} from './names.ts';

/** One line for each table whose rows are not those of the commit. Rows that others have added do not count. */
export async function auditTables(db: Database, {parts}: Commit): Promise<string[]> {
	const expected = new Map<string, number>();
	for (const {kind, table, rows} of parts)
		if (kind === 'rows') expected.set(table, (expected.get(table) ?? 0) + rows);
	const problems: string[] = [];
	for (const [table, rows] of expected) {
		const found = await rowsIn(db, table);
		if (found === undefined) problems.push(`${table}: the table is gone, with ${plural(rows, 'row')}`);
		else if (found !== rows)
			problems.push(`${table}: has ${plural(found, 'row')}, where the last commit has ${rows}`);
	}
	return problems;
}

async function rowsIn(db: Database, table: string): Promise<number | undefined> {
	const own = tableName(table, db.names);
	if (!(await db.columns(own))) return undefined;
	const {rows} = await db.run(`SELECT count(*) AS n FROM ${db.table(own)} WHERE ${quoted(RUN)} IS NOT NULL`);
	return Number(rows[0]?.n);
}
