/** By which columns rows of lists name their record. Only a merge or a reader that knows them finds its lists. */
import {endingOf} from '../../../sinks/dataset/parts/parts.ts';
import type {FileFormat} from '../../../sinks/formats/format.ts';
import {ROW_ID} from '../../../transforms/tables.ts';
import type {ResolvedResource} from '../../config/compile/resolve.ts';
import {ConfigError} from '../../core/errors.ts';
import {parentKey} from '../../core/schema/parent-key.ts';
import type {Schema} from '../../core/schema/schema.ts';
import type {Commit, Part} from '../../state/commit.ts';
import type {Target} from '../../state/target.ts';

/** Whether the dataset has rows of lists. */
export function hasLists({last}: Target, table: string): boolean {
	return listTables(last, table).length > 0;
}

/** Columns by which rows of lists name their record, and the resource that they are of. */
interface Named {
	readonly resource: string;
	readonly has: readonly string[];
}

interface ListKeyOptions {
	readonly format: FileFormat;
	readonly fullRefresh: boolean;
	/** Names of the resources whose rows this run replaces. */
	readonly replacing: readonly string[];
}

/**
 * Refuses a primary key that rows of lists do not have: they would stay when their record goes, and their
 * joins with it would find nothing. `--full-refresh` replaces rows of its own resource only.
 */
export async function checkListKeys(
	dataset: Target,
	resource: ResolvedResource,
	key: readonly string[],
	options: ListKeyOptions,
): Promise<void> {
	const {name, nested, write_disposition, table_name: table} = resource;
	if (nested !== 'tables' && write_disposition !== 'merge') return;
	const {last, place} = dataset;
	const wanted = columnsOf(key, table);
	for (const list of listTables(last, table)) {
		const has = keysIn(schemaShown(last, name, list), table);
		const found =
			has.length === 0 || isShared(last, name, list)
				? await firstUnlike(dataset, list, resource, key, options)
				: {resource: name, has: options.fullRefresh ? [] : has};
		if (!found || found.has.length === 0 || isSame(found.has, wanted)) continue;
		throw new ConfigError(refusal(found, {name, table, key, path: `${place}/${list}`}));
	}
}

function refusal(
	{resource, has}: Named,
	{name, table, key, path}: {name: string; table: string; key: readonly string[]; path: string},
): string {
	const prefix = parentKey(table, '').length;
	const names = has.map(column => column.slice(prefix)).join(', ');
	const isNumbered = isSame(has, [parentKey(table, ROW_ID)]);
	const isOther = resource !== name;
	return (
		`${name}: the rows ${isOther ? `of ${resource} ` : ''}in ${path} name their record by ${names}, and ` +
		`this run has ${key.length > 0 ? `primary_key: ${key.join(', ')}` : 'no primary_key'}. ` +
		(isOther
			? `Give both the same primary_key and begin anew with sluice run ${name} ${resource} ` +
				'--full-refresh, or give each a table_name of its own'
			: `Keep to ${isNumbered ? 'no primary_key' : names}, write to another --output, or begin anew with ` +
				'--full-refresh')
	);
}

/**
 * The columns of a shared table tell nothing of one resource, so its files are opened. Rows of other resources
 * may name their record by more than the key of a merge: it finds them all the same.
 */
async function firstUnlike(
	dataset: Target,
	list: string,
	{name, table_name: table, write_disposition}: ResolvedResource,
	key: readonly string[],
	{format, fullRefresh, replacing}: ListKeyOptions,
): Promise<Named | undefined> {
	const progress = dataset.last?.progress.get(name);
	const isMerged = write_disposition === 'merge' && key.length > 0;
	// A run that goes on has the key that it had.
	const isStaying = ({resource, run}: Part): boolean =>
		resource === name
			? !fullRefresh && (progress?.run !== run || progress.isFinished)
			: isMerged && !(fullRefresh && replacing.includes(resource));
	const wanted = columnsOf(key, table);
	const names = (dataset.last?.schemas.get(list)?.columns ?? []).map(column => column.name);
	for (const part of filledParts(dataset, list, format).filter(isStaying)) {
		const {resource} = part;
		const has = await filledColumns(dataset, part, keysAmong(names, table), format);
		const isFound = resource === name ? isSame(has, wanted) : wanted.every(column => has.includes(column));
		if (has.length > 0 && !isFound) return {resource, has};
	}
	return undefined;
}

function filledParts({last, missing}: Target, table: string, {extension}: FileFormat): Part[] {
	const gone = new Set(missing.map(({path}) => path));
	return (last?.parts ?? []).filter(
		part =>
			part.table === table &&
			part.kind === 'rows' &&
			part.rows > 0 &&
			endingOf(part.path) === extension &&
			!gone.has(part.path),
	);
}

/** Those of the columns that have a value in the first row. */
async function filledColumns(
	dataset: Target,
	part: Part,
	columns: readonly string[],
	format: FileFormat,
): Promise<string[]> {
	const schema = dataset.last?.schemas.get(part.table);
	for await (const [first] of format.rows(await dataset.fetch(part, {most: 1, columns}), {schema, columns}))
		return columns.filter(column => (first?.[column] ?? null) !== null);
	return [];
}

function columnsOf(key: readonly string[], table: string): string[] {
	return (key.length > 0 ? key : [ROW_ID]).map(column => parentKey(table, column));
}

function listTables(last: Commit | undefined, table: string): string[] {
	const filled = (last?.parts ?? []).filter(({kind, rows}) => kind === 'rows' && rows > 0);
	return [...new Set(filled.map(part => part.table).filter(name => name !== table))];
}

// Columns of a run that has not come to its end are not yet those of the rows that are there.
function schemaShown(last: Commit | undefined, resource: string, table: string): Schema | undefined {
	const progress = last?.progress.get(resource);
	return progress && !progress.isFinished && progress.columnsBefore
		? progress.columnsBefore[table]
		: last?.schemas.get(table);
}

// Of the columns in rows of lists, those of the key are never null, unless several resources wrote them.
function keysIn(schema: Schema | undefined, table: string): string[] {
	const required = (schema?.columns ?? []).filter(({nullable}) => !nullable);
	return keysAmong(
		required.map(({name}) => name),
		table,
	);
}

// `_orders_id` is one; `_orders__lines_list_index` says where a list in a list stands.
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
