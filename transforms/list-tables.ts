/** The names of the tables of nested lists: one for each path, the same in every run. */
import {StageError} from '../src/core/errors.ts';
import {boundedName, safeName} from '../src/core/files/file-name.ts';
import {SEPARATOR} from './normalize/naming.ts';

/** By table: the table of the rows with its lists, and the keys that lead to them from these rows. */
export type ListTables = ReadonlyMap<string, readonly string[]>;

/** The separator of the keys of a path. */
export const STEP = '\u0000';

// Each table is an open file; keys that are data, such as ids, would make any number of them.
const MOST_TABLES = 100;

export interface TableNames {
	/** The table of the lists at this path. `name` is their name in `table`, unless another table has it. */
	of(path: string, table: string, name: string): string;
	/** The path of a table from `of()`. */
	pathOf(table: string): readonly string[];
}

/**
 * Two paths with the same name make two tables; `known` decides which of them has the plain name. `present`
 * are the existing tables, including those without a known path.
 */
export function tableNames(
	root: string,
	known: ListTables = new Map(),
	present: Pick<ReadonlySet<string>, 'has'> = new Set(),
): TableNames {
	const names = new Map([...known].map(([table, path]) => [path.join(STEP), table]));
	const usedNames = new Set([...known.keys()].flatMap(table => [table, folded(table)]));
	const used = new Map<string, string>();
	const folder = root.slice(0, root.lastIndexOf('/') + 1);

	function freeName(path: string, table: string, name: string): string {
		// The name comes from the API, and is used for a folder.
		const wanted = folder + boundedName((table + SEPARATOR + safeName(name)).slice(folder.length));
		let free = wanted;
		for (let number = 2; isTaken(free); number++) free = `${wanted}${SEPARATOR}${number}`;
		usedNames.add(free).add(folded(free));
		names.set(path, free);
		return free;
	}

	function isTaken(table: string): boolean {
		return usedNames.has(table) || (usedNames.has(folded(table)) && !present.has(table));
	}

	return {
		of(path, table, name) {
			const own = names.get(path) ?? freeName(path, table, name);
			if (used.has(own)) return own;
			used.set(own, path);
			if (used.size > MOST_TABLES)
				throw new StageError(
					`${root}: nested lists make more than ${MOST_TABLES} tables, the last is ${JSON.stringify(own)}. ` +
						'Declare a column above them as json, or lower max_table_nesting',
				);
			return own;
		},
		pathOf: table => (used.get(table) ?? '').split(STEP),
	};
}

// Some file systems, and most query engines, do not distinguish names that differ in case only.
function folded(table: string): string {
	return table.toLowerCase();
}
