/**
 * The columns with which rows of lists name their record. Only with them can a merge or a reader find the
 * lists of a record.
 */
import {ROW_ID} from '../../transforms/tables.ts';
import type {ResolvedResource} from '../config/compile/resolve.ts';
import {ConfigError} from '../core/errors.ts';
import {parentKey} from '../core/schema/parent-key.ts';
import type {Schema} from '../core/schema/schema.ts';
import type {Commit} from '../state/commit.ts';
import type {Dataset} from '../state/dataset.ts';

/** Whether the dataset has rows of lists. */
export function hasLists({last}: Dataset, table: string): boolean {
	return listTables(last, table).length > 0;
}

/**
 * Refuses a primary key that rows of lists do not have: they would stay when their record is removed, and
 * joins with it would find nothing.
 */
export function checkListKeys(
	{last, layout}: Dataset,
	{name, nested, write_disposition, table_name: table}: ResolvedResource,
	key: readonly string[],
): void {
	if (nested !== 'tables' && write_disposition !== 'merge') return;
	const wanted = keysAmong(
		(key.length > 0 ? key : [ROW_ID]).map(column => parentKey(table, column)),
		table,
	);
	for (const list of listTables(last, table)) {
		const has = keysIn(schemaShown(last, name, list), table);
		// Resources of one table may have different keys.
		if (has.length === 0 || isShared(last, name, list) || isSame(has, wanted)) continue;
		const prefix = parentKey(table, '').length;
		const names = has.map(column => column.slice(prefix)).join(', ');
		const isNumbered = isSame(has, [parentKey(table, ROW_ID)]);
		throw new ConfigError(
			`${name}: the rows in ${layout.root}/${list} name their record by ${names}, and this run has ` +
				`${key.length > 0 ? `primary_key: ${key.join(', ')}` : 'no primary_key'}. ` +
				`Keep to ${isNumbered ? 'no primary_key' : names}, write to another --output, or begin anew with --full-refresh`,
		);
	}
}

function listTables(last: Commit | undefined, table: string): string[] {
	const filled = (last?.parts ?? []).filter(({kind, rows}) => kind === 'rows' && rows > 0);
	return [...new Set(filled.map(part => part.table).filter(name => name !== table))];
}

// The columns of an unfinished run are not yet the columns of the visible rows.
function schemaShown(last: Commit | undefined, resource: string, table: string): Schema | undefined {
	const standing = last?.standings.get(resource);
	return standing && !standing.isFinished && standing.columnsBefore
		? standing.columnsBefore[table]
		: last?.schemas.get(table);
}

// Among the columns of lists, only those of the key are never null.
function keysIn(schema: Schema | undefined, table: string): string[] {
	const required = (schema?.columns ?? []).filter(({nullable}) => !nullable);
	return keysAmong(
		required.map(({name}) => name),
		table,
	);
}

// `_orders_id` is a key column; `_orders__lines_list_index` is the position of a list in a list.
function keysAmong(columns: readonly string[], table: string): string[] {
	const prefix = parentKey(table, '');
	return columns.filter(name => name.startsWith(prefix) && name[prefix.length] !== '_');
}

function isShared(last: Commit | undefined, resource: string, table: string): boolean {
	return (last?.parts ?? []).some(
		part => part.table === table && part.rows > 0 && part.resource !== resource,
	);
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
	return one.length === other.length && one.every(name => other.includes(name));
}
