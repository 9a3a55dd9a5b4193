/** The names of the tables of nested lists: one for each path, and the same in every run. */
import {StageError} from '../src/core/errors.ts';
import {boundedName, safeName} from '../src/core/files/file-name.ts';
import {SEPARATOR} from './normalize/naming.ts';

/** By table: the table that its lists stand in, and the keys that lead to them from its rows. */
export type ListTables = ReadonlyMap<string, readonly string[]>;

/** What stands between the keys of a path. */
export const STEP = '\u0000';

// Each table is an open file; keys that are data, such as ids, would make any number of them.
const MOST_TABLES = 100;

export interface TableNames {
	/** The table of the lists at this path. `name` is what it is called in `table`, if nothing else is. */
	of(path: string, table: string, name: string): string;
	/** The path of a table that `of()` has named. */
	pathOf(table: string): readonly string[];
}

/**
 * Two paths that spell one name make two tables; which of them has the plain name, `known` says. `present` are
 * the tables that are there, also those of which no path is known.
 */
export function tableNames(
	root: string,
	known: ListTables = new Map(),
	present: Pick<ReadonlySet<string>, 'has'> = new Set(),
): TableNames {
	const names = new Map([...known].map(([table, path]) => [path.join(STEP), table]));
	const taken = new Set([...known.keys()].flatMap(table => [table, folded(table)]));
	const used = new Map<string, string>();
	const folder = root.slice(0, root.lastIndexOf('/') + 1);

	function freeName(path: string, table: string, name: string): string {
		// The name comes from the API, and becomes a folder.
		const wanted = folder + boundedName((table + SEPARATOR + safeName(name)).slice(folder.length));
		let free = wanted;
		for (let number = 2; isTaken(free); number++) free = `${wanted}${SEPARATOR}${number}`;
		taken.add(free).add(folded(free));
		names.set(path, free);
		return free;
	}

	function isTaken(table: string): boolean {
		return taken.has(table) || (taken.has(folded(table)) && !present.has(table));
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

// To some file systems, and to most engines, names that differ in case only are one.
function folded(table: string): string {
	return table.toLowerCase();
}
