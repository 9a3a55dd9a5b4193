/** Compares the tables of a dataset in a target with its last commit. */
import {plural} from '../core/quantity.ts';
import type {ChosenTarget} from './chosen-target.ts';
import type {FoundDatasets} from './datasets.ts';

export interface TablesAudit {
	/** The number of rows that the last commit lists. */
	readonly rows: number;
	readonly tables: number;
	/** One line each. */
	readonly problems: readonly string[];
}

/** Counts the rows of each table. Rows that others have added are not counted. */
export async function auditTables({commit}: FoundDatasets, target: ChosenTarget): Promise<TablesAudit> {
	const expected = new Map<string, number>();
	for (const {kind, table, rows} of commit?.parts ?? [])
		if (kind === 'rows') expected.set(table, (expected.get(table) ?? 0) + rows);
	const counts = await (await target.parts()).count(target, [...expected.keys()]);
	const problems = [...expected].flatMap(([table, rows]) => {
		const found = counts.get(table);
		if (found === undefined) return [`${table}: the table is gone, with ${plural(rows, 'row')}`];
		return found === rows ? [] : [`${table}: has ${plural(found, 'row')}, where the last commit has ${rows}`];
	});
	return {rows: [...expected.values()].reduce((sum, rows) => sum + rows, 0), tables: expected.size, problems};
}
