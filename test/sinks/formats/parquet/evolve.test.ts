import assert from 'node:assert/strict';
import {randomBytes} from 'node:crypto';
import {join} from 'node:path';
import {test} from 'node:test';
import {fileOutput} from '../../../../sinks/output/output.ts';
import type {Column, ScalarType} from '../../../../src/core/schema/schema.ts';
import {ask, type Batch, folder, metadata, query, readRows, values, write, writeTo} from './files.ts';

const column = (name: string, type: ScalarType, nullable = true): Column => ({name, type, nullable});
const decimal = (name: string, precision: number, scale: number): Column => ({
	name,
	type: 'decimal',
	precision,
	scale,
	nullable: true,
});
const struct = (name: string, fields: Column[], nullable = true): Column => ({
	name,
	type: 'struct',
	fields,
	nullable,
});
const list = (name: string, items: Column, nullable = true): Column => ({
	name,
	type: 'list',
	items,
	nullable,
});

// Every change is tried on rows that are still in memory, on rows of other row groups, and on both.
const layouts = [{rowGroupRows: 1000}, {rowGroupRows: 1}, {rowGroupRows: 2}, {rowGroupRows: 3}];

async function evolved(
	t: Parameters<typeof write>[0],
	batches: readonly Batch[],
	expected: readonly unknown[],
): Promise<void> {
	for (const options of layouts) {
		const path = await write(t, batches, {
			...options,
			compression: options.rowGroupRows === 2 ? 'gzip' : 'snappy',
		});
		const rows = await values(`select to_json(f)::varchar from file as f`, path);
		assert.deepEqual(
			rows.map(([row]) => JSON.parse(String(row))),
			expected,
			JSON.stringify(options),
		);
		assert.equal((await readRows(path)).length, expected.length);
	}
}

test('a new column is null in earlier rows, even where its schema says not nullable', async t => {
	const id = column('id', 'bigint', false);
	const batches = [
		{columns: [id], records: [{id: 1}, {id: 2}, {id: 3}]},
		{columns: [column('name', 'text', false), id], records: [{id: 4, name: 'd'}]},
	];
	await evolved(t, batches, [
		{id: 1, name: null},
		{id: 2, name: null},
		{id: 3, name: null},
		{id: 4, name: 'd'},
	]);
	const path = await write(t, batches, {rowGroupRows: 2});
	const {schema} = await metadata(path);
	assert.deepEqual(
		schema.slice(1).map(element => [element.name, element.repetition_type]),
		[
			['id', 'REQUIRED'],
			['name', 'OPTIONAL'],
		],
	);
	assert.equal(await ask('select count(*) from file where name is null', path), '3');
});

test('a column that vanishes stays, null, and becomes nullable', async t => {
	await evolved(
		t,
		[
			{
				columns: [column('id', 'bigint', false), column('name', 'text', false)],
				records: [
					{id: 1, name: 'a'},
					{id: 2, name: 'b'},
				],
			},
			{columns: [column('id', 'bigint', false)], records: [{id: 3}]},
			{
				columns: [column('id', 'bigint', false), column('name', 'text', false)],
				records: [{id: 4, name: 'd'}],
			},
		],
		[
			{id: 1, name: 'a'},
			{id: 2, name: 'b'},
			{id: 3, name: null},
			{id: 4, name: 'd'},
		],
	);
});

test('every type may become nullable after rows of it were written', async t => {
	const types: [Column, unknown, unknown][] = [
		[column('v', 'text', false), 'x', 'x'],
		[column('v', 'bigint', false), 5, 5],
		[column('v', 'double', false), 0.5, 0.5],
		[column('v', 'bool', false), true, true],
		[column('v', 'date', false), '2024-01-05', '2024-01-05'],
		[column('v', 'timestamp', false), '2024-01-05T10:00:00Z', '2024-01-05 10:00:00+00'],
		[column('v', 'json', false), {a: 1}, '{"a":1}'],
		[{...decimal('v', 30, 2), nullable: false}, '12.30', 12.3],
		[list('v', column('', 'bigint', false), false), [1, 2], [1, 2]],
		[struct('v', [column('a', 'text', false)], false), {a: 'x'}, {a: 'x'}],
	];
	for (const [type, value, expected] of types)
		await evolved(
			t,
			[
				{columns: [type], records: [{v: value}, {v: value}, {v: value}]},
				{columns: [{...type, nullable: true}], records: [{v: null}, {v: value}]},
			],
			[{v: expected}, {v: expected}, {v: expected}, {v: null}, {v: expected}],
		);
});

test('bigint widens to double', async t => {
	await evolved(
		t,
		[
			{columns: [column('n', 'bigint', false)], records: [{n: 1}, {n: -3}, {n: 0}]},
			{columns: [column('n', 'double')], records: [{n: 0.5}, {n: null}]},
		],
		[{n: 1}, {n: -3}, {n: 0}, {n: 0.5}, {n: null}],
	);
});

test('bigint widens to decimals of every width, and those to wider ones', async t => {
	const large = 9007199254740993n;
	const batches = [
		{columns: [column('n', 'bigint')], records: [{n: 1}, {n: null}, {n: -7}]},
		{columns: [decimal('n', 9, 1)], records: [{n: '0.5'}, {n: '-0.1'}]},
		{columns: [decimal('n', 18, 3)], records: [{n: '123456789012345.678'}]},
		{columns: [decimal('n', 38, 5)], records: [{n: '123456789012345678901234567890123.45678'}]},
	];
	for (const options of layouts) {
		const path = await write(t, batches, options);
		assert.deepEqual(await values('select n::varchar from file', path), [
			['1.00000'],
			[null],
			['-7.00000'],
			['0.50000'],
			['-0.10000'],
			['123456789012345.67800'],
			['123456789012345678901234567890123.45678'],
		]);
		for (const value of ['1', '-7', '0.5', '123456789012345.678'])
			assert.equal(await ask(`select count(*) from file where n = ${value}`, path), '1');
		assert.equal(await ask('select count(*) from file where n < 0', path), '2');
	}
	const path = await write(t, [
		{columns: [column('n', 'bigint')], records: [{n: large}, {n: 2n ** 63n - 1n}]},
		{columns: [decimal('n', 38, 2)], records: []},
	]);
	assert.deepEqual(await values('select n::varchar from file', path), [
		['9007199254740993.00'],
		['9223372036854775807.00'],
	]);
});

test('statistics of a widened column lead to its rows', async t => {
	const path = await write(
		t,
		[
			{columns: [column('n', 'bigint')], records: [{n: 0}, {n: 5}, {n: -9}, {n: 3}, {n: 2n ** 53n - 1n}]},
			{columns: [column('n', 'double')], records: [{n: 2.5}, {n: -0}]},
		],
		{rowGroupRows: 1},
	);
	await query('create or replace temp table widened as select n from file', path);
	for (const value of ['0', '-0.0', '5', '-9', '2.5', '9007199254740990', '9007199254740991'])
		for (const operator of ['=', '<', '<=', '>', '>='])
			assert.equal(
				await ask(`select count(*) from file where n ${operator} ${value}::double`, path),
				await ask(`select count(*) from widened where n ${operator} ${value}::double`),
				`${operator} ${value}`,
			);
});

test('an integer that a double would round fails the file', async t => {
	for (const rowGroupRows of [1, 100])
		await assert.rejects(
			write(
				t,
				[
					{columns: [column('n', 'bigint')], records: [{n: 2n ** 53n + 1n}]},
					{columns: [column('n', 'double')], records: [{n: 2.5}]},
				],
				{rowGroupRows},
			),
			{
				code: 'ERR_SINK',
				message: /"n" became double, which cannot hold 9007199254740993 .* Declare it as decimal or text$/,
			},
		);
});

test('a value that the wider type cannot hold fails the file', async t => {
	for (const rowGroupRows of [1, 100])
		await assert.rejects(
			write(
				t,
				[
					{columns: [column('n', 'bigint')], records: [{n: 123456}]},
					{columns: [decimal('n', 5, 2)], records: [{n: '1.00'}]},
				],
				{rowGroupRows},
			),
			{
				code: 'ERR_SINK',
				message: /column "n" became decimal\(5,2\), which cannot hold 123456 of an earlier row/,
			},
		);
});

test('a struct gains a field: null where the struct is, nothing where it is not', async t => {
	const before = struct('s', [column('a', 'text')]);
	const after = struct('s', [
		column('a', 'text'),
		column('b', 'bigint', false),
		list('c', column('', 'text')),
	]);
	await evolved(
		t,
		[
			{columns: [before], records: [{s: {a: 'x'}}, {s: null}, {s: {a: null}}]},
			{columns: [after], records: [{s: {a: 'y', b: 1, c: ['z']}}, {s: null}]},
		],
		[
			{s: {a: 'x', b: null, c: null}},
			{s: null},
			{s: {a: null, b: null, c: null}},
			{s: {a: 'y', b: 1, c: ['z']}},
			{s: null},
		],
	);
});

test('structs in lists gain fields, widen and become nullable in one step', async t => {
	const before = list('l', struct('', [list('a', column('', 'bigint', false), false)], false), false);
	const after = list(
		'l',
		struct('', [list('a', column('', 'double')), struct('b', [column('c', 'text', false)], false)]),
	);
	await evolved(
		t,
		[
			{columns: [before], records: [{l: [{a: [1, 2]}, {a: []}]}, {l: []}, {l: [{a: [3]}]}]},
			{
				columns: [after],
				records: [{l: null}, {l: [null, {a: null, b: {c: 'x'}}, {a: [0.5, null], b: null}]}],
			},
		],
		[
			{
				l: [
					{a: [1, 2], b: null},
					{a: [], b: null},
				],
			},
			{l: []},
			{l: [{a: [3], b: null}]},
			{l: null},
			{l: [null, {a: null, b: {c: 'x'}}, {a: [0.5, null], b: null}]},
		],
	);
});

test('a new list or struct is null in earlier rows', async t => {
	await evolved(
		t,
		[
			{columns: [column('id', 'bigint')], records: [{id: 1}, {id: 2}, {id: 3}]},
			{
				columns: [column('id', 'bigint'), list('l', struct('', [column('a', 'text', false)], false), false)],
				records: [{id: 4, l: [{a: 'x'}, {a: 'y'}]}],
			},
		],
		[
			{id: 1, l: null},
			{id: 2, l: null},
			{id: 3, l: null},
			{id: 4, l: [{a: 'x'}, {a: 'y'}]},
		],
	);
});

test('dictionaries and many pages survive a rewrite', async t => {
	const text = (index: number): string => `${index % 5} ${'x'.repeat(index % 3)}`;
	const unique = (index: number): string => `${index} ${'y'.repeat(300)}`;
	const before = [column('few', 'text', false), column('many', 'text', false)];
	const records = Array.from({length: 9000}, (_, index) => ({few: text(index), many: unique(index)}));
	const path = await write(
		t,
		[
			{columns: before, records},
			{columns: before.map(old => ({...old, nullable: true})), records: [{}]},
		],
		{rowGroupRows: 9000},
	);
	const rows = await values('select few, many from file', path);
	assert.equal(rows.length, 9001);
	assert.ok(records.every(({few, many}, index) => rows[index]?.[0] === few && rows[index]?.[1] === many));
	assert.deepEqual(rows.at(-1), [null, null]);
});

test('a column stored without compression survives a rewrite beside one with', async t => {
	const before = [column('noise', 'text', false), column('name', 'text', false)];
	const records = Array.from({length: 4000}, (_, index) => ({
		noise: randomBytes(30).toString('base64'),
		name: `Customer ${index}`,
	}));
	const path = await write(
		t,
		[
			{columns: before, records},
			{columns: before.map(old => ({...old, nullable: true})), records: [{}]},
		],
		{rowGroupRows: 4000},
	);
	assert.deepEqual(await values('select noise, name from file', path), [
		...records.map(({noise, name}) => [noise, name]),
		[null, null],
	]);
});

test('any other change of type says what changed and what to do', async t => {
	const cases: [Column, Column, string][] = [
		[column('v', 'bigint'), column('v', 'text'), 'column "v" changed from bigint to text'],
		[column('v', 'double'), column('v', 'bigint'), 'column "v" changed from double to bigint'],
		[column('v', 'text'), list('v', column('', 'text')), 'column "v" changed from text to list of text'],
		[decimal('v', 10, 2), decimal('v', 9, 2), 'column "v" changed from decimal(10,2) to decimal(9,2)'],
		[decimal('v', 10, 2), decimal('v', 10, 3), 'column "v" changed from decimal(10,2) to decimal(10,3)'],
		[
			struct('v', [column('a', 'bool')]),
			struct('v', [column('a', 'text')]),
			'column "v.a" changed from bool to text',
		],
		[
			list('v', column('', 'date')),
			list('v', column('', 'timestamp')),
			'column "v[]" changed from date to timestamp',
		],
	];
	for (const [from, to, message] of cases)
		await assert.rejects(
			write(t, [
				{columns: [from], records: [{v: null}]},
				{columns: [to], records: []},
			]),
			error => (error as Error).message.startsWith(`contacts: ${message}; one Parquet file can only widen `),
		);
});

test('an output that cannot be read back says so when a written column changes, and not when columns are only added', async t => {
	const {read: _, ...output} = fileOutput(join(await folder(t), 'stream.parquet'));
	const id = column('id', 'bigint', false);
	await writeTo(
		output,
		[
			{columns: [id], records: [{id: 1}, {id: 2}]},
			{columns: [id, column('name', 'text')], records: [{id: 3, name: 'c'}]},
		],
		{rowGroupRows: 1},
	);
	assert.equal(await ask('select count(*) from file where name is null', output.name), '2');
	const {read: __, ...second} = fileOutput(output.name);
	await assert.rejects(
		writeTo(
			second,
			[
				{columns: [id], records: [{id: 1}]},
				{columns: [column('id', 'double')], records: [{id: 0.5}]},
			],
			{rowGroupRows: 1},
		),
		/stream\.parquet cannot be read back, and column "id" changed after rows of it were written; declare its type/,
	);
});

test('a column for every page, as APIs that leave out nulls bring them, ends in one row group', async t => {
	const columns: Column[] = [column('id', 'bigint', false)];
	const batches = Array.from({length: 40}, (_, index) => {
		columns.push(column(`c${index}`, 'text'));
		return {columns: [...columns], records: [{id: index, [`c${index}`]: 'x'}]};
	});
	const path = await write(t, batches);
	assert.equal((await metadata(path)).row_groups.length, 1);
	assert.equal(await ask('select count(*) from file where c39 is null and c0 is null', path), '38');
});
