/** Compares the tables of a dataset in a target with its last commit. */
import type {ChosenTarget} from '../output/chosen-target.ts';
import type {FoundDatasets} from './datasets.ts';

export interface TablesAudit {
	/** The number of rows that the last commit lists. */
	readonly rows: number;
	readonly tables: number;
	/** One line each. */
	readonly problems: readonly string[];
}

export async function auditTables({name, commit}: FoundDatasets, target: ChosenTarget): Promise<TablesAudit> {
	if (!commit) return {rows: 0, tables: 0, problems: []};
	const own = commit.parts.filter(({kind}) => kind === 'rows');
	const problems = await (await target.parts()).audit(target, {name, commit});
	const rows = own.reduce((sum, part) => sum + part.rows, 0);
	return {rows, tables: new Set(own.map(({table}) => table)).size, problems};
}
