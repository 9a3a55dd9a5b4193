/**
 * Columns with a task: keys of the config name them as the API spells them, or as they are called in the
 * output.
 */
import type {Newest} from '../../../sinks/dataset/merge/newest.ts';
import {declaredName} from '../../../transforms/normalize/naming.ts';
import type {ResolvedResource} from '../compile/resolve.ts';
import {cursorColumn, newestOf} from './newest.ts';

/** All by the names that columns have in the output. */
export interface Roles {
	readonly key: readonly string[];
	/** Rows that are there go when their values here come again. */
	readonly mergeKey?: readonly string[];
	/** The greatest value tells which row of a key stays, of those of one run. */
	readonly order?: string;
	/** Where no order is declared, or that of the cursor: the newest row stays, also of those that are there. */
	readonly newest?: Newest;
	/** Where `newest` finds its value in the rows of this run. */
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

/** Names for `--select`, as the output has them. A path into a column stays as it is. */
export function selectedColumns(
	names: readonly string[] | undefined,
	resource: ResolvedResource,
): readonly string[] | undefined {
	return names && [...new Set(names.map(name => (name.includes('.') ? name : columnOf(name, resource))))];
}
