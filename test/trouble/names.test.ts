/**
 * Names: what the config says of a column holds whether it names the key of the API or the column of the
 * output.
 */
import {deepEqual, equal, match} from 'node:assert/strict';
import {test} from 'node:test';
import {config, rows, server, single} from '../cli/config.ts';
import {workspace} from '../helpers/binary.ts';
import {query} from '../helpers/duckdb.ts';

const users = [
	{userId: 1, updatedAt: '2024-01-03T00:00:00Z', rev: 3, isDeleted: false, countryCode: 'DE'},
	{userId: 1, updatedAt: '2024-01-01T00:00:00Z', rev: 1, isDeleted: false, countryCode: 'DE'},
	{userId: 2, updatedAt: '2024-01-02T00:00:00Z', rev: 2, isDeleted: true, countryCode: 'FR'},
];

const spellings = [
	{key: 'userId', at: 'updatedAt', flag: 'isDeleted', country: 'countryCode'},
	{key: 'user_id', at: 'updated_at', flag: 'is_deleted', country: 'country_code'},
];

for (const {key, at, flag, country} of spellings)
	test(`every key of the config understands ${key}, where naming makes it user_id`, async () => {
		await using api = await server(
			...['append', 'last', 'whole', 'sorted', 'gone', 'newest', 'parted'].map(name => rows(name, users)),
		);
		const merge = {write_disposition: 'merge', primary_key: key};
		const all = [
			single('append', {primary_key: key}),
			single('last', {primary_key: key, keep: 'last'}),
			single('whole', {primary_key: key, write_disposition: 'replace'}),
			single('sorted', {...merge, columns: {[at]: {data_type: 'timestamp', dedup_sort: 'desc'}}}),
			single('gone', {...merge, columns: {[flag]: {data_type: 'bool', hard_delete: true}}}),
			single('newest', {...merge, endpoint: {incremental: {cursor_path: 'updatedAt'}}}),
			single('parted', {partition_by: country}),
		];
		await using place = await workspace({'sluice.json': config(api.url, all, {naming: 'snake_case'})});
		const {code, stderr} = await place.sluice(['run']);
		equal(code, 0, stderr);
		const kept = async (name: string) =>
			(
				await query(
					`select user_id::int as id, rev::int as rev from '${place.path}/out/${name}/**/*.parquet' ` +
						'order by all',
				)
			).map(({id, rev}) => `${id}.${rev}`);
		deepEqual(
			{
				append: await kept('append'),
				last: await kept('last'),
				whole: await kept('whole'),
				sorted: await kept('sorted'),
				gone: await kept('gone'),
				newest: await kept('newest'),
			},
			{
				append: ['1.3', '2.2'],
				last: ['1.1', '2.2'],
				whole: ['1.3', '2.2'],
				sorted: ['1.3', '2.2'],
				gone: ['1.1'],
				newest: ['1.3', '2.2'],
			},
		);
		const folders = (await place.visible()).filter(
			path => path.startsWith('out/parted/') && path.endsWith('.parquet'),
		);
		deepEqual(
			folders.map(path => path.split('/')[2]),
			['by_country_code=DE', 'by_country_code=FR'],
		);
	});

test('--select takes a column by either name, in run and in read', async () => {
	await using api = await server(rows('people', users));
	await using place = await workspace({
		'sluice.json': config(api.url, [single('people')], {naming: 'snake_case'}),
	});
	for (const name of ['countryCode', 'country_code']) {
		const ran = await place.sluice(['run', '--full-refresh', '--select', name]);
		equal(ran.code, 0, ran.stderr);
		const read = await place.sluice(['read', 'people', '--select', name]);
		equal(read.stdout.split('\n')[0], '{"country_code":"DE"}');
		const files = await query(
			`select distinct country_code from '${place.path}/out/people/*.parquet' order by 1`,
		);
		deepEqual(files, [{country_code: 'DE'}, {country_code: 'FR'}]);
	}
});

test('a key that neither the rows nor the columns know is refused', async () => {
	await using api = await server(rows('people', users));
	await using place = await workspace({
		'sluice.json': config(api.url, [single('people', {partition_by: 'countrycode'})], {naming: 'snake_case'}),
	});
	const {code, stderr} = await place.sluice(['run']);
	equal(code, 1);
	match(
		stderr,
		/people: partition_by names countrycode, and no row has it; there are user_id, updated_at, rev, is_deleted, country_code/,
	);
});

test('keys that make one name keep their columns over pages and runs, in whatever order they come', async () => {
	const pages: object[][] = [
		[{id: 1, 'a b': 'space'}],
		[{id: 2, a_b: 'line', 'a b': 'space'}],
		[{id: 3, a_b: 'line'}],
		[{id: 4, 'a b': 'space', a_b: 'line'}],
	];
	await using api = await server(
		...[
			[0, 1],
			[3, 2],
			[2, 1],
			[1, 0],
		].map(numbers => ({
			...rows(
				'things',
				numbers.flatMap(number => pages[number] ?? []),
			),
			times: 1,
		})),
	);
	await using place = await workspace({
		'sluice.json': config(api.url, [single('things')], {naming: 'snake_case'}),
	});
	for (const _ of [1, 2, 3, 4]) {
		const {code, stderr} = await place.sluice(['run']);
		equal(code, 0, stderr);
	}
	deepEqual(
		await query(
			'select distinct a_b as first, a_b__2 as second from ' +
				`read_parquet('${place.path}/out/things/*.parquet', union_by_name=true) order by all`,
		),
		[
			{first: 'space', second: 'line'},
			{first: 'space', second: null},
			{first: null, second: 'line'},
		],
	);
});
