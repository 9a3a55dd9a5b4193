/** Delta tables that other programs write to between and during runs. */
import {deepEqual, ok, rejects} from 'node:assert/strict';
import {rm} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import type {Store} from '../../../../src/state/store.ts';
import {type Lake, newLake} from './lake.ts';

const row = (id: number, v: number) => ({id, v});

/** A store in which something happens before the n-th entry of the main table. */
function interrupted(lake: Lake, at: number, work: () => Promise<void>): Store {
	const {store} = lake;
	let entries = 0;
	return {
		location: store.location,
		get: key => store.get(key),
		list: (prefix, after) => store.list(prefix, after),
		download: (key, file) => store.download(key, file),
		put: (key, body) => store.put(key, body),
		read: (key, from, length) => store.read(key, from, length),
		upload: (key, file) => store.upload(key, file),
		remove: keys => store.remove(keys),
		close: () => store.close(),
		async putNew(key, body) {
			if (/^things\/_delta_log\/\d+\.json$/.test(key) && ++entries === at) await work();
			return store.putNew(key, body);
		},
	};
}

test('rows that another program appends stay, and a merge replaces those with its keys', async () => {
	await using lake = await newLake();
	await lake.run([row(1, 1), row(2, 1)], {disposition: 'merge'});
	await lake.commit([await lake.foreignFile('select 2::bigint + i id, 5::bigint v from range(1, 4) t(i)')]);
	await lake.run([row(2, 2), row(4, 2)], {disposition: 'merge'});
	deepEqual(await lake.pairs(), [
		[1, 1],
		[2, 2],
		[3, 5],
		[4, 2],
		[5, 5],
	]);
	await lake.run([row(6, 6)]);
	deepEqual((await lake.pairs()).length, 6);
});

test('a table that another program has compacted is merged, appended to and replaced', async () => {
	await using lake = await newLake();
	await lake.run([row(1, 1), row(2, 1)], {disposition: 'merge'});
	await lake.run([row(3, 1)], {disposition: 'merge'});
	await lake.optimize();
	await lake.run([row(3, 2), row(4, 2)], {disposition: 'merge'});
	const merged = [
		[1, 1],
		[2, 1],
		[3, 2],
		[4, 2],
	];
	deepEqual(await lake.pairs(), merged);
	await lake.optimize('part-00002-c000.snappy.parquet');
	await lake.run([row(4, 3)]);
	deepEqual(await lake.pairs(), [...merged, [4, 3]]);
	await lake.run([row(9, 9)], {disposition: 'replace'});
	deepEqual(await lake.pairs(), [[9, 9]]);
});

test('rows that another program deletes stay deleted', async () => {
	await using lake = await newLake();
	await lake.run([row(1, 1), row(2, 1), row(3, 1)], {disposition: 'merge'});
	const [file] = await lake.live();
	const rows = `select * from read_parquet('${join(lake.table, file?.path ?? '')}') where id <> 2`;
	await lake.commit([
		{remove: {path: file?.path, dataChange: true, deletionTimestamp: 1}},
		await lake.foreignFile(rows),
	]);
	await lake.run([row(3, 2)], {disposition: 'merge'});
	deepEqual(await lake.pairs(), [
		[1, 1],
		[3, 2],
	]);
});

test('an append comes after the rows that another program adds in the meantime', async () => {
	await using lake = await newLake();
	await lake.run([row(1, 1)]);
	const foreign = await lake.foreignFile('select 7::bigint id, 7::bigint v');
	await lake.run([row(2, 1)], {store: interrupted(lake, 1, () => lake.commit([foreign]))});
	const rows = [
		[1, 1],
		[2, 1],
		[7, 7],
	];
	deepEqual(await lake.pairs(), rows);
	await lake.run([row(8, 8)]);
	deepEqual(await lake.pairs(), [...rows, [8, 8]]);
});

test('an append that goes on for several commits survives a compaction between any two of them', async () => {
	await using lake = await newLake();
	await lake.run([row(0, 0)]);
	const pages = [[row(1, 1)], [row(2, 1)], [row(3, 1)]];
	let compactions = 0;
	const store = interrupted(lake, 3, async () => {
		compactions++;
		await lake.optimize();
	});
	await lake.run([], {pages, store}).catch(() => lake.run([], {pages}));
	ok(compactions > 0);
	deepEqual(await lake.pairs(), [
		[0, 0],
		[1, 1],
		[2, 1],
		[3, 1],
	]);
});

test('a merge that has not seen rows of another program fails, adds nothing, and is made by the next run', async () => {
	await using lake = await newLake();
	await lake.run([row(1, 1), row(2, 1)], {disposition: 'merge'});
	const foreign = await lake.foreignFile('select 3::bigint id, 7::bigint v');
	const store = interrupted(lake, 2, () => lake.commit([foreign]));
	const more = {disposition: 'merge' as const};
	await rejects(
		lake.run([row(3, 2)], {...more, store}),
		/another program added rows that this run has not merged/,
	);
	await lake.run([row(3, 2)], more);
	deepEqual(await lake.pairs(), [
		[1, 1],
		[2, 1],
		[3, 2],
	]);
});

test('an unfinished append whose rows were compacted goes on, and does not start over', async () => {
	await using lake = await newLake();
	await lake.run([row(0, 0)]);
	const pages = [[row(1, 1)], [row(2, 1)], [row(3, 1)]];
	await rejects(lake.run([], {pages, diesAfter: 2}), /killed/);
	await lake.optimize();
	await rejects(
		lake.run([], {pages, definition: 'another'}),
		/has put rows of the unfinished run .* into files with other rows/,
	);
	await lake.run([], {pages});
	deepEqual(
		await lake.pairs(),
		[0, 1, 2, 3].map(id => [id, Math.min(id, 1)]),
	);
});

test('columns that another program adds stay, and so do their values', async () => {
	await using lake = await newLake();
	await lake.run([row(1, 1)], {disposition: 'merge'});
	const [, first] = await lake.entries();
	const {metaData} = [...(await lake.entries()).flat()].find(action => action.metaData) ?? {};
	ok(metaData && first === undefined ? metaData : metaData);
	const schema = JSON.parse(metaData?.schemaString ?? '') as {fields: object[]};
	schema.fields.push({name: 'note', type: 'string', nullable: true, metadata: {comment: 'ours'}});
	await lake.commit([
		{metaData: {...metaData, schemaString: JSON.stringify(schema)}},
		await lake.foreignFile("select id::bigint id, 5::bigint v, 'n' || id note from range(2, 4) t(id)"),
	]);
	await lake.run([row(2, 2)], {disposition: 'merge'});
	await lake.run([{id: 9, v: 9, more: true}], {
		columns: [
			{name: 'id', type: 'bigint', nullable: true},
			{name: 'v', type: 'bigint', nullable: true},
			{name: 'more', type: 'bool', nullable: true},
		],
		disposition: 'merge',
	});
	deepEqual(await lake.pairs(), [
		[1, 1],
		[2, 2],
		[3, 5],
		[9, 9],
	]);
	const last = (await lake.entries())
		.flat()
		.filter(action => action.metaData)
		.at(-1);
	const names = (JSON.parse(last?.metaData?.schemaString ?? '') as {fields: {name: string}[]}).fields;
	deepEqual(
		names.map(({name}) => name),
		['id', 'v', 'note', 'more'],
	);
});

test('a table with features that Sluice does not know is refused by their names', async () => {
	await using lake = await newLake();
	await lake.run([row(1, 1)]);
	const features = ['deletionVectors'];
	const protocol = {
		minReaderVersion: 3,
		minWriterVersion: 7,
		readerFeatures: features,
		writerFeatures: features,
	};
	await lake.commit([{protocol}]);
	await rejects(
		lake.run([row(2, 2)]),
		/reader 3, writer 7 with deletionVectors.* DROP FEATURE deletionVectors/s,
	);
});

test('a column whose type another program has changed is refused by its name', async () => {
	await using lake = await newLake();
	await lake.run([row(1, 1)]);
	const {metaData} = (await lake.entries()).flat().find(action => action.metaData) ?? {};
	await lake.commit([
		{
			metaData: {
				...metaData,
				schemaString: metaData?.schemaString.replace(/"v","type":"long"/, '"v","type":"string"'),
			},
		},
	]);
	await rejects(lake.run([row(2, 2)]), /has made its column "v" string, and Sluice writes long/);
});

test('a table without its records is refused', async () => {
	await using lake = await newLake();
	await lake.run([row(1, 1)]);
	await rm(join(lake.root, '_sluice'), {recursive: true});
	await rejects(lake.run([row(2, 2)]), /the record of commit \d+ of things is gone/);
});
