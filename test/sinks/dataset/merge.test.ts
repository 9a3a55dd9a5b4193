import assert from 'node:assert/strict';
import {mkdir, readdir} from 'node:fs/promises';
import {after, test} from 'node:test';
import {DuckDBInstance} from '@duckdb/node-api';
import fc from 'fast-check';
import {supersede} from '../../../sinks/dataset/merge/find-superseded.ts';
import type {Newest} from '../../../sinks/dataset/merge/newest.ts';
import {compareRanks, rankOf} from '../../../sinks/dataset/merge/order.ts';
import type {MergePart, SupersedeOptions} from '../../../sinks/dataset/merge/types.ts';
import {csvFormat} from '../../../sinks/formats/csv/format.ts';
import type {FileFormat} from '../../../sinks/formats/format.ts';
import {gzipped} from '../../../sinks/formats/gzip.ts';
import {jsonlFormat} from '../../../sinks/formats/jsonl/format.ts';
import {Decimal, type JsonValue} from '../../../src/core/json/json.ts';
import type {JsonRecord} from '../../../src/core/page.ts';
import type {Column} from '../../../src/core/schema/schema.ts';
import {temporaryFolder} from '../../helpers/folder.ts';
import {at, collect, smallParquet, writePart} from '../formats/records.ts';

const engines = ['javascript', 'duckdb'] as const;
const parquet = smallParquet(4);
const instance = await DuckDBInstance.create(':memory:', {threads: '2'});
const connection = await instance.connect();
after(() => {
	connection.closeSync();
	instance.closeSync();
});

interface Batch {
	readonly columns: readonly Column[];
	readonly records: readonly JsonRecord[];
}

async function writeParts(
	format: FileFormat,
	folder: string,
	name: string,
	batches: readonly Batch[],
): Promise<MergePart[]> {
	const parts: MergePart[] = [];
	for (const [i, batch] of batches.entries())
		parts.push({
			path: await writePart(format, at(folder, `${name}${i}`), [batch]),
			rows: batch.records.length,
			schema: {columns: batch.columns},
		});
	return parts;
}

type Setup = Omit<SupersedeOptions, 'base' | 'delta'> & {base: readonly Batch[]; delta: readonly Batch[]};

/** Merges, and says which rows are left. */
async function merged(setup: Setup): Promise<{rows: JsonRecord[]; counts: object}> {
	await using folder = await temporaryFolder();
	const base = await writeParts(setup.format, folder.path, 'base', setup.base);
	const delta = await writeParts(setup.format, folder.path, 'delta', setup.delta);
	const before = await readdir(folder.path);
	const {dropped, counts} = await supersede({...setup, base, delta});
	assert.deepEqual(await readdir(folder.path), before);
	const rows: JsonRecord[] = [];
	for (const {path, schema} of [...base, ...delta]) {
		const records = await collect(setup.format.rows(path, {schema}));
		rows.push(...records.filter((_, row) => !dropped.get(path)?.has(row)));
	}
	return {rows, counts};
}

const columns: Column[] = [
	{name: 'seq', type: 'bigint', nullable: false},
	{name: 'Region', type: 'text', nullable: false},
	{name: 'id', type: 'bigint', nullable: false},
	{name: 'changed', type: 'timestamp', nullable: true},
	{name: 'gone', type: 'bool', nullable: true},
];

const record = fc.record({
	Region: fc.constantFrom('eu', 'us', '', '\u{1F600}'),
	id: fc.constantFrom<JsonValue>(1, 2, 3, -1, 9007199254740993n, 9007199254740995n),
	changed: fc.option(
		fc.constantFrom('2024-01-05T10:00:00Z', '2024-01-05T10:00:00.500Z', '2024-01-05T10:00:00.500001Z'),
		{
			nil: null,
		},
	),
	gone: fc.constantFrom(true, false, null, null),
});

const batches = fc.array(fc.array(record, {maxLength: 12}), {minLength: 1, maxLength: 3});
const input = fc.record({
	base: batches,
	delta: batches,
	isComposite: fc.boolean(),
	isOrdered: fc.constantFrom('', 'order', 'newest', 'rank'),
	deletes: fc.boolean(),
});

function numbered(lists: readonly (readonly JsonRecord[])[], first: number): Batch[] {
	let seq = first;
	return lists.map(records => ({columns, records: records.map(one => ({seq: seq++, ...one}))}));
}

/** The rows that a plain upsert in SQL leaves. */
async function upserted(
	base: readonly Batch[],
	delta: readonly Batch[],
	key: readonly string[],
	order: string,
	deletes: boolean,
) {
	const list = key.join(', ');
	// Also rows that are there may be the newest.
	const guards = order === 'newest' || order === 'rank';
	const values = (list: readonly Batch[]): string => {
		const rows = list.flatMap(({records}) => records);
		const text = (value: unknown): string =>
			value === null ? 'NULL' : typeof value === 'string' ? `'${value}'` : String(value);
		const tuples = rows.map(
			row => `(${[row.seq, row.Region, row.id, row.changed, row.gone].map(text).join(', ')})`,
		);
		return (
			'(SELECT seq, region, id::BIGINT AS id, changed::TIMESTAMPTZ AS changed, gone::BOOLEAN AS gone FROM ' +
			`(VALUES ${[...tuples, "(-1, '', 0, NULL, NULL)"].join(', ')}) v(seq, region, id, changed, gone) ` +
			'WHERE seq >= 0)'
		);
	};
	const sql = `
		WITH base AS ${values(base)}, delta AS ${values(delta)},
		latest AS (
			SELECT * FROM delta
			QUALIFY row_number() OVER (PARTITION BY ${key.join(', ')} ORDER BY ${order !== '' ? 'changed DESC NULLS LAST, ' : ''} seq DESC) = 1
		),
		stale AS (
			SELECT ${list}
			FROM latest JOIN (SELECT ${list}, max(changed) AS best FROM base GROUP BY ${list}) USING (${list})
			WHERE ${guards} AND best > changed
		),
		winners AS (FROM latest ANTI JOIN stale USING (${list}))
		SELECT seq FROM base ANTI JOIN winners USING (${list})
		UNION ALL SELECT seq FROM winners ${deletes ? 'WHERE NOT coalesce(gone, false)' : ''}
		ORDER BY seq`;
	return (await connection.runAndReadAll(sql)).getRows().map(([seq]) => Number(seq));
}

const byChange: Newest = {
	columns: ['changed', 'elsewhere'],
	rankOf: ({changed}) =>
		changed == null
			? undefined
			: String(Date.parse(changed as string) * 1000 + (/001Z$/.test(changed as string) ? 1 : 0)),
};

for (const engine of engines) {
	test(`a merge by ${engine} leaves the rows that an upsert in SQL leaves`, async () => {
		await fc.assert(
			fc.asyncProperty(input, async ({isComposite, isOrdered, deletes, ...lists}) => {
				const base = numbered(lists.base, 0);
				const delta = numbered(lists.delta, 1000);
				const key = isComposite ? ['Region', 'id'] : ['id'];
				const {rows} = await merged({
					base,
					delta,
					key,
					...(isOrdered === 'order' && {order: 'changed'}),
					...(isOrdered === 'newest' && {newest: {...byChange, column: 'changed'}}),
					...(isOrdered === 'rank' && {newest: byChange}),
					...(deletes && {hardDelete: 'gone'}),
					format: parquet,
					engine,
				});
				assert.deepEqual(
					rows.map(row => row.seq),
					await upserted(base, delta, key, isOrdered, deletes),
				);
			}),
			{numRuns: engine === 'duckdb' ? 40 : 80},
		);
	});
}

// Columns whose types differ from part to part, and keys without a value.
const types: readonly Column[][] = [
	[{name: 'id', type: 'bigint', nullable: true}],
	[{name: 'id', type: 'double', nullable: true}],
	[{name: 'id', type: 'decimal', precision: 30, scale: 3, nullable: true}],
	[{name: 'id', type: 'text', nullable: true}],
	[{name: 'ID', type: 'bigint', nullable: true}],
];
const valuesOf: Record<string, readonly JsonValue[]> = {
	bigint: [null, 0, 1, -7, 9007199254740993n, 1152921504606846976n],
	double: [null, 0, -0, Number.NaN, Number.NEGATIVE_INFINITY, 1, -7, 0.5, 2 ** 60, 1e300],
	decimal: [null, '0', '1', '-7', '0.5', '9007199254740993', '1152921504606846976'],
	text: [null, '', '1', '0.5', '\u0000', '\u0000t'],
};
const loose = fc.array(
	fc.constantFrom(...types).chain(([column]) =>
		fc
			.array(
				fc.record({
					id: fc.constantFrom(...valuesOf[column!.type]!),
					order: fc.constantFrom(...valuesOf[column!.type]!),
				}),
				{
					maxLength: 8,
				},
			)
			.map(rows => ({
				columns: [
					{name: 'seq', type: 'bigint', nullable: false} as Column,
					column!,
					{...column!, name: 'order'},
					{name: 'why', type: 'text', nullable: true} as Column,
				],
				records: rows.map(
					({id, order}, seq): JsonRecord => ({
						seq,
						[column!.name]: id,
						order,
						why: seq % 3 === 0 ? 'left' : null,
					}),
				),
			})),
	),
	{maxLength: 4},
);
const hasKey = (delta: readonly Batch[]): boolean => {
	const filled = delta.filter(({records}) => records.length > 0);
	return filled.length === 0 || filled.some(({columns}) => columns[1]?.name === 'id');
};

for (const format of [parquet, gzipped(jsonlFormat), csvFormat()]) {
	test(`both engines agree about ${format.extension} parts of any types`, async () => {
		await fc.assert(
			fc.asyncProperty(loose, loose.filter(hasKey), fc.boolean(), async (base, delta, isOrdered) => {
				const setup = {
					base,
					delta,
					key: ['id'],
					hardDelete: 'why',
					format,
					...(isOrdered && {order: 'order'}),
				};
				assert.deepEqual(
					await merged({...setup, engine: 'duckdb'}),
					await merged({...setup, engine: 'javascript'}),
				);
			}),
			{numRuns: 25},
		);
	});
}

const id: Column = {name: 'id', type: 'bigint', nullable: false};
const batch = (...ids: number[]): Batch => ({columns: [id], records: ids.map(value => ({id: value}))});

for (const engine of engines) {
	test(`${engine} counts what a merge does`, async () => {
		const gone: Column = {name: 'gone', type: 'bool', nullable: true};
		const delta = {
			columns: [id, gone],
			records: [
				{id: 2, gone: null},
				{id: 2, gone: null},
				{id: 3, gone: true},
				{id: 8, gone: false},
				{id: 9, gone: true},
			],
		};
		const {rows, counts} = await merged({
			base: [batch(1, 2), batch(2, 3)],
			delta: [delta],
			key: ['id'],
			hardDelete: 'gone',
			format: parquet,
			engine,
		});
		assert.deepEqual(rows, [{id: 1}, delta.records[1], delta.records[3]]);
		assert.deepEqual(counts, {updated: 1, inserted: 1, deleted: 1, duplicates: 1});
	});

	test(`${engine} takes 1, 1.0 and 1.00 for one key, and long integers as they are`, async () => {
		const decimal: Column = {name: 'id', type: 'decimal', precision: 20, scale: 2, nullable: false};
		const double: Column = {name: 'id', type: 'double', nullable: false};
		const base = {columns: [id], records: [{id: 1}, {id: 9007199254740993n}, {id: 9007199254740992n}]};
		const delta = [
			{columns: [double], records: [{id: 1}]},
			{columns: [decimal], records: [{id: '1'}, {id: '9007199254740993'}]},
		];
		const {rows} = await merged({base: [base], delta, key: ['id'], format: parquet, engine});
		assert.deepEqual(rows, [{id: 9007199254740992n}, {id: '1'}, {id: '9007199254740993'}]);
	});

	test(`a new row without a key is the same as no other for ${engine}`, async () => {
		const loose = {columns: [{...id, nullable: true}], records: [{id: null}, {id: null}]};
		const {rows, counts} = await merged({
			base: [loose],
			delta: [loose],
			key: ['id'],
			format: jsonlFormat,
			engine,
		});
		assert.equal(rows.length, 4);
		assert.deepEqual(counts, {updated: 0, inserted: 2, deleted: 0, duplicates: 0});
	});

	test(`an order that has none is refused by ${engine}`, async () => {
		const json: Column = {name: 'at', type: 'json', nullable: true};
		const delta = [{columns: [id, json], records: [{id: 1, at: {}}]}];
		await assert.rejects(merged({base: [], delta, key: ['id'], order: 'at', format: parquet, engine}), {
			name: 'SinkError',
			message: /^the column "at" is json, of which no value is greater/,
		});
	});

	test(`a merge by ${engine} that is aborted ends with the reason`, async () => {
		const reason = new Error('enough');
		const signal = AbortSignal.abort(reason);
		await assert.rejects(
			merged({base: [batch(1)], delta: [batch(1)], key: ['id'], format: parquet, engine, signal}),
			reason,
		);
	});

	test(`a merge by ${engine} that is aborted on its way ends with the reason`, async () => {
		const reason = new Error('enough');
		const controller = new AbortController();
		// Keys that DuckDB does not read by itself.
		const format: FileFormat = {
			...jsonlFormat,
			rows(path, options) {
				controller.abort(reason);
				return jsonlFormat.rows(path, options);
			},
		};
		const {signal} = controller;
		await assert.rejects(
			merged({base: [batch(1)], delta: [batch(1)], key: ['id'], format, engine, signal}),
			reason,
		);
	});

	test(`folders and columns of any name are merged by ${engine}`, async () => {
		await using folder = await temporaryFolder();
		const path = at(folder.path, `a=b [x] it's *?`);
		await mkdir(path);
		const odd: Column[] = [
			id,
			{name: 'start', type: 'text', nullable: true},
			{name: 'filename', type: 'text', nullable: true},
		];
		for (const list of [[id], odd, [id, {name: 'FILE_ROW_NUMBER', type: 'text', nullable: true} as Column]]) {
			const base = await writeParts(parquet, path, 'base', [{columns: list, records: [{id: 1}, {id: 2}]}]);
			const delta = await writeParts(parquet, path, 'delta', [{columns: list, records: [{id: 2}]}]);
			const {dropped} = await supersede({base, delta, key: ['id'], format: parquet, engine});
			assert.deepEqual([...dropped.keys()], [base[0]!.path]);
			assert.deepEqual([dropped.get(base[0]!.path)?.has(1), dropped.get(base[0]!.path)?.count], [true, 1]);
		}
	});
}

test('row groups that cannot have a key are not read', async () => {
	const read: number[] = [];
	const format: FileFormat = {
		...parquet,
		async *stretches(path, options) {
			let first = 0;
			for await (const stretch of parquet.stretches?.(path, options) ?? []) {
				const start = first;
				first += stretch.rows;
				yield {
					...stretch,
					read() {
						read.push(start);
						return stretch.read();
					},
				};
			}
		},
	};
	const base = batch(...Array.from({length: 40}, (_, i) => i));
	const {rows} = await merged({
		base: [base],
		delta: [batch(17, 21)],
		key: ['id'],
		format,
		engine: 'javascript',
	});
	assert.equal(rows.length, 40);
	assert.deepEqual(read, [16, 20]);
});

test('a key that no new row has is refused, not appended', async () => {
	await assert.rejects(merged({base: [batch(1)], delta: [batch(1)], key: ['id', 'Id'], format: parquet}), {
		name: 'SinkError',
		message: 'no new row has the column "Id" of the key; there are: id. Correct the key',
	});
});

test('more keys than memory shall hold are an error that says what to install', async () => {
	const setup = {
		base: [],
		delta: [batch(1, 2, 3)],
		key: ['id'],
		format: parquet,
		engine: 'javascript',
	} as const;
	await assert.rejects(merged({...setup, mostKeys: 2}), {
		name: 'SinkError',
		message: /^a merge of more than 2 keys at once needs DuckDB: npm install @duckdb\/node-api/,
	});
	assert.equal((await merged({...setup, mostKeys: 3})).rows.length, 3);
});

test('a merge without new rows drops nothing', async () => {
	for (const engine of engines) {
		for (const delta of [[], [{columns: [], records: []}]]) {
			const {rows, counts} = await merged({base: [batch(1)], delta, key: ['id'], format: parquet, engine});
			assert.deepEqual([rows, counts], [[{id: 1}], {updated: 0, inserted: 0, deleted: 0, duplicates: 0}]);
		}
	}
});

test('ranks of numbers stand in the order of the numbers, whatever their types', () => {
	const rank = rankOf(id)!;
	const number = fc.oneof(
		fc.double({noNaN: true}),
		fc.integer(),
		fc.bigInt({min: -(2n ** 70n), max: 2n ** 70n}),
	);
	fc.assert(
		fc.property(number, number, (a, b) => {
			const difference = compareRanks(rank(a), rank(b));
			assert.equal(Math.sign(difference), a < b ? -1 : a > b ? 1 : 0);
		}),
		{numRuns: 2000},
	);
	assert.ok(compareRanks(rank(new Decimal('0.10000000000000000001')), rank(0.1)) > 0);
	assert.ok(compareRanks(rank('-1.23'), rank('-1.2')) < 0);
});

test('ranks of texts stand in the order of their characters', () => {
	const rank = rankOf({name: 'x', type: 'text', nullable: true})!;
	assert.ok(compareRanks(rank('\u{1F600}'), rank('\uFFFD')) > 0);
	assert.ok(compareRanks(rank('a'), rank('ab')) < 0);
	const time = rankOf({name: 'x', type: 'timestamp', nullable: true})!;
	assert.ok(compareRanks(time('2024-01-05T10:00:00.5Z'), time('2024-01-05T10:00:00Z')) > 0);
	assert.equal(compareRanks(time('2024-01-05T10:00:00.500Z'), time('2024-01-05T10:00:00.500000Z')), 0);
});
