/** A file under the columns of newer ones: which bytes are copied, and what becomes of the rest. */
import {deepEqual, equal, match, ok, rejects} from 'node:assert/strict';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {parquetFormat} from '../../../../sinks/formats/parquet/format.ts';
import {openParquetFile} from '../../../../sinks/formats/parquet/read/open-file.ts';
import {fileOutput} from '../../../../sinks/output/output.ts';
import type {Column, ScalarType} from '../../../../src/core/schema/schema.ts';
import {query} from '../../../helpers/duckdb.ts';
import {ask, type Batch, folder, values, write} from './files.ts';

const column = (name: string, type: ScalarType, nullable = true): Column => ({name, type, nullable});
const list = (name: string, items: Column): Column => ({name, type: 'list', items, nullable: true});
const struct = (name: string, fields: Column[]): Column => ({name, type: 'struct', fields, nullable: true});
const {typed} = parquetFormat();

async function conformed(
	t: Parameters<typeof write>[0],
	batches: readonly Batch[],
	columns: readonly Column[],
) {
	const before = await write(t, batches, {rowGroupRows: 2});
	const after = join(await folder(t), 'after.parquet');
	await typed?.conform(before, columns, fileOutput(after));
	return {before, after};
}

/** The bytes of each chunk of a column. */
async function chunksOf(path: string, name: string): Promise<Buffer[]> {
	const [file, bytes] = [await openParquetFile(path), await readFile(path)];
	await file.close();
	const leaf = file.schema.leaves.find(({label}) => label === name);
	return file.groups.map(({chunks}) => {
		const {start, compressedBytes} = chunks[leaf?.index ?? -1]!;
		return bytes.subarray(start, start + compressedBytes);
	});
}

test('chunks of columns that did not change are copied, byte for byte, and nothing else is in the file', async t => {
	const old = [column('id', 'bigint', false), column('n', 'bigint'), column('name', 'text')];
	const records = Array.from({length: 5}, (_, id) => ({id, n: id * 2, name: id % 2 ? 'odd' : 'even'}));
	const columns = [
		column('id', 'bigint'),
		column('n', 'double'),
		column('name', 'text'),
		column('late', 'bool'),
	];
	const {before, after} = await conformed(t, [{columns: old, records}], columns);
	for (const name of ['id', 'name']) deepEqual(await chunksOf(after, name), await chunksOf(before, name));
	deepEqual(
		await values('select id::int, n, name, late from file', after),
		records.map(({id, n, name}) => [id, n, name, null]),
	);
	const chunks = await Promise.all(columns.map(({name}) => chunksOf(after, name)));
	const size = chunks.flat().reduce((sum, {length}) => sum + length, 4);
	const bytes = await readFile(after);
	equal(bytes.length, size + bytes.readUInt32LE(bytes.length - 8) + 8);
	for (const value of [0, 3, 4, 8, 9])
		equal(
			await ask(`select count(*) from file where n = ${value}`, after),
			value % 2 || value > 8 ? '0' : '1',
		);
});

test('a text that becomes json keeps its dictionary and its nulls, and lists and structs follow inside', async t => {
	const old = [column('t', 'text'), list('l', column('', 'bigint')), struct('s', [column('a', 'date')])];
	const records = Array.from({length: 12}, (_, i) => ({
		t: i % 3 === 0 ? null : i % 3 === 1 ? 'a "word"' : '{"k": [1]}',
		l: i === 1 ? null : Array.from({length: i % 4}, (_, n) => n),
		s: i % 2 ? {a: '2026-01-02'} : null,
	}));
	const columns = [
		column('t', 'json'),
		list('l', column('', 'double')),
		struct('s', [column('a', 'timestamp'), column('b', 'text')]),
	];
	const {after} = await conformed(t, [{columns: old, records}], columns);
	const rows = await query(`select t::varchar as t, l, s.a::varchar as a, s.b as b from '${after}'`);
	deepEqual(
		rows.map(({t}) => t),
		records.map(({t}) => (t === null ? null : t.startsWith('{') ? '{"k":[1]}' : '"a \\"word\\""')),
	);
	deepEqual(
		rows.map(({l}) => l),
		records.map(({l}) => l),
	);
	deepEqual(
		rows.map(({a, b}) => [a, b]),
		records.map(({s}) => [s ? '2026-01-02 00:00:00+00' : null, null]),
	);
});

test('a file that would lose a column, or a number, is not written', async t => {
	const old = [column('id', 'bigint'), column('other', 'text')];
	const records = [
		{id: 1, other: 'x'},
		{id: 2n ** 53n + 1n, other: 'y'},
	];
	await rejects(conformed(t, [{columns: old, records}], [column('id', 'bigint')]), /"other" has no place/);
	const wide = [column('id', 'double'), column('other', 'text')];
	await rejects(
		conformed(t, [{columns: old, records}], wide),
		/"id" became double, which cannot hold 9007199254740993/,
	);
	const path = await write(t, [{columns: old, records}]);
	match((await typed?.misfit(path, wide)) ?? '', /9007199254740993/);
	equal(await typed?.misfit(path, [column('id', 'text')]), undefined);
});

test('a file of which no value was ever seen has no columns of its own', async t => {
	const path = await write(t, [{columns: [], records: [{}, {}]}]);
	deepEqual(await typed?.columns(path), []);
	const after = join(await folder(t), 'after.parquet');
	await typed?.conform(path, [column('id', 'bigint')], fileOutput(after));
	deepEqual(await values('select * from file', after), [[null], [null]]);
	const real = await write(t, [{columns: [column('json', 'json')], records: [{json: 1}]}]);
	ok((await typed?.columns(real))?.length === 1);
});
