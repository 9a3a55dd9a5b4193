import assert from 'node:assert/strict';
import {randomBytes} from 'node:crypto';
import {readdir, readFile, writeFile} from 'node:fs/promises';
import {test} from 'node:test';
import fc from 'fast-check';
import {csvFormat} from '../../../sinks/formats/csv/format.ts';
import type {CompleteFormat} from '../../../sinks/formats/format.ts';
import {jsonlFormat} from '../../../sinks/formats/jsonl/format.ts';
import {parquetFormat} from '../../../sinks/formats/parquet/format.ts';
import {type OpenedFile, openParquetFile} from '../../../sinks/formats/parquet/read/open-file.ts';
import {RowSet} from '../../../sinks/formats/row-set.ts';
import {fileOutput} from '../../../sinks/output/output.ts';
import type {JsonRecord} from '../../../src/core/page.ts';
import type {Column} from '../../../src/core/schema/schema.ts';
import {query} from '../../helpers/duckdb.ts';
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
const formats = [smallParquet(7), ...textFormats];
const leavesOf = ({name}: CompleteFormat) => [...scalars, name === 'csv' ? objectKind : jsonKind];

function rowSet(rows: number, chosen: readonly number[]): RowSet {
	const set = new RowSet(rows);
	for (const row of chosen) if (row < rows) set.add(row);
	return set;
}

for (const format of formats) {
	test(`${format.extension} parts become one with all their rows in order`, async () => {
		await using folder = await temporaryFolder();
		const parts = table(leavesOf(format), 1, 30).chain(({columns, records}) =>
			fc.tuple(fc.constant({columns, records}), fc.array(fc.nat({max: records.length}), {maxLength: 3})),
		);
		await fc.assert(
			fc.asyncProperty(parts, async ([{columns, records}, cuts]) => {
				const places = [0, ...cuts.toSorted((a, b) => a - b), records.length];
				const paths: string[] = [];
				for (const [i, to] of places.slice(1).entries())
					paths.push(
						await writePart(format, at(folder.path, `part${i}`), [
							{columns, records: records.slice(places[i], to)},
						]),
					);
				const target = at(folder.path, 'joined');
				await format.join(paths, fileOutput(target));
				assert.deepEqual(await collect(format.rows(target, {schema: {columns}})), records);
			}),
			runs,
		);
	});

	test(`a ${format.extension} part without some rows has all the others`, async () => {
		await using folder = await temporaryFolder();
		const input = fc.tuple(table(leavesOf(format), 1, 40), fc.array(fc.nat({max: 39}), {maxLength: 40}));
		await fc.assert(
			fc.asyncProperty(input, async ([{columns, records}, chosen]) => {
				const path = await writePart(format, at(folder.path, 'part'), [{columns, records}]);
				const dropped = rowSet(records.length, chosen);
				const target = at(folder.path, 'less');
				await format.without(path, dropped, fileOutput(target));
				const kept = records.filter((_, row) => !dropped.has(row));
				assert.deepEqual(await collect(format.rows(target, {schema: {columns}})), kept);
			}),
			runs,
		);
	});

	test(`a set of rows that does not belong to the ${format.extension} part changes nothing`, async () => {
		await using folder = await temporaryFolder();
		const columns: Column[] = [{name: 'a', type: 'bigint', nullable: false}];
		const path = await writePart(format, at(folder.path, 'part'), [{columns, records: [{a: 1}, {a: 2}]}]);
		await assert.rejects(format.without(path, rowSet(3, [0]), fileOutput(at(folder.path, 'less'))), {
			message: `${path} has 2 rows, where 3 were expected; nothing was changed`,
		});
		assert.deepEqual(await readdir(folder.path), [`part.${format.extension}`]);
	});

	test(`a join of ${format.extension} that is given up leaves nothing behind`, async () => {
		await using folder = await temporaryFolder();
		const columns: Column[] = [{name: 'a', type: 'bigint', nullable: false}];
		const path = await writePart(format, at(folder.path, 'part'), [{columns, records: [{a: 1}]}]);
		const missing = at(folder.path, 'missing');
		await assert.rejects(
			format.join([path, missing], fileOutput(at(folder.path, 'joined'))),
			/missing.* back: ENOENT/,
		);
		const signal = AbortSignal.abort(new Error('enough'));
		await assert.rejects(format.join([path], fileOutput(at(folder.path, 'joined')), {signal}), /enough/);
		assert.deepEqual(await readdir(folder.path), [`part.${format.extension}`]);
	});
}

const old: Column[] = [
	{name: 'id', type: 'bigint', nullable: false},
	{name: 'gone', type: 'text', nullable: false},
	{name: 'price', type: 'bigint', nullable: true},
];
const now: Column[] = [
	{name: 'id', type: 'bigint', nullable: false},
	{name: 'price', type: 'decimal', precision: 20, scale: 2, nullable: true},
	{name: 'late', type: 'list', nullable: true, items: {name: 'item', type: 'text', nullable: false}},
];
const first = Array.from(
	{length: 9},
	(_, id): JsonRecord => ({id, gone: `g${id}`, price: id % 2 ? id : null}),
);
const second = Array.from({length: 9}, (_, i): JsonRecord => ({id: i + 9, price: `${i}.5`, late: [`l${i}`]}));
const both = [
	...first.map(({id, gone, price}) => ({id, gone, price: price === null ? null : String(price), late: null})),
	...second.map(({id, price, late}) => ({id, gone: null, price, late})),
];

for (const rowGroupRows of [3, 9, 1000]) {
	test(`Parquet parts of different columns are joined under all of them, ${rowGroupRows} rows in a row group`, async () => {
		await using folder = await temporaryFolder();
		const format = smallParquet(rowGroupRows);
		const a = await writePart(format, at(folder.path, 'a'), [{columns: old, records: first}]);
		const b = await writePart(format, at(folder.path, 'b'), [{columns: now, records: second}]);
		const target = at(folder.path, 'joined.parquet');
		await format.join([a, b], fileOutput(target));
		assert.deepEqual(await collect(format.rows(target)), both);
		const [sum] = await query(
			'SELECT count(*) AS n, sum(price) AS price, count(late) AS late, max(gone) AS gone FROM ' +
				`read_parquet('${target}') WHERE id >= 1`,
		);
		assert.deepEqual(sum, {n: '17', price: '56.50', late: '9', gone: 'g8'});
		// The other way round, the wider column comes first.
		await format.join([b, a], fileOutput(target));
		assert.deepEqual(
			(await collect(format.rows(target))).map(({id, price}) => [id, price]),
			[...both.slice(9), ...both.slice(0, 9)].map(({id, price}) => [id, price]),
		);
	});
}

test('Parquet parts whose types cannot go together are refused by column', async () => {
	await using folder = await temporaryFolder();
	const format = parquetFormat();
	const a = await writePart(format, at(folder.path, 'a'), [{columns: old, records: first}]);
	const text: Column[] = [{name: 'id', type: 'text', nullable: false}];
	const b = await writePart(format, at(folder.path, 'b'), [{columns: text, records: [{id: 'x'}]}]);
	await assert.rejects(
		format.join([a, b], fileOutput(at(folder.path, 'joined'))),
		/column "id" changed from bigint to text/,
	);
});

test('CSV parts with other headers are joined under all columns, each with its own text', async () => {
	await using folder = await temporaryFolder();
	const format = csvFormat();
	const a = at(folder.path, 'a.csv');
	const b = at(folder.path, 'b.csv');
	const none = at(folder.path, 'none.csv');
	await writeFile(a, 'x,y\r\n007,""\r\n1.50,\r\n');
	await writeFile(b, 'y,z\r\n"q,""r""","a\r\nb"\r\n');
	await writeFile(none, '');
	await format.join([a, none, b], fileOutput(at(folder.path, 'joined.csv')));
	const text = await readFile(at(folder.path, 'joined.csv'), 'utf8');
	assert.equal(text, 'x,y,z\r\n007,"",\r\n1.50,,\r\n,"q,""r""","a\r\nb"\r\n');
});

test('small row groups are joined to larger ones, full ones are copied', async () => {
	await using folder = await temporaryFolder();
	const records = Array.from({length: 40}, (_, id): JsonRecord => ({id, gone: 'x', price: null}));
	const paths: string[] = [];
	for (let i = 0; i < 10; i++)
		paths.push(await writePart(parquetFormat(), at(folder.path, `small${i}`), [{columns: old, records}]));
	const full = await writePart(smallParquet(300), at(folder.path, 'full'), [
		{columns: old, records: Array.from({length: 300}, () => records[0]!)},
	]);
	const target = at(folder.path, 'joined');
	await smallParquet(1000).join([...paths, full, ...paths], fileOutput(target));
	const stored = await openParquetFile(target);
	const source = await openParquetFile(full);
	try {
		assert.deepEqual(
			stored.groups.map(group => group.rows),
			[400, 300, 400],
		);
		for (const [i, chunk] of stored.groups[1]!.chunks.entries()) {
			const theirs = source.groups[0]!.chunks[i]!;
			assert.deepEqual(
				await stored.read(chunk.start, chunk.compressedBytes),
				await source.read(theirs.start, theirs.compressedBytes),
			);
			assert.deepEqual(chunk.extremes, theirs.extremes);
		}
	} finally {
		await stored.close();
		await source.close();
	}
});

test('a row group that loses no row is copied, and the columns stay as they were declared', async () => {
	await using folder = await temporaryFolder();
	const format = smallParquet(3);
	const path = await writePart(format, at(folder.path, 'part'), [{columns: old, records: first}]);
	const target = at(folder.path, 'less');
	await format.without(path, rowSet(9, [4, 6, 7, 8]), fileOutput(target));
	const before = await openParquetFile(path);
	const after = await openParquetFile(target);
	try {
		assert.deepEqual(after.schema.columns, old);
		assert.deepEqual(
			after.groups.map(group => group.rows),
			[3, 2],
		);
		const [kept] = after.groups;
		assert.deepEqual(kept, before.groups[0]);
	} finally {
		await before.close();
		await after.close();
	}
});

test('a part that was compressed otherwise is written as the format says', async () => {
	await using folder = await temporaryFolder();
	const path = await writePart(parquetFormat({compression: 'gzip'}), at(folder.path, 'part'), [
		{columns: old, records: first},
	]);
	const target = at(folder.path, 'less');
	const format = parquetFormat({compression: 'brotli'});
	await format.without(path, rowSet(9, [0]), fileOutput(target));
	assert.deepEqual(await collect(format.rows(target)), first.slice(1));
	await format.join([path, target], fileOutput(at(folder.path, 'joined')));
	assert.deepEqual(await collect(format.rows(at(folder.path, 'joined'))), [...first, ...first.slice(1)]);
	const [{codecs} = {codecs: null}] = await query(
		`SELECT list(DISTINCT compression) AS codecs FROM parquet_metadata('${at(folder.path, 'joined')}')`,
	);
	assert.deepEqual(codecs, ['BROTLI']);
});

test('rows move out of columns with and without compression, and files of such are joined', async () => {
	await using folder = await temporaryFolder();
	const columns: Column[] = ['noise', 'name'].map(name => ({name, type: 'text', nullable: false}));
	const records = Array.from({length: 6000}, (_, i) => ({
		noise: randomBytes(30).toString('latin1'),
		name: `Customer ${i}`,
	}));
	const format = parquetFormat({rowGroupRows: 3000});
	const path = await writePart(format, at(folder.path, 'part'), [{columns, records}]);
	const target = at(folder.path, 'less');
	await format.without(path, rowSet(6000, [4000]), fileOutput(target));
	assert.deepEqual(await collect(format.rows(target)), records.toSpliced(4000, 1));
	const joined = at(folder.path, 'joined');
	await format.join([path, target], fileOutput(joined));
	assert.deepEqual(await collect(format.rows(joined)), [...records, ...records.toSpliced(4000, 1)]);
	const [first, second] = [await openParquetFile(path), await openParquetFile(joined)];
	try {
		const bytes = async (file: OpenedFile, at: number): Promise<Buffer[]> =>
			Promise.all(
				(file.groups[at]?.chunks ?? []).map(({start, compressedBytes}) => file.read(start, compressedBytes)),
			);
		assert.deepEqual(await bytes(second, 2), await bytes(first, 0));
		for (const {chunks} of second.groups)
			assert.deepEqual(
				chunks.map(chunk => chunk.compression),
				['none', 'snappy'],
			);
	} finally {
		await first.close();
		await second.close();
	}
});

test('rows are taken out of columns of many pages, with and without a dictionary', async () => {
	await using folder = await temporaryFolder();
	const wide: Column[] = [
		{name: 'plain', type: 'text', nullable: true},
		{name: 'few', type: 'text', nullable: true},
		{name: 'list', type: 'list', nullable: true, items: {name: 'item', type: 'bigint', nullable: true}},
		{name: 'flag', type: 'bool', nullable: true},
	];
	const records = Array.from(
		{length: 40_000},
		(_, i): JsonRecord => ({
			plain: i % 7 === 0 ? null : `a text that no other row has, not even number ${i + 1}: ${i}`,
			few: i % 5 === 0 ? null : `${'one of a few thousand texts '.repeat(20)}${i % 3000}`,
			list: i % 3 === 0 ? null : Array.from({length: i % 9}, (_, item) => (item === 4 ? null : i * item)),
			flag: i % 11 === 0 ? null : i % 2 === 0,
		}),
	);
	const format = parquetFormat();
	const path = await writePart(format, at(folder.path, 'part'), [{columns: wide, records}]);
	const dropped = rowSet(
		records.length,
		records.map((_, row) => row).filter(row => row % 4 === 1 || (row > 9000 && row < 21_000)),
	);
	const target = at(folder.path, 'less');
	await format.without(path, dropped, fileOutput(target));
	assert.deepEqual(
		await collect(format.rows(target)),
		records.filter((_, row) => !dropped.has(row)),
	);
});

test('the text of rows that stay is not touched', async () => {
	await using folder = await temporaryFolder();
	const jsonl = at(folder.path, 'part.jsonl');
	await writeFile(jsonl, '{"a": 1.0}\n{ "a":"\\u00e4" }\n{"a":1e2}\n');
	await jsonlFormat.without(jsonl, rowSet(3, [0]), fileOutput(at(folder.path, 'less')));
	assert.equal(await readFile(at(folder.path, 'less'), 'utf8'), '{ "a":"\\u00e4" }\n{"a":1e2}\n');
	const csv = at(folder.path, 'part.csv');
	await writeFile(csv, 'a,b\r\n1,"x\r\n"\r\n"2",\r\n3,""\r\n');
	await csvFormat().without(csv, rowSet(3, [1]), fileOutput(at(folder.path, 'less')));
	assert.equal(await readFile(at(folder.path, 'less'), 'utf8'), 'a,b\r\n1,"x\r\n"\r\n3,""\r\n');
});

test('a set of rows counts what is in it, and takes no row beyond its part', () => {
	const set = rowSet(10, [0, 7, 8, 8, 9]);
	assert.equal(set.count, 4);
	assert.deepEqual([set.countIn(0, 8), set.countIn(8, 10), set.has(-1), set.has(10)], [2, 2, false, false]);
	assert.throws(() => set.add(10), RangeError);
});
