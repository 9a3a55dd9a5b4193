/** --select in a merge: the columns that it goes by are kept, and so is the schema. */
import {deepEqual, doesNotMatch, equal, match} from 'node:assert/strict';
import {join} from 'node:path';
import {test} from 'node:test';
import {config, server, single} from '../cli/config.ts';
import {workspace} from '../helpers/binary.ts';
import {query} from '../helpers/duckdb.ts';

const resource = single('things', {
	primary_key: 'id',
	write_disposition: 'merge',
	columns: {gone: {data_type: 'bool', hard_delete: true}, at: {data_type: 'bigint', dedup_sort: 'desc'}},
});

test('--select takes no column away that tells rows apart, orders them, or deletes them', async () => {
	let data: object[] = [
		{id: 1, name: 'a', note: 'x', at: 1, gone: false},
		{id: 2, name: 'b', note: 'y', at: 1, gone: false},
	];
	await using api = await server({path: '/things', respond: {fn: () => ({json: {data}})}});
	await using place = await workspace({'sluice.json': config(api.url, [resource])});
	equal((await place.sluice(['run'])).code, 0);
	data = [
		{id: 1, name: 'new', note: 'z', at: 9, gone: false},
		{id: 1, name: 'old', note: 'z', at: 5, gone: false},
		{id: 2, name: 'b', note: 'y', at: 2, gone: true},
		{id: 3, name: 'c', note: 'w', at: 1, gone: false},
	];
	const {code, stderr} = await place.sluice(['run', '--select', 'name']);
	equal(code, 0, stderr);
	match(stderr, /^things: id, at, gone not in --select, and written all the same: the dataset needs it$/m);
	match(stderr, /merged: 1 new, 1 updated, 1 deleted/);
	const glob = join(place.path, 'out/things/*.parquet');
	const rows = `select id::int as id, name, note from read_parquet('${glob}') order by id`;
	deepEqual(await query(rows), [
		{id: 1, name: 'new', note: null},
		{id: 3, name: 'c', note: null},
	]);
	data = [{id: 4, name: 'd', note: 5, at: 1, gone: false}];
	const whole = await place.sluice(['run']);
	equal(whole.code, 0, whole.stderr);
	doesNotMatch(whole.stderr, /things\.\w+:/);
	deepEqual((await query(rows)).at(-1), {id: 4, name: 'd', note: '5'});
});

test('with partition_by, rows stay in the folders that they belong to', async () => {
	await using api = await server({path: '/things', respond: {json: {data: [{id: 1, country: 'DE'}]}}});
	await using place = await workspace({
		'sluice.json': config(api.url, [single('things', {partition_by: 'country'})]),
	});
	const {code, stderr} = await place.sluice(['run', '--select', 'id']);
	equal(code, 0, stderr);
	deepEqual(await query(`select country from '${place.path}/out/things/*=*/*.parquet'`), [{country: 'DE'}]);
});

for (const nested of ['json', 'flatten'])
	test(`--select takes neither the cursor nor the merge_key away from a merge (nested: ${nested})`, async () => {
		const from = (rows: object[]) => ({json: {data: rows}});
		let answer = from([]);
		await using api = await server(
			{path: '/newest', respond: {fn: () => answer}},
			{path: '/days', respond: {fn: () => answer}},
		);
		const incremental = {cursor_path: 'meta.at', lag: 100};
		const write_disposition = 'merge';
		await using place = await workspace({
			'sluice.json': config(api.url, [
				single('newest', {primary_key: 'id', write_disposition, nested, endpoint: {incremental}}),
				single('days', {merge_key: 'day', write_disposition, nested}),
			]),
		});
		const run = async (...rows: object[]) => {
			answer = from(rows);
			const {code, stderr} = await place.sluice(['run', '--select', 'name']);
			equal(code, 0, stderr);
		};
		const row = (name: string, at: number) => ({id: 1, name, day: '2024-01-01', meta: {at}});
		await run(row('new', 50), row('late', 40));
		await run(row('later still', 45));
		const names = (table: string) => query(`select name from '${place.path}/out/${table}/*.parquet'`);
		deepEqual(await names('newest'), [{name: 'new'}]);
		deepEqual(await names('days'), [{name: 'later still'}]);
	});
