import assert from 'node:assert/strict';
import {readFile, writeFile} from 'node:fs/promises';
import {test} from 'node:test';
import fc from 'fast-check';
import {csvFormat} from '../../../sinks/formats/csv/format.ts';
import {gzipped} from '../../../sinks/formats/gzip.ts';
import {jsonlFormat} from '../../../sinks/formats/jsonl/format.ts';
import {parquetFormat} from '../../../sinks/formats/parquet/format.ts';
import type {JsonRecord} from '../../../src/core/page.ts';
import type {Column} from '../../../src/core/schema/schema.ts';
import {temporaryFolder} from '../../helpers/folder.ts';
import {
	at,
	collect,
	jsonKind,
	objectKind,
	scalars,
	smallParquet,
	table,
	textFormats,
	writePart,
} from './records.ts';

const runs = {numRuns: 60};

test('what was written to Parquet is read back equal, whatever its types', async () => {
	await using folder = await temporaryFolder();
	await fc.assert(
		fc.asyncProperty(
			table([...scalars, jsonKind], 2),
			fc.integer({min: 1, max: 30}),
			async ({columns, records}, groupRows) => {
				const format = smallParquet(groupRows);
				const path = await writePart(format, at(folder.path, 'part'), [{columns, records}]);
				assert.deepEqual(await collect(format.rows(path)), records);
				assert.deepEqual(await collect(format.rows(path, {schema: {columns}})), records);
			},
		),
		{numRuns: 250},
	);
});

for (const format of textFormats) {
	const leaves = format.name === 'csv' ? [...scalars, objectKind] : [...scalars, jsonKind];
	test(`what was written to ${format.extension} is read back equal with its schema`, async () => {
		await using folder = await temporaryFolder();
		await fc.assert(
			fc.asyncProperty(table(leaves, 1), async ({columns, records}) => {
				const path = await writePart(format, at(folder.path, 'part'), [{columns, records}]);
				assert.deepEqual(await collect(format.rows(path, {schema: {columns}})), records);
			}),
			runs,
		);
	});
}

test('a CSV part without rows is read back, whatever the names of its columns say', async () => {
	await using folder = await temporaryFolder();
	const columns: Column[] = ['the limit', 'was exceeded', 'try again!'].map(name => ({
		...{name, type: 'text', nullable: true},
	}));
	const path = await writePart(csvFormat(), at(folder.path, 'part'), [{columns, records: []}]);
	assert.deepEqual(await collect(csvFormat().rows(path, {schema: {columns}})), []);
});

for (const compression of ['none', 'snappy', 'gzip', 'brotli'] as const) {
	test(`Parquet compressed with ${compression} is read back`, async () => {
		await using folder = await temporaryFolder();
		const format = parquetFormat({compression});
		const columns: Column[] = [{name: 'a', type: 'text', nullable: false}];
		const records = Array.from({length: 25_000}, (_, i) => ({a: `value ${i}`}));
		const path = await writePart(format, at(folder.path, 'part'), [{columns, records}]);
		const sizes: number[] = [];
		for await (const batch of format.rows(path)) sizes.push(batch.length);
		assert.deepEqual(sizes, [10_000, 10_000, 5000]);
		assert.deepEqual((await collect(format.rows(path)))[24_999], {a: 'value 24999'});
	});
}

test('values that only a program makes come back from Parquet and CSV as they were written', async () => {
	await using folder = await temporaryFolder();
	const columns: Column[] = [{name: 'd', type: 'double', nullable: true}];
	const records = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, null].map(d => ({d}));
	const parquet = await writePart(parquetFormat(), at(folder.path, 'part'), [{columns, records}]);
	assert.deepEqual(await collect(parquetFormat().rows(parquet)), records);
	const csv = await writePart(csvFormat(), at(folder.path, 'part'), [{columns, records}]);
	const zero = records.map(({d}) => ({d: d === 0 ? 0 : d}));
	assert.deepEqual(await collect(csvFormat().rows(csv, {schema: {columns}})), zero);
});

test('a double that looks like a long integer stays a double', async () => {
	await using folder = await temporaryFolder();
	const columns: Column[] = [{name: 'd', type: 'double', nullable: false}];
	const path = await writePart(jsonlFormat, at(folder.path, 'part'), [
		{columns, records: [{d: 1.2345678901234567e19}]},
	]);
	assert.deepEqual(await collect(jsonlFormat.rows(path, {schema: {columns}})), [{d: 1.2345678901234567e19}]);
});

const old: Column[] = [
	{name: 'id', type: 'bigint', nullable: false},
	{name: 'price', type: 'bigint', nullable: true},
	{name: 'at', type: 'struct', nullable: true, fields: [{name: 'x', type: 'bigint', nullable: true}]},
];
const now: Column[] = [
	{name: 'id', type: 'bigint', nullable: false},
	{name: 'price', type: 'decimal', precision: 20, scale: 2, nullable: true},
	{
		name: 'at',
		type: 'struct',
		nullable: true,
		fields: [
			{name: 'x', type: 'double', nullable: true},
			{name: 'y', type: 'text', nullable: true},
		],
	},
	{name: 'late', type: 'list', nullable: true, items: {name: 'item', type: 'text', nullable: true}},
];
const before: JsonRecord[] = [
	{id: 1, price: 5, at: {x: 3}},
	{id: 2, price: null, at: null},
];
const after = [
	{id: 1, price: '5', at: {x: 3, y: null}, late: null},
	{id: 2, price: null, at: null, late: null},
];

for (const format of [parquetFormat(), ...textFormats]) {
	test(`a ${format.extension} part of an older schema is read by a newer one`, async () => {
		await using folder = await temporaryFolder();
		const path = await writePart(format, at(folder.path, 'part'), [{columns: old, records: before}]);
		assert.deepEqual(await collect(format.rows(path, {schema: {columns: now}})), after);
	});

	test(`only the columns that are asked for are read from ${format.extension}`, async () => {
		await using folder = await temporaryFolder();
		const path = await writePart(format, at(folder.path, 'part'), [{columns: old, records: before}]);
		assert.deepEqual(await collect(format.rows(path, {schema: {columns: now}, columns: ['late', 'id']})), [
			{late: null, id: 1},
			{late: null, id: 2},
		]);
	});

	test(`a ${format.extension} part without rows is read as none`, async () => {
		await using folder = await temporaryFolder();
		for (const pages of [[], [{columns: old, records: []}]]) {
			const path = await writePart(format, at(folder.path, 'part'), pages);
			assert.deepEqual(await collect(format.rows(path, {schema: {columns: old}})), []);
		}
	});

	test(`a ${format.extension} file that is not there is named`, async () => {
		await assert.rejects(collect(format.rows('nowhere/part')), {
			name: 'SinkError',
			message: /^cannot read nowhere\/part back: ENOENT/,
		});
	});

	test(`reading ${format.extension} stops when it is aborted`, async () => {
		await using folder = await temporaryFolder();
		const path = await writePart(format, at(folder.path, 'part'), [{columns: old, records: before}]);
		const reason = new Error('enough');
		await assert.rejects(collect(format.rows(path, {signal: AbortSignal.abort(reason)})), reason);
	});
}

test('columns that appear in later row groups are null in earlier ones', async () => {
	await using folder = await temporaryFolder();
	const path = await writePart(smallParquet(1), at(folder.path, 'part'), [
		{columns: old, records: before},
		{columns: now, records: [{id: 3, price: '1.5', at: {x: 0.5, y: 'z'}, late: ['a', null]}]},
	]);
	assert.deepEqual(await collect(parquetFormat().rows(path)), [
		...after,
		{id: 3, price: '1.5', at: {x: 0.5, y: 'z'}, late: ['a', null]},
	]);
});

test('without a schema, JSON Lines have their keys and CSV its texts', async () => {
	await using folder = await temporaryFolder();
	const records = [{a: 1}, {b: 'x'}];
	const jsonl = await writePart(jsonlFormat, at(folder.path, 'part'), [{records}]);
	assert.deepEqual(await collect(jsonlFormat.rows(jsonl)), records);
	const csv = await writePart(csvFormat(), at(folder.path, 'part'), [{records}]);
	assert.deepEqual(await collect(csvFormat().rows(csv)), [
		{a: '1', b: null},
		{a: null, b: 'x'},
	]);
});

test('a file that is no Parquet, or cut short, is refused by name', async () => {
	await using folder = await temporaryFolder();
	for (const content of ['', 'PAR1', '{"a": 1}\n{"a": 2}\n']) {
		const path = at(folder.path, 'part.parquet');
		await writeFile(path, content);
		await assert.rejects(collect(parquetFormat().rows(path)), {
			message: `${path} is not a Parquet file, or not whole`,
		});
	}
});

test('a gzip file that breaks off is refused by name', async () => {
	await using folder = await temporaryFolder();
	const path = await writePart(gzipped(jsonlFormat), at(folder.path, 'part'), [{records: before}]);
	await writeFile(path, (await readFile(path)).subarray(0, 30));
	await assert.rejects(collect(jsonlFormat.rows(path)), {
		message: `cannot read ${path} back: unexpected end of file`,
	});
});

test('a broken line is named by file and number', async () => {
	await using folder = await temporaryFolder();
	const path = at(folder.path, 'part.jsonl');
	await writeFile(path, '{"a": 1}\n{"a": \n');
	await assert.rejects(collect(jsonlFormat.rows(path)), {
		message: new RegExp(`^cannot read line 2 of ${path} back: `),
	});
});

test('a field that is none of its type is named by row', async () => {
	await using folder = await temporaryFolder();
	const path = at(folder.path, 'part.csv');
	await writeFile(path, 'd\r\n1\r\nx\r\n');
	const columns: Column[] = [{name: 'd', type: 'double', nullable: true}];
	await assert.rejects(collect(csvFormat().rows(path, {schema: {columns}})), {
		message: `cannot read row 2 of ${path} back: "x" is not a number`,
	});
});
