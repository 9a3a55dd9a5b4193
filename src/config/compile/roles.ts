/** Columns with a task: keys of the config name them as the API spells them, or as they are called in the output. */
import {declaredName} from '../../../transforms/normalize/naming.ts';
import type {ResolvedResource} from './resolve.ts';

/** All by the names that columns have in the output. */
export interface Roles {
	readonly key: readonly string[];
	/** Rows that are there go when their values here come again. */
	readonly mergeKey?: readonly string[];
	/** The greatest value tells the newest row of a key. */
	readonly order?: string;
	readonly hardDelete?: string;
	readonly partition?: string;
}

export function rolesOf(resource: ResolvedResource): Roles {
	const {primary_key, merge_key, columns, partition_by: by} = resource;
	const named = (name: string): string => columnOf(name, resource);
	const sorted = columns.find(({dedup_sort}) => dedup_sort === 'desc')?.name;
	const order = sorted === undefined ? newestOf(resource) : named(sorted);
	const hardDelete = columns.find(({hard_delete}) => hard_delete === true)?.name;
	const isColumn = by !== undefined && !(by.column === 'load_date' && by.unit === undefined);
	return {
		key: primary_key.map(named),
		...(merge_key && {mergeKey: merge_key.map(named)}),
		...(order !== undefined && {order}),
		...(hardDelete !== undefined && {hardDelete: named(hardDelete)}),
		...(isColumn && {partition: named(by.column)}),
	};
}

function columnOf(name: string, {naming = 'direct'}: ResolvedResource): string {
	return declaredName(name, naming);
}

// What tells new rows from old ones tells which of two is the newer; but only columns can be asked, not places inside them.
function newestOf(resource: ResolvedResource): string | undefined {
	const {incremental} = resource.endpoint;
	const isGreatest = incremental?.last_value_func == null || incremental.last_value_func === 'max';
	const path = isGreatest ? (incremental?.cursor_path ?? '') : '';
	return /^\w+$/.test(path) ? columnOf(path, resource) : undefined;
}
