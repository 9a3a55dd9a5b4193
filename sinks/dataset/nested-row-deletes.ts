/** The rows of nested lists that a merge drops: those of dropped records. */
import type {Schema} from '../../src/core/schema/schema.ts';
import type {Part} from '../../src/state/commit.ts';
import {jsonlFormat} from '../formats/jsonl/format.ts';
import {RowSet} from '../formats/row-set.ts';
import {columnOf, type Key, keyReader} from './merge/key.ts';
import {newRows} from './merge/new-rows.ts';
import {keyValues} from './merge/restated.ts';
import type {MergedOptions} from './merge-run.ts';
import {dropOwned} from './nested-row-owners.ts';
import {fileOf, filesOf} from './parts/part-files.ts';

interface Records {
	/** The parts of the run. */
	readonly delta: readonly Part[];
	/** Dropped rows, by the path of their file. */
	readonly dropped: ReadonlyMap<string, RowSet>;
	/** Those of them whose key stays as it was. */
	readonly stale: ReadonlyMap<string, RowSet>;
}

/**
 * The dropped rows of lists, by the path of their file. A new row of a list is dropped with the very record
 * that it came with; an earlier one when the key of its record came again.
 */
export async function droppedLists(
	options: MergedOptions,
	{delta, dropped, stale}: Records,
): Promise<Map<string, RowSet>> {
	const {dataset, table, visible, key, parentKey, format, schemas, signal} = options;
	if (!parentKey) return new Map();
	const found = await droppedNew(options, {delta, dropped});
	const lists = visible.filter(part => part.kind === 'rows' && part.rows > 0 && part.table !== table);
	if (lists.length === 0) return found;
	const came = await keysThatGo(options, {delta, dropped, stale});
	for (const part of lists) {
		const file = await fileOf(dataset, part, schemaOf(schemas, part.table), {columns: parentKey});
		const {batches} = newRows(file, {key: parentKey, format, signal});
		const keyOf = keyReader(parentKey, withTypes(file.schema, parentKey, schemaOf(schemas, table), key));
		const rows = new RowSet(part.rows);
		let row = 0;
		for await (const records of batches) {
			for (const record of records) {
				const parent = keyOf(record);
				if (parent !== undefined && came.has(parent)) rows.add(row);
				row++;
			}
		}
		if (rows.count > 0) found.set(file.path, rows);
	}
	return found;
}

async function droppedNew(
	{dataset, written, signal}: MergedOptions,
	{delta, dropped}: Omit<Records, 'stale'>,
): Promise<Map<string, RowSet>> {
	const gone = new Map<string, RowSet>();
	for (const part of delta) {
		const rows = dropped.get(await dataset.fetch(part));
		if (rows) gone.set(part.path, rows);
	}
	if (gone.size === 0) return new Map();
	const files = new Map<string, {readonly path: string; readonly rows: RowSet}>();
	for (const part of written)
		files.set(part.path, {path: await dataset.fetch(part), rows: new RowSet(part.rows)});
	for (const {kind, path} of written) {
		if (kind !== 'owners') continue;
		for await (const lines of jsonlFormat.rows(files.get(path)?.path ?? '', {signal}))
			for (const line of lines)
				dropOwned(
					line,
					(part, row) => gone.get(part)?.has(row) === true,
					(part, row) => files.get(part)?.rows.add(row),
				);
	}
	return new Map([...files.values()].filter(({rows}) => rows.count > 0).map(({path, rows}) => [path, rows]));
}

// The columns of lists are inferred: a key that is a decimal in the record is a text there, and still the
// same key.
function withTypes(
	list: Schema,
	parentKey: readonly string[],
	records: Schema,
	key: readonly string[],
): Schema {
	const columns = list.columns.map(column => {
		const own = columnOf(records, key[parentKey.indexOf(column.name)] ?? '');
		return own && column.type === 'text' ? {...own, name: column.name} : column;
	});
	return {columns};
}

// The keys that came again, and the keys that a merge_key removed. Where the earlier row is newer, its lists
// stay with it.
async function keysThatGo(options: MergedOptions, {delta, dropped, stale}: Records): Promise<Set<Key>> {
	const {dataset, table, visible, key, mergeKey, schemas} = options;
	const keys = new Set<Key>();
	const staying = new Set<Key>();
	const schema = schemaOf(schemas, table);
	for (const file of await filesOf(dataset, delta, schema)) {
		const older = stale.get(file.path);
		for await (const {key: came, row} of keyValues(file, key, options))
			(older?.has(row) ? staying : keys).add(came);
	}
	for (const file of mergeKey ? await filesOf(dataset, visible, schema, {columns: key}) : []) {
		const gone = dropped.get(file.path);
		if (gone)
			for await (const {key: went, row} of keyValues(file, key, options)) if (gone.has(row)) keys.add(went);
	}
	for (const each of staying) keys.delete(each);
	return keys;
}

// Rows with a key have columns, so the schema exists.
export function schemaOf(schemas: ReadonlyMap<string, Schema>, table: string): Schema {
	const schema = schemas.get(table);
	if (!schema) throw new TypeError(`no columns are known of ${table}; normalize() comes before a merge`);
	return schema;
}
