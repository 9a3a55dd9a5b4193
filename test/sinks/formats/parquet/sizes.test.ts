import assert from 'node:assert/strict';
import {randomBytes} from 'node:crypto';
import {join} from 'node:path';
import {test} from 'node:test';
import {codec} from '../../../../sinks/formats/parquet/compression.ts';
import {decodeRleBitPacked} from '../../../../sinks/formats/parquet/rle-bit-packed.ts';
import {fileSchema} from '../../../../sinks/formats/parquet/schema.ts';
import {Chunk} from '../../../../sinks/formats/parquet/write/chunk.ts';
import {encodeChunk} from '../../../../sinks/formats/parquet/write/pages.ts';
import {splitIntoLevels} from '../../../../sinks/formats/parquet/write/record-levels.ts';
import {fileOutput} from '../../../../sinks/output/output.ts';
import type {Column} from '../../../../src/core/schema/schema.ts';
import {ask, folder, metadata, readRows, values, write, writeTo} from './files.ts';

const text: Column = {name: 's', type: 'text', nullable: false};

test('a row group ends with the bytes it may hold, however few its rows', async t => {
	const long = 'Sluice '.repeat(2 ** 17);
	const records = Array.from({length: 60}, (_, index) => ({s: `${index} ${long}`}));
	const path = await write(t, [{columns: [text], records}], {rowGroupBytes: 4 * 2 ** 20});
	const {row_groups} = await metadata(path);
	assert.ok(row_groups.every(group => Number(group.total_byte_size) < 6 * 2 ** 20));
	assert.ok(row_groups.length >= 10 && row_groups.length <= 20);
	assert.deepEqual(
		await values('select count(*)::int, count(distinct s)::int, min(length(s))::int from file', path),
		[[60, 60, long.length + 2]],
	);
});

test('rows of 50 MB make row groups and pages of a few of them', async t => {
	const long = 'x'.repeat(50_000_000);
	const records = Array.from({length: 6}, () => ({s: long}));
	const path = await write(t, [{columns: [text], records}]);
	assert.ok((await metadata(path)).row_groups.length >= 3);
	assert.deepEqual(
		await values('select count(*)::int, min(length(s))::int, max(length(s))::int from file', path),
		[[6, 50_000_000, 50_000_000]],
	);
});

test('a column that compressing would hardly shrink is stored as it is, beside others that are compressed', async t => {
	const columns: Column[] = [text, {...text, name: 'noise', nullable: true}, {...text, name: 'few'}];
	const records = Array.from({length: 5000}, (_, index) => ({
		s: `Customer ${index}`,
		noise: index % 9 === 0 ? null : randomBytes(24).toString('latin1'),
		few: `${index % 3}`,
	}));
	for (const compression of ['snappy', 'gzip', 'none'] as const) {
		const path = await write(t, [{columns, records}], {compression});
		const codec = compression === 'none' ? 'UNCOMPRESSED' : compression.toUpperCase();
		assert.deepEqual(await values(`select compression from parquet_metadata('${path}')`), [
			[codec],
			[compression === 'snappy' ? 'UNCOMPRESSED' : codec],
			[codec],
		]);
		assert.deepEqual(await readRows(path), records);
		const noise = (await values('select noise from file', path)).flat();
		assert.ok(records.every((record, index) => record.noise === noise[index]));
	}
});

test('a chunk is cut into pages of about a megabyte', async t => {
	const records = Array.from({length: 8000}, (_, index) => ({s: `${index} ${'x'.repeat(1000)}`}));
	const path = await write(t, [{columns: [text], records}], {compression: 'none'});
	assert.equal(await ask('select count(distinct s)::int from file', path), 8000);
	assert.equal(await ask(`select s from file where s like '7777 %'`, path), records[7777]?.s);
	assert.equal((await metadata(path)).row_groups.length, 1);
});

test('a page ends after about a megabyte, and with a row', async () => {
	const column: Column = {name: 'l', type: 'list', nullable: false, items: text};
	const {leaves, nodes} = fileSchema([column]);
	const chunks = leaves.map(leaf => new Chunk(leaf));
	const records = Array.from({length: 40}, (_, row) => ({
		l: Array.from({length: 70}, (_, item) => `${row}/${item} ${'y'.repeat(1500)}`),
	}));
	assert.equal(splitIntoLevels(nodes[0]!, records, 0, records.length, chunks), undefined);
	assert.equal(chunks[0]!.commit(), undefined);
	const {parts} = await encodeChunk(chunks[0]!, codec('none'));
	// Headers and bodies take turns.
	const bodies = parts.filter((_, index) => index % 2 === 1);
	assert.equal(bodies.length, 4);
	for (const body of bodies)
		assert.equal(decodeRleBitPacked(body.subarray(4, 4 + body.readUInt32LE(0)), 1, 1)[0], 0);
	assert.ok(bodies.every(body => body.length < 1.2 * 2 ** 20));
});

test('chunks go out together, in writes of a megabyte or more', async t => {
	const writes: number[] = [];
	const output = fileOutput(join(await folder(t), 'rows.parquet'));
	const write = output.write.bind(output);
	output.write = bytes => {
		writes.push(bytes.length);
		return write(bytes);
	};
	const columns: Column[] = Array.from({length: 20}, (_, index) => ({
		name: `c${index}`,
		type: 'double',
		nullable: false,
	}));
	const records = Array.from({length: 25_000}, (_, row) =>
		Object.fromEntries(columns.map(({name}, index) => [name, Math.sin(row * 20 + index)])),
	);
	await writeTo(output, [{columns, records}]);
	const [magic, ...rest] = writes;
	assert.equal(magic, 4);
	assert.ok(rest.length >= 3 && rest.length <= 6);
	assert.ok(rest.slice(0, -2).every(bytes => bytes >= 2 ** 20 && bytes < 2 ** 21));
});

test('lists that span many pages stay whole', async t => {
	const column: Column = {name: 'l', type: 'list', nullable: true, items: text};
	const records = Array.from({length: 300}, (_, row) => ({
		l:
			row % 10 === 0
				? null
				: Array.from({length: row % 50}, (_, item) => `${row}/${item} ${'y'.repeat(500)}`),
	}));
	const path = await write(t, [{columns: [column], records}]);
	const rows = await values('select l from file', path);
	assert.deepEqual(
		rows.map(([list]) => list),
		records.map(record => record.l),
	);
});

test('a dictionary is kept while values repeat, and given up when they do not', async t => {
	const columns: Column[] = ['few', 'none', 'late', 'long'].map(name => ({...text, name}));
	const records = Array.from({length: 30_000}, (_, index) => ({
		few: `country ${index % 200}`,
		none: `unique ${index}`,
		late: index < 20_000 ? `value ${index % 3}` : `unique ${index}`,
		long: `${index % 40} ${'z'.repeat(200_000 * (index < 40 ? 1 : 0))}`,
	}));
	const path = await write(t, [{columns, records}], {rowGroupRows: 30_000});
	const {row_groups} = await metadata(path);
	assert.deepEqual(
		row_groups[0]?.columns.map(chunk => chunk.meta_data?.encodings.includes('RLE_DICTIONARY')),
		[true, false, true, false],
	);
	assert.deepEqual(
		await values(
			'select count(distinct few)::int, count(distinct "none")::int, count(distinct late)::int, ' +
				'count(distinct long)::int from file',
			path,
		),
		[[200, 30_000, 10_003, 80]],
	);
	assert.equal(await ask(`select late from file offset 25000 limit 1`, path), 'unique 25000');
});

test('a dictionary that was given up is tried again eight row groups later', async t => {
	const records = Array.from({length: 20 * 100}, (_, row) => ({
		s: row < 900 ? `unique ${row}` : `country ${row % 5}`,
	}));
	const path = await write(t, [{columns: [text], records}], {rowGroupRows: 100});
	const {row_groups} = await metadata(path);
	const tried = row_groups.map(({columns: [chunk]}) =>
		chunk?.meta_data?.encodings.includes('RLE_DICTIONARY'),
	);
	assert.equal(tried.indexOf(true), 16);
	assert.ok(tried.slice(16).every(Boolean));
	assert.deepEqual(await readRows(path), records);
});

test('a dictionary never outgrows 65,536 entries', async t => {
	const records = Array.from({length: 210_000}, (_, index) => ({s: String(Math.floor(index / 3))}));
	const path = await write(t, [{columns: [text], records}], {rowGroupRows: 210_000});
	const encodings = (await metadata(path)).row_groups[0]?.columns[0]?.meta_data?.encodings;
	assert.equal(encodings?.includes('RLE_DICTIONARY'), false);
	assert.equal(await ask('select count(distinct s)::int from file', path), 70_000);
});

test('a thousand columns', async t => {
	const kinds = ['bigint', 'double', 'text', 'bool'] as const;
	const columns: Column[] = Array.from({length: 1000}, (_, index) => ({
		name: `c${index}`,
		type: kinds[index % 4] ?? 'text',
		nullable: index % 3 !== 0,
	}));
	const cell = [
		(row: number) => row,
		(row: number) => row / 2,
		(row: number) => `text ${row % 9}`,
		(row: number) => row % 2 === 0,
	];
	const records = Array.from({length: 1500}, (_, row) =>
		Object.fromEntries(
			columns.map(({name}, index) => [
				name,
				index % 3 !== 0 && row % 7 === 0 ? null : cell[index % 4]?.(row),
			]),
		),
	);
	const path = await write(t, [{columns, records}], {rowGroupRows: 1000});
	const rows = await values('select * from file', path);
	assert.equal(rows.length, records.length);
	for (const [index, record] of records.entries())
		assert.deepEqual(
			rows[index],
			Object.values(record).map((value, at) => (at % 4 === 0 && value !== null ? String(value) : value)),
		);
});
