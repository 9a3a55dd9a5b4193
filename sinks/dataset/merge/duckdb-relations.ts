/** Parts as relations of DuckDB: a table with row number, key, rank and deletion mark. */
import {join} from 'node:path';
import type {JsonRecord} from '../../../src/core/page.ts';
import type {Column} from '../../../src/core/schema/schema.ts';
import {parquetFormat} from '../../formats/parquet/format.ts';
import {fileOutput} from '../../output/output.ts';
import {writeWhole} from '../../output/write-whole.ts';
import {columnOf, type Key, keyReader} from './key.ts';
import {hasColumn, newRows, rankReader} from './new-rows.ts';
import {rankColumns} from './newest.ts';
import {rankOf} from './order.ts';
import {startsOf} from './result.ts';
import type {MergePart, SupersedeOptions} from './types.ts';

/** `guards`: earlier rows have a rank, too. */
export type Ranked = SupersedeOptions & {readonly guards: boolean};

export interface Relations {
	/** Names of the columns of the key. */
	readonly keys: readonly string[];
	/** Selects `number`, the keys, `rank` and `gone` of the new rows. */
	readonly fresh: string;
	/** Selects `number`, the keys and, if it matters, `rank` of the earlier rows. */
	readonly present: string;
}

/**
 * DuckDB reads Parquet files in place if their columns have the same types everywhere; of all other files,
 * the keys are first written to a folder.
 */
export async function relations(options: Ranked, folder: string): Promise<Relations> {
	return isPlain(options) ? inPlace(options) : await staged(options, folder);
}

// Whether DuckDB compares the columns as this code does: equal values of equal types under names that mean
// one column.
function isPlain({base, delta, key, order, newest, guards, hardDelete, format}: Ranked): boolean {
	if (format.name !== 'parquet' || newest) return false;
	const all = [...base, ...delta];
	const used = [...key, order, hardDelete].filter(name => name !== undefined);
	const reserved = new Set([...used, 'filename', 'file_row_number'].map(name => name.toLowerCase()));
	const isClear = ({name}: Column): boolean => used.includes(name) || !reserved.has(name.toLowerCase());
	return (
		new Set(used.map(name => name.toLowerCase())).size === new Set(used).size &&
		all.every(({schema}) => schema.columns.every(isClear)) &&
		key.every(name => isUniform(all, name)) &&
		(order === undefined || isUniform(guards ? all : delta, order)) &&
		(hardDelete === undefined ||
			isUniform(delta, hardDelete) ||
			delta.every(part => !hasColumn(part, hardDelete)))
	);
}

function isUniform(parts: readonly MergePart[], name: string): boolean {
	const types = parts.map(({schema}) => {
		const column = columnOf(schema, name);
		if (!column || !rankOf(column)) return undefined;
		return column.type === 'decimal' ? `decimal(${column.precision}, ${column.scale})` : column.type;
	});
	return types.every(type => type !== undefined && type === types[0]);
}

function inPlace({base, delta, key, order, guards, hardDelete}: Ranked): Relations {
	const keys = key.map((_, index) => `key${index}`);
	const keyColumns = key.map((name, index) => `${quoted(name)} AS ${keys[index]}`);
	const gone = delta.map(({schema}) =>
		hardDelete === undefined ? undefined : columnOf(schema, hardDelete),
	)[0];
	const isGone = gone
		? gone.type === 'bool'
			? `coalesce(${quoted(gone.name)}, false)`
			: `${quoted(gone.name)} IS NOT NULL`
		: 'false';
	const rank = order === undefined ? 'NULL::INTEGER' : quoted(order);
	return {
		keys,
		fresh: select(delta, [...keyColumns, `${rank} AS rank`, `${isGone} AS gone`]),
		present: select(base, guards ? [...keyColumns, `${rank} AS rank`] : keyColumns),
	};
}

// Rows are numbered through all parts, as everywhere in a merge.
function select(parts: readonly MergePart[], columns: readonly string[]): string {
	const starts = startsOf(parts);
	const files = parts.map(({path}) => literal(path.replace(/[[*?]/g, '[$&]')));
	const places = parts.map(({path}, index) => `(${literal(path)}, ${starts[index]})`);
	return `
		SELECT places.start + part.file_row_number AS number, ${columns.join(', ')}
		FROM read_parquet([${files.join(', ')}], file_row_number = true, filename = true, union_by_name = true, hive_partitioning = false) part
		JOIN (VALUES ${places.join(', ')}) places(filename, start) USING (filename)`;
}

function quoted(name: string): string {
	return `part."${name.replaceAll('"', '""')}"`;
}

function literal(text: string): string {
	return `'${text.replaceAll("'", "''")}'`;
}

const stagedColumns: readonly Column[] = [
	{name: 'key0', type: 'text', nullable: true},
	{name: 'rank', type: 'text', nullable: true},
	{name: 'gone', type: 'bool', nullable: false},
];

async function staged(options: Ranked, folder: string): Promise<Relations> {
	const {base, delta, key, format, guards, signal} = options;
	const paths = {fresh: join(folder, 'fresh'), present: join(folder, 'present')};
	await stage(paths.fresh, async function* () {
		for (const part of delta) {
			const {batches, keyOf, rankOf, isGone} = newRows(part, options);
			for await (const records of batches)
				yield records.map(record => ({
					key0: keyText(keyOf(record)),
					rank: rankOf(record) ?? null,
					gone: isGone(record),
				}));
		}
	});
	await stage(paths.present, async function* () {
		for (const part of base) {
			const keyOf = keyReader(key, part.schema);
			const rankOf = guards ? rankReader(options, part) : () => undefined;
			const wanted = [...new Set(guards ? [...key, ...rankColumns(options)] : key)];
			const columns = wanted.filter(name => hasColumn(part, name));
			for await (const records of format.rows(part.path, {schema: part.schema, columns, signal}))
				yield records.map(record => ({
					key0: keyText(keyOf(record)),
					rank: rankOf(record) ?? null,
					gone: false,
				}));
		}
	});
	const from = (path: string): string =>
		`FROM read_parquet(${literal(path.replace(/[[*?]/g, '[$&]'))}, file_row_number = true)`;
	return {
		keys: ['key0'],
		fresh: `SELECT file_row_number AS number, key0, rank, gone ${from(paths.fresh)}`,
		present: `SELECT file_row_number AS number, key0, rank ${from(paths.present)}`,
	};
}

// The file has no extension, so that a glob over the dataset does not find it.
function stage(path: string, batches: () => AsyncIterable<readonly JsonRecord[]>): Promise<void> {
	const output = fileOutput(path);
	return writeWhole(output, async () => {
		const encoder = parquetFormat().encoder(output);
		const schema = {columns: stagedColumns};
		let number = 0;
		await encoder.write({resource: 'keys', number, records: [], schema});
		for await (const records of batches())
			await encoder.write({resource: 'keys', number: ++number, records, schema});
		await encoder.finish();
	});
}

function keyText(key: Key): string | null {
	if (key === undefined) return null;
	return typeof key === 'string' ? `s${key}` : `n${key}`;
}
