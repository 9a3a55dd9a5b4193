/**
 * Runs that leave nothing: an empty answer never wipes a table in silence, and nothing to read is a result.
 */
import {deepEqual, equal, match} from 'node:assert/strict';
import {test} from 'node:test';
import {config, rows, server, single} from '../cli/config.ts';
import {workspace} from '../helpers/binary.ts';
import {query} from '../helpers/duckdb.ts';

const people = [
	{id: 1, name: 'Ada'},
	{id: 2, name: 'Grace'},
];

/** The path once with rows, and without any from then on. */
const once = [{...rows('people', people), times: 1}, rows('people', [])];

test('a replace without rows keeps the rows of the last run, fails, and says how to allow it', async () => {
	await using api = await server(...once);
	await using place = await workspace({
		'sluice.json': config(api.url, [single('people', {write_disposition: 'replace'})]),
	});
	equal((await place.sluice(['run'])).code, 0);
	for (const more of [[], ['--full-refresh'], []]) {
		const {code, stderr} = await place.sluice(['run', ...more]);
		equal(code, 1);
		match(
			stderr,
			/people: no row came, and replace would put nothing in the place of 2 rows.*allow_empty: true/,
		);
		deepEqual(await query(`select count(*)::int n from '${place.path}/out/people/*.parquet'`), [{n: 2}]);
	}
});

test('a full refresh without rows keeps the rows that were appended', async () => {
	await using api = await server(...once);
	await using place = await workspace({'sluice.json': config(api.url, [single('people')])});
	equal((await place.sluice(['run'])).code, 0);
	const {code, stderr} = await place.sluice(['run', '--full-refresh']);
	equal(code, 1);
	match(stderr, /allow_empty: true/);
	deepEqual(await query(`select count(*)::int n from '${place.path}/out/people/*.parquet'`), [{n: 2}]);
});

test('with allow_empty a replace without rows empties the table, and keeps its columns', async () => {
	await using api = await server(...once);
	const resource = single('people', {write_disposition: 'replace', allow_empty: true});
	await using place = await workspace({'sluice.json': config(api.url, [resource])});
	equal((await place.sluice(['run'])).code, 0);
	const {code, stderr} = await place.sluice(['run']);
	equal(code, 0, stderr);
	deepEqual(await query(`select column_name as name from (describe '${place.path}/out/people/*.parquet')`), [
		{name: 'id'},
		{name: 'name'},
	]);
	deepEqual(await query(`select count(*)::int n from '${place.path}/out/people/*.parquet'`), [{n: 0}]);
});

for (const write_disposition of ['append', 'replace', 'merge'])
	test(`a run of which all rows were rejected fails and names the fields of the rows: ${write_disposition}`, async () => {
		await using api = await server(rows('people', people));
		await using place = await workspace({
			'wrong.json': config(api.url, [single('people', {write_disposition, primary_key: 'uuid'})]),
			'right.json': config(api.url, [single('people', {write_disposition, primary_key: 'id'})]),
		});
		equal((await place.sluice(['run', '-c', 'right.json'])).code, 0);
		for (const _ of [1, 2]) {
			const {code, stderr} = await place.sluice(['run', '-c', 'wrong.json']);
			equal(code, 4);
			match(
				stderr,
				/people: all 2 rows were rejected; the first for uuid: absent.*The fields of that row are id, name\./,
			);
			match(stderr, /The 2 rows of earlier runs stay/);
		}
		deepEqual(await query(`select count(*)::int n from '${place.path}/out/people/*.parquet'`), [{n: 2}]);
		const again = await place.sluice(['run', '-c', 'right.json']);
		equal(again.code, 0, again.stderr);
	});

for (const write_disposition of ['append', 'replace', 'merge'])
	for (const format of ['parquet', 'jsonl', 'csv'])
		test(`nothing to read is a result: ${write_disposition} to ${format}`, async () => {
			await using api = await server(rows('people', []));
			const child = {
				name: 'children',
				write_disposition,
				primary_key: 'id',
				endpoint: {path: '/x/{resources.people.id}'},
			};
			const declared = {...child, name: 'declared', columns: {id: 'bigint', at: 'timestamp'}};
			await using place = await workspace({
				'sluice.json': config(api.url, [single('people'), child, declared], {output: {format}}),
			});
			for (const _ of [1, 2]) {
				const {code, stderr} = await place.sluice(['run']);
				equal(code, 0, stderr);
			}
			const verified = await place.sluice(['verify']);
			equal(verified.code, 0, verified.stderr);
			if (format !== 'parquet') return;
			deepEqual(
				await query(`select column_name, column_type from (describe '${place.path}/out/declared/*.parquet')`),
				[
					{column_name: 'id', column_type: 'BIGINT'},
					{column_name: 'at', column_type: 'TIMESTAMP WITH TIME ZONE'},
				],
			);
		});

test('rows that come after nothing find their place', async () => {
	await using api = await server(
		{...rows('people', []), times: 1},
		rows('people', people),
		{
			path: '/x/1',
			respond: {json: {data: [{id: 5}]}},
		},
		{path: '/x/2', respond: {status: 404}},
	);
	const child = {
		name: 'children',
		endpoint: {path: '/x/{resources.people.id}', data_selector: 'data', paginator: 'single_page'},
	};
	await using place = await workspace({
		'sluice.json': config(api.url, [
			single('people'),
			{...child, write_disposition: 'replace'},
			{...child, name: 'kept', primary_key: 'id', write_disposition: 'merge'},
		]),
	});
	equal((await place.sluice(['run'])).code, 0);
	const {code, stderr} = await place.sluice(['run']);
	equal(code, 0, stderr);
	for (const name of ['children', 'kept'])
		deepEqual(await query(`select id from '${place.path}/out/${name}/*.parquet'`), [{id: '5'}]);
});
