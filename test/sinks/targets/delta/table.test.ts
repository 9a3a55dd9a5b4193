/** What the log of a Delta table says about its files: statistics, partitions, columns; and its checkpoints. */
import {deepEqual, equal, match, ok, rejects} from 'node:assert/strict';
import {readdir, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {byColumn} from '../../../../sinks/dataset/folders/partition.ts';
import type {JsonObject} from '../../../../src/core/json/json.ts';
import type {Column} from '../../../../src/core/schema/schema.ts';
import type {Store} from '../../../../src/state/store.ts';
import {query} from '../../../helpers/duckdb.ts';
import {idAndValue, type Lake, newLake} from './lake.ts';

const row = (id: number, v: number) => ({id, v});
const column = (name: string, type: Exclude<Column['type'], 'decimal' | 'list' | 'struct'>): Column => ({
	name,
	type,
	nullable: true,
});

test('statistics have the least and the greatest value of each column, and its nulls', async () => {
	await using lake = await newLake();
	const columns: Column[] = [
		column('id', 'bigint'),
		column('name', 'text'),
		column('at', 'timestamp'),
		column('day', 'date'),
		column('score', 'double'),
		column('flag', 'bool'),
		{name: 'price', type: 'decimal', precision: 20, scale: 4, nullable: true},
		{name: 'place', type: 'struct', nullable: true, fields: [column('city', 'text')]},
		{name: 'tags', type: 'list', nullable: true, items: column('element', 'text')},
	];
	const common = {day: '2026-11-30', flag: true, tags: ['x']};
	await lake.run(
		[
			{
				...common,
				id: 9007199254740993n,
				name: 'é',
				at: '2026-11-30T10:00:00.000001Z',
				score: 0,
				price: '-1.5',
				place: {city: 'B'},
			},
			{
				...common,
				id: -5,
				name: 'z',
				at: '2026-11-30T10:00:00.123456Z',
				score: 2.5,
				price: '12.3400',
				place: null,
			},
			{...common, id: null, name: null, at: null, score: null, price: null, place: {city: 'A'}},
		],
		{columns},
	);
	const [file] = await lake.live();
	const text = file?.stats ?? '';
	match(text, /"maxValues":\{"id":9007199254740993,/);
	match(text, /"score":-0\.0/);
	match(text, /"price":-1\.5000/);
	const {numRecords, minValues, maxValues, nullCount} = JSON.parse(text) as {[name: string]: JsonObject};
	equal(numRecords, 3);
	// Readers compare milliseconds, so the range is as wide as it must be.
	equal(minValues?.at, '2026-11-30T10:00:00.000Z');
	equal(maxValues?.at, '2026-11-30T10:00:00.124Z');
	deepEqual([minValues?.name, maxValues?.name], ['z', 'é']);
	deepEqual([minValues?.place, maxValues?.place], [{city: 'A'}, {city: 'B'}]);
	deepEqual([minValues?.day, maxValues?.day], ['2026-11-30', '2026-11-30']);
	deepEqual([minValues?.flag, minValues?.tags], [undefined, undefined]);
	deepEqual(nullCount, {id: 1, name: 1, at: 1, day: 0, score: 1, flag: 0, price: 1, place: {city: 1}});
});

test('a column whose extremes could mislead a reader has none', async () => {
	await using lake = await newLake();
	const columns = [
		column('id', 'bigint'),
		column('long', 'text'),
		column('nan', 'double'),
		column('endless', 'double'),
	];
	await lake.run(
		[
			{id: 1, long: 'a'.repeat(100), nan: Number.NaN, endless: Number.POSITIVE_INFINITY},
			{id: 2, long: 'b', nan: 1, endless: 1},
		],
		{columns},
	);
	const {minValues, nullCount} = JSON.parse((await lake.live())[0]?.stats ?? '') as {
		[name: string]: JsonObject;
	};
	deepEqual(Object.keys(minValues ?? {}), ['id']);
	deepEqual(nullCount, {id: 0, long: 0, nan: 0, endless: 0});
});

const byKind = byColumn({column: 'kind', folder: 'by_kind'});
const withKind = [...idAndValue, column('kind', 'text')];

test('folders of partition_by are partition columns, with their values in the log', async () => {
	await using lake = await newLake();
	const partition = {columns: withKind, partition: byKind, disposition: 'merge'} as const;
	await lake.run(
		[
			{...row(1, 1), kind: 'a/b'},
			{...row(2, 1), kind: null},
			{...row(3, 1), kind: 'ü=%'},
		],
		partition,
	);
	await lake.run([{...row(3, 2), kind: 'c'}], partition);
	const {metaData} =
		(await lake.entries()).flat().find(action => action.metaData?.partitionColumns.length) ?? {};
	deepEqual(metaData?.partitionColumns, ['by_kind']);
	match(metaData?.schemaString ?? '', /"name":"by_kind","type":"string"/);
	deepEqual((await lake.live()).map(file => file.partitionValues.by_kind).sort(), ['a/b', 'c', null].sort());
	deepEqual(await lake.pairs(), [
		[1, 1],
		[2, 1],
		[3, 2],
	]);
});

test('other partition columns than before are refused, and a replacement may bring them', async () => {
	await using lake = await newLake();
	await lake.run([{...row(1, 1), kind: 'a'}], {columns: withKind});
	const more = {columns: withKind, partition: byKind};
	await rejects(lake.run([{...row(2, 1), kind: 'b'}], more), /no column, and others in folders of by_kind/);
	deepEqual(await lake.pairs(), [[1, 1]]);
	await lake.run([{...row(3, 1), kind: 'b'}], {...more, disposition: 'replace'});
	deepEqual(await lake.pairs(), [[3, 1]]);
	const last = (await lake.entries())
		.flat()
		.filter(action => action.metaData)
		.at(-1);
	deepEqual(last?.metaData?.partitionColumns, ['by_kind']);
});

test('after a checkpoint neither Sluice nor a reader needs the entries before it', async () => {
	await using lake = await newLake();
	for (let id = 0; id < 12; id++) await lake.run([row(id, id)]);
	const log = join(lake.table, '_delta_log');
	const names = await readdir(log);
	ok(names.includes('00000000000000000010.checkpoint.parquet'));
	const path = join(log, '00000000000000000010.checkpoint.parquet');
	const found = await query(
		`select "add".path as path, "add".stats as stats, protocol.minReaderVersion as reader, txn.version as txn
			from read_parquet('${path}')`,
	);
	equal(found.filter(each => each.reader === 1).length, 1);
	equal(found.filter(each => each.txn !== null).length, 1);
	ok(found.filter(each => each.path !== null).every(each => String(each.stats).includes('numRecords')));
	for (const name of names)
		if (/^\d+\.json$/.test(name) && Number(name.slice(0, 20)) < 10) await rm(join(log, name));
	await lake.run([row(3, 100)], {disposition: 'merge'});
	const target = await lake.open();
	await target.close();
	equal(
		target.last?.parts.reduce((sum, part) => sum + part.rows, 0),
		12,
	);
});

test('a checkpoint of several parts is read, and one that is not whole is left out', async () => {
	await using lake = await newLake();
	for (let id = 0; id < 12; id++) await lake.run([row(id, id)]);
	const log = join(lake.table, '_delta_log');
	const whole = join(log, '00000000000000000010.checkpoint.parquet');
	for (const [at, condition] of ['is null', 'is not null'].entries()) {
		const part = `00000000000000000010.checkpoint.000000000${at + 1}.0000000002.parquet`;
		await query(
			`copy (select * from read_parquet('${whole}') where "add" ${condition}) to '${join(log, part)}' ` +
				'(format parquet)',
		);
	}
	// The first of three.
	await query(
		`copy (select * from read_parquet('${whole}') limit 1) to ` +
			`'${join(log, '00000000000000000011.checkpoint.0000000001.0000000003.parquet')}' (format parquet)`,
	);
	await rm(whole);
	for (const name of await readdir(log))
		if (/^\d+\.json$/.test(name) && Number(name.slice(0, 20)) < 10) await rm(join(log, name));
	await lake.run([row(3, 100)], {disposition: 'merge'});
	const target = await lake.open();
	await target.close();
	equal(
		target.last?.parts.reduce((sum, part) => sum + part.rows, 0),
		12,
	);
});

test('without entries and without a checkpoint a table is refused', async () => {
	await using lake = await newLake();
	for (const id of [1, 2]) await lake.run([row(id, 1)]);
	await rm(join(lake.table, '_delta_log', `${'0'.repeat(20)}.json`));
	await rejects(lake.run([row(2, 2)]), /entry 0 of its log is gone/);
});

test('a new column rewrites no file, and a wider one rewrites the files that have it', async () => {
	await using lake = await newLake();
	await lake.run([row(1, 1)]);
	const first = (await lake.live()).map(({path}) => path);
	const wider = [...idAndValue, column('note', 'text')];
	await lake.run([{...row(2, 2), note: 'x'}], {columns: wider});
	const second = (await lake.live()).map(({path}) => path);
	ok(first.every(path => second.includes(path)));
	const asDouble = [column('id', 'bigint'), column('v', 'double'), column('note', 'text')];
	await lake.run([{id: 3, v: 3.5, note: 'y'}], {columns: asDouble});
	const third = (await lake.live()).map(({path}) => path);
	ok(second.every(path => !third.includes(path)));
	deepEqual(await lake.pairs(), [
		[1, 1],
		[2, 2],
		[3, 3.5],
	]);
	const files = third.map(path => `'${join(lake.table, path)}'`);
	const types = await query(
		`select distinct type from parquet_schema([${files.join(', ')}]) where name = 'v'`,
	);
	deepEqual(types, [{type: 'DOUBLE'}]);
});

/** Notes which parts are copied whole, and how many bytes of others are read. */
function counting({store}: Lake): Store & {whole: string[]; bytes: number} {
	const counted = {
		whole: [] as string[],
		bytes: 0,
		location: store.location,
		get: (key: string) => store.get(key),
		list: (prefix: string, after?: string) => store.list(prefix, after),
		put: (key: string, body: Uint8Array) => store.put(key, body),
		putNew: (key: string, body: Uint8Array) => store.putNew(key, body),
		upload: (key: string, file: string) => store.upload(key, file),
		remove: (keys: readonly string[]) => store.remove(keys),
		close: () => store.close(),
		download(key: string, file: string) {
			counted.whole.push(key);
			return store.download(key, file);
		},
		read(key: string, from: number, length: number) {
			counted.bytes += length;
			return store.read(key, from, length);
		},
	};
	return counted;
}

test('a merge reads no file that cannot have its keys, and of the others the key alone before it rewrites one', async () => {
	await using lake = await newLake();
	const columns = [...idAndValue, column('note', 'text')];
	const noise = (id: number) =>
		[1, 7, 11, 13]
			.map(by => ((id + 1) * by * 2654435761).toString(36))
			.join(' ')
			.repeat(4);
	const rows = (from: number) =>
		Array.from({length: 20_000}, (_, at) => ({...row(from + at * 2, 1), note: noise(from + at)}));
	// Odd and even numbers up to 40,000, and numbers far from them.
	for (const from of [0, 1, 1_000_000]) await lake.run(rows(from), {columns, disposition: 'merge'});
	const files = await lake.live();
	ok(files.every(({size}) => size > 300_000));
	const store = counting(lake);
	await lake.run([{...row(5, 7), note: 'new'}], {columns, disposition: 'merge', store});
	equal(store.whole.length, 1);
	ok(store.bytes < 500_000, `${store.bytes} bytes`);
	const pairs = await lake.pairs();
	equal(pairs.length, 60_000);
	deepEqual(
		pairs.filter(([, v]) => v === 7),
		[[5, 7]],
	);
});
