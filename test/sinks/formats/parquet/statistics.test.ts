import assert from 'node:assert/strict';
import {readFile} from 'node:fs/promises';
import {test} from 'node:test';
import fc from 'fast-check';
import types, {type ThriftStruct} from 'parquetjs-lite/gen-nodejs/parquet_types.js';
import util from 'parquetjs-lite/lib/util.js';
import {ByteStringsBuffer} from '../../../../sinks/formats/parquet/write/byte-strings.ts';
import {extremes} from '../../../../sinks/formats/parquet/write/statistics.ts';
import type {Column} from '../../../../src/core/schema/schema.ts';
import {ask, metadata, values, write} from './files.ts';

async function ranges(path: string): Promise<(unknown[] | undefined)[]> {
	const {row_groups} = await metadata(path);
	return row_groups.flatMap(group =>
		group.columns.map(chunk => {
			const {min_value, max_value} = chunk.meta_data?.statistics ?? {};
			return min_value === undefined && max_value === undefined ? undefined : [min_value, max_value];
		}),
	);
}

function file(
	t: Parameters<typeof write>[0],
	column: Column,
	list: readonly unknown[],
	rowGroupRows = 100,
): Promise<string> {
	return write(t, [{columns: [column], records: list.map(value => ({[column.name]: value}))}], {
		rowGroupRows,
	});
}

test('text is ordered by its bytes: an emoji is found beside full-width characters', async t => {
	const list = ['\uffff', '😀', 'ｱ', '\ue000', 'z'];
	const path = await file(t, {name: 's', type: 'text', nullable: true}, list);
	assert.deepEqual(await ranges(path), [['z', '😀']]);
	for (const text of list)
		assert.equal(await ask(`select count(*) from file where s = '${text}'`, path), '1', text);
	assert.equal(await ask(`select count(*) from file where s > '\uffff'`, path), '1');
});

test('the extremes of bytes of any length are the first and the last in their order', () => {
	const bytes = fc.oneof(
		fc.uint8Array({maxLength: 12}),
		fc.string({maxLength: 60}).map(text => Buffer.from(`Customer ${text}`)),
	);
	fc.assert(
		fc.property(fc.array(bytes, {minLength: 1, maxLength: 30}), list => {
			const store = new ByteStringsBuffer();
			for (const item of list) store.addBytes(item.subarray(0, 64));
			const sorted = list.map(item => Buffer.from(item.subarray(0, 64))).sort(Buffer.compare);
			assert.deepEqual(extremes(store), {least: sorted[0], greatest: sorted.at(-1)});
		}),
		{numRuns: 1000},
	);
});

test('text without repetition has the same statistics as text with a dictionary', async t => {
	const list = Array.from({length: 60}, (_, index) => ['\uffff', '😀', 'é', 'a', 'aa', ''][index % 6]);
	for (const records of [list, [...new Set(list)]])
		assert.deepEqual(await ranges(await file(t, {name: 's', type: 'text', nullable: true}, records)), [
			['', '😀'],
		]);
});

test('a chunk with NaN has no extremes, so that NaN is found above every number', async t => {
	const path = await file(t, {name: 'n', type: 'double', nullable: true}, [1, 2, 5, Number.NaN]);
	assert.deepEqual(await ranges(path), [undefined]);
	assert.equal(await ask('select count(*) from file where n > 10', path), '1');
	assert.equal(await ask(`select count(*) from file where n = 'nan'`, path), '1');
});

test('zeros are written so that both of them lie within', async t => {
	const column: Column = {name: 'n', type: 'double', nullable: true};
	for (const list of [[0], [-0], [0, -0]]) {
		const path = await file(t, column, list);
		const [range] = await ranges(path);
		assert.ok(Object.is(range?.[0], -0) && Object.is(range?.[1], 0));
		assert.equal(await ask('select count(*) from file where n = 0 and n = -0.0', path), String(list.length));
	}
	assert.deepEqual(
		await ranges(await file(t, column, [Number.NEGATIVE_INFINITY, 3, Number.POSITIVE_INFINITY])),
		[[Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]],
	);
});

test('texts of more than 64 bytes stay out of the footer, and are found all the same', async t => {
	const column: Column = {name: 's', type: 'text', nullable: true};
	const long = 'é'.repeat(33);
	assert.deepEqual(await ranges(await file(t, column, ['a', 'é'.repeat(32)])), [['a', 'é'.repeat(32)]]);
	const path = await file(t, column, ['a', long, `${long}x`, `${long}y`]);
	assert.deepEqual(await ranges(path), [undefined]);
	assert.equal(await ask(`select count(*) from file where s = '${long}y'`, path), '1');
	assert.deepEqual(await ranges(await file(t, column, ['a'.repeat(65), 'b'])), [undefined]);
	const same = 'a'.repeat(64);
	assert.deepEqual(await ranges(await file(t, column, [`${same}b`, same, `${same}a`, 'z'])), [[same, 'z']]);
});

test('integers compare as integers, not as text, to the last digit', async t => {
	const column: Column = {name: 'n', type: 'bigint', nullable: true};
	assert.deepEqual(await ranges(await file(t, column, [1, 25, 3, -7])), [[-7n, 25n]]);
	assert.deepEqual(await ranges(await file(t, column, [2 ** 31, 1, 2 ** 32 - 1])), [[1n, 2n ** 32n - 1n]]);
	const list = [2n ** 63n - 2n, 2n ** 63n - 1n, -(2n ** 63n), -(2n ** 63n) + 1n, 2 ** 32, 2 ** 31, -1];
	assert.deepEqual(await ranges(await file(t, column, list)), [[-(2n ** 63n), 2n ** 63n - 1n]]);
});

test('decimals of every width compare by their value', async t => {
	for (const [precision, scale] of [
		[9, 2],
		[18, 2],
		[38, 2],
		[20, 2],
		[60, 2],
	] as const) {
		const list = ['-1.00', '10.00', '9.99', '-200.01', '0.00', '255.00', '256.00', '-255.00', '-256.01'];
		const path = await file(t, {name: 'd', type: 'decimal', precision, scale, nullable: true}, list, 3);
		for (const value of list)
			for (const operator of ['=', '<', '<=', '>', '>=']) {
				const filter = `d ${operator} '${value}'::${precision > 38 ? 'double' : `decimal(${precision}, ${scale})`}`;
				const expected = await ask(`select count(*) filter (where ${filter}) from file`, path);
				assert.equal(await ask(`select count(*) from file where ${filter}`, path), expected, filter);
			}
	}
});

test('booleans, dates, times, timestamps, bytes and JSON have the extremes of what is stored', async t => {
	const of = async (
		type: 'bool' | 'date' | 'time' | 'timestamp' | 'binary' | 'json',
		...list: unknown[]
	): Promise<unknown> => {
		const path = await file(t, {name: 'v', type, nullable: true}, [...list, null]);
		return (await values(`select stats_min_value, stats_max_value from parquet_metadata('${path}')`))[0];
	};
	assert.deepEqual(await of('bool', true, true), ['true', 'true']);
	assert.deepEqual(await of('bool', true, false), ['false', 'true']);
	assert.deepEqual(await of('date', '2024-01-05', '1969-12-31', '0001-01-01'), ['0001-01-01', '2024-01-05']);
	assert.deepEqual(await of('time', '10:00:00', '09:59:59.999999'), ['09:59:59.999999', '10:00:00']);
	assert.deepEqual(await of('timestamp', '2300-01-01T00:00:00.000001Z', '1900-01-01T00:00:00Z'), [
		'1900-01-01 00:00:00+00',
		'2300-01-01 00:00:00.000001+00',
	]);
	assert.deepEqual(await of('binary', '/w==', 'AA==', 'f/8='), ['\\x00', '\\xFF']);
	assert.deepEqual(await of('json', {a: 1}, [2], 'x'), ['"x"', '{"a":1}']);
});

test('nulls are counted, distinct values never', async t => {
	const path = await write(t, [
		{
			columns: [
				{name: 'a', type: 'text', nullable: true},
				{name: 'b', type: 'bigint', nullable: false},
				{name: 'c', type: 'double', nullable: true},
			],
			records: [{a: 'x', b: 1}, {b: 2}, {b: 3}],
		},
	]);
	const {row_groups} = await metadata(path);
	assert.deepEqual(
		row_groups[0]?.columns.map(chunk => [
			chunk.meta_data?.statistics?.null_count,
			chunk.meta_data?.statistics?.distinct_count,
		]),
		[
			[2n, undefined],
			[0n, undefined],
			[3n, undefined],
		],
	);
	assert.equal(await ask('select count(*) from file where c is null', path), '3');
	assert.equal(await ask('select count(*) from file where a is not null', path), '1');
	assert.equal(await ask('select count(*) from file where c is not null', path), '0');
});

test('the footer says in which order the extremes are, without which readers ignore them', async t => {
	const bytes = await readFile(await file(t, {name: 's', type: 'text', nullable: false}, ['a']));
	const footer = new types.FileMetaData() as ThriftStruct & {column_orders: {TYPE_ORDER: unknown}[] | null};
	util.decodeThrift(footer, bytes, bytes.length - 8 - bytes.readUInt32LE(bytes.length - 8));
	assert.ok(footer.column_orders?.length === 1 && footer.column_orders[0]?.TYPE_ORDER);
});

test('sizes in the footer tell compressed from uncompressed', async t => {
	const path = await file(t, {name: 's', type: 'text', nullable: false}, [
		'a'.repeat(10_000),
		'b'.repeat(10_000),
	]);
	const {row_groups} = await metadata(path);
	const {total_compressed_size, total_uncompressed_size} = row_groups[0]?.columns[0]?.meta_data ?? {};
	assert.ok(Number(total_uncompressed_size) > 20_000 && Number(total_compressed_size) < 3000);
});
