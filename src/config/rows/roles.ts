/**
 * Columns with a role. Keys of the config name them by their names in the API, or by their names in the
 * output.
 */
import type {Newest} from '../../../sinks/dataset/merge/newest.ts';
import {declaredName} from '../../../transforms/normalize/naming.ts';
import type {ResolvedResource} from '../compile/resolve.ts';
import {cursorColumn, newestOf} from './newest.ts';

/** All names are those in the output. */
export interface Roles {
	readonly key: readonly string[];
	/** Rows in the output are removed if their values in these columns come again. */
	readonly mergeKey?: readonly string[];
	/** Of the rows of one run with the same key, the one with the greatest value in it stays. */
	readonly order?: string;
	/**
	 * Set if no order is declared, or that of the cursor: the newest row stays, rows in the output included.
	 */
	readonly newest?: Newest;
	/** The column in which `newest` finds its value, in the rows of this run. */
	readonly cursor?: string;
	readonly hardDelete?: string;
	readonly partition?: string;
}

export function rolesOf(resource: ResolvedResource): Roles {
	const {primary_key, merge_key, columns, partition_by: by} = resource;
	const named = (name: string): string => columnOf(name, resource);
	const sorted = columns.find(({dedup_sort}) => dedup_sort === 'desc')?.name;
	const newest = newestOf(resource);
	const isCursor = sorted === undefined || named(sorted) === newest?.column;
	const order = sorted === undefined ? undefined : named(sorted);
	const cursor = newest && isCursor ? cursorColumn(resource) : undefined;
	const hardDelete = columns.find(({hard_delete}) => hard_delete === true)?.name;
	const isColumn = by !== undefined && !(by.column === 'load_date' && by.unit === undefined);
	return {
		key: primary_key.map(named),
		...(merge_key && {mergeKey: merge_key.map(named)}),
		...(newest && isCursor ? {newest} : order !== undefined && {order}),
		...(cursor !== undefined && {cursor}),
		...(hardDelete !== undefined && {hardDelete: named(hardDelete)}),
		...(isColumn && {partition: named(by.column)}),
	};
}

function columnOf(name: string, {naming = 'direct'}: ResolvedResource): string {
	return declaredName(name, naming);
}

/** The names in `--select`, as they are in the output. A path into a column stays as it is. */
export function selectedColumns(
	names: readonly string[] | undefined,
	resource: ResolvedResource,
): readonly string[] | undefined {
	return names && [...new Set(names.map(name => (name.includes('.') ? name : columnOf(name, resource))))];
}
