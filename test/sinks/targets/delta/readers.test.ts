/** Delta tables in front of deltalake and Polars: what they read, and what they do to a table between runs. */
import {deepEqual} from 'node:assert/strict';
import {readdir, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {byColumn} from '../../../../sinks/dataset/folders/partition.ts';
import type {Column} from '../../../../src/core/schema/schema.ts';
import {lacks, pythonJson} from '../../../helpers/python.ts';
import {newLake} from './lake.ts';

const skip = await lacks('deltalake', 'polars');
const row = (id: number, v: number) => ({id, v});

/** Counts and sums by deltalake and by Polars, of the last version or of an earlier one. */
async function figures(table: string, version?: number): Promise<unknown> {
	const script = `
import json, sys, deltalake, polars
table, version = sys.argv[1], None if sys.argv[2] == '' else int(sys.argv[2])
frame = polars.read_delta(table, version=version)
lake = deltalake.DeltaTable(table, version=version)
found = deltalake.QueryBuilder().register('t', lake).execute('select count(*) n, sum(id) ids, sum(v) vs from t').read_all()
sums = polars.DataFrame(found).row(0)
assert list(sums) == [len(frame), frame['id'].sum(), frame['v'].sum()], (sums, frame)
print(json.dumps([len(frame), frame['id'].sum(), frame['v'].sum()]))`;
	return pythonJson(script, table, version === undefined ? '' : String(version));
}

/** A statement about \`t\`, the table as deltalake opens it. */
async function byDeltalake(table: string, statement: string): Promise<void> {
	const script = `
import sys, polars, deltalake
from deltalake import write_deltalake
t = deltalake.DeltaTable(sys.argv[1])
${statement}
print('null')`;
	await pythonJson(script, table);
}

test('both read the same rows, also of earlier versions, and after a checkpoint without its entries', {
	skip,
}, async () => {
	await using lake = await newLake();
	for (let id = 1; id <= 12; id++)
		await lake.run([row(id, 1)], {disposition: id % 3 === 0 ? 'merge' : 'append'});
	deepEqual(await figures(lake.table), [12, 78, 12]);
	deepEqual(await figures(lake.table, 0).catch(() => 'no columns'), [1, 1, 1]);
	const log = join(lake.table, '_delta_log');
	const checkpoint = (await readdir(log)).find(name => name.includes('checkpoint.parquet')) ?? '';
	for (const name of await readdir(log))
		if (/^\d+\.json$/.test(name) && name < checkpoint.slice(0, 20)) await rm(join(log, name));
	deepEqual(await figures(lake.table), [12, 78, 12]);
});

test('optimize, delete, update, vacuum and append by deltalake between runs lose and double no row', {
	skip,
}, async () => {
	await using lake = await newLake();
	const merge = {disposition: 'merge'} as const;
	await lake.run([row(1, 1), row(2, 1)], merge);
	await lake.run([row(3, 1), row(4, 1)], merge);
	await byDeltalake(lake.table, 't.optimize.compact()');
	await lake.run([row(4, 2), row(5, 2)], merge);
	deepEqual(await figures(lake.table), [5, 15, 7]);
	await byDeltalake(lake.table, "t.delete('id = 1')");
	await byDeltalake(lake.table, "t.update(predicate='id = 2', updates={'v': '10'})");
	await lake.run([row(3, 3)], merge);
	deepEqual(await figures(lake.table), [4, 14, 17]);
	const rows = "polars.DataFrame({'id': [6, 7], 'v': [6, 7]})";
	await byDeltalake(lake.table, `write_deltalake(t, ${rows}, mode='append')`);
	await lake.run([row(7, 8)], merge);
	deepEqual(await figures(lake.table), [6, 27, 31]);
	await byDeltalake(
		lake.table,
		't.vacuum(retention_hours=0, enforce_retention_duration=False, ' +
			'dry_run=False)\nt.create_checkpoint()\nt.cleanup_metadata()',
	);
	await lake.run([row(8, 8)]);
	deepEqual(await figures(lake.table), [7, 35, 39]);
	await lake.run([row(9, 9)], {disposition: 'replace'});
	deepEqual(await figures(lake.table), [1, 9, 9]);
});

const columns: Column[] = [
	{name: 'id', type: 'bigint', nullable: true},
	{name: 'v', type: 'bigint', nullable: true},
	{name: 'at', type: 'timestamp', nullable: true},
	{name: 'day', type: 'date', nullable: true},
	{name: 'clock', type: 'time', nullable: true},
	{name: 'price', type: 'decimal', precision: 25, scale: 3, nullable: true},
	{name: 'small', type: 'decimal', precision: 9, scale: 2, nullable: true},
	{name: 'blob', type: 'binary', nullable: true},
	{name: 'more', type: 'json', nullable: true},
	{name: 'tags', type: 'list', nullable: true, items: {name: 'element', type: 'text', nullable: true}},
	{name: 'place', type: 'struct', nullable: true, fields: [{name: 'city', type: 'text', nullable: true}]},
];
const full = {
	id: 1,
	v: 1,
	at: '2026-11-30T10:00:00.123456Z',
	day: '2026-11-30',
	clock: '10:00:00.5',
	price: '-123456789012345678901.5',
	small: '1.25',
	blob: 'AAEC',
	more: {a: [1]},
	tags: ['x', null],
	place: {city: 'Ü'},
};
const fullText = {
	...full,
	at: '2026-11-30 10:00:00.123456+00:00',
	price: '-123456789012345678901.500',
	blob: "b'\\x00\\x01\\x02'",
	more: '{"a":[1]}',
};

test('every type survives a rewrite by deltalake and a merge of Sluice after it', {skip}, async () => {
	await using lake = await newLake();
	const merge = {disposition: 'merge', columns} as const;
	await lake.run([full, {...full, id: 2, v: 2}, {...full, id: 3, at: null, tags: null, place: null}], merge);
	await byDeltalake(lake.table, "t.update(predicate='id = 2', updates={'v': '5'})");
	await lake.run([{...full, id: 3, v: 7}], merge);
	const script = `
import json, sys, polars
rows = polars.read_delta(sys.argv[1]).sort('id').to_dicts()
plain = lambda v: v if v is None or isinstance(v, (bool, int, str, list, dict)) else str(v)
print(json.dumps([{k: plain(v) for k, v in row.items()} for row in rows]))`;
	deepEqual(await pythonJson(script, lake.table), [
		fullText,
		{...fullText, id: 2, v: 5},
		{...fullText, id: 3, v: 7},
	]);
});

test('partition columns are columns for both, and survive a compaction', {skip}, async () => {
	await using lake = await newLake();
	const partition = {
		columns: [...columns.slice(0, 2), {name: 'kind', type: 'text', nullable: true} as const],
		partition: byColumn({column: 'kind', folder: 'by_kind'}),
		disposition: 'merge',
	} as const;
	for (const id of [1, 2])
		await lake.run(
			['a/b', null, 'ü=%'].map((kind, at) => ({...row(id * 10 + at, 1), kind})),
			partition,
		);
	await byDeltalake(lake.table, 't.optimize.compact()');
	await lake.run([{...row(10, 2), kind: 'a/b'}], partition);
	deepEqual(await figures(lake.table), [6, 96, 7]);
	const script = `
import json, sys, polars
frame = polars.read_delta(sys.argv[1]).sort('id')
print(json.dumps([frame['by_kind'].to_list(), frame['kind'].to_list()]))`;
	const kinds = ['a/b', null, 'ü=%', 'a/b', null, 'ü=%'];
	deepEqual(await pythonJson(script, lake.table), [kinds, kinds]);
});
