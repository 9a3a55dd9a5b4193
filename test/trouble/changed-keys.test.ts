/** A primary key gains and loses columns from run to run. */
import {deepEqual, equal, match} from 'node:assert/strict';
import {join} from 'node:path';
import {test} from 'node:test';
import {lastCommit} from '../../src/state/commits/commit-log.ts';
import {layoutOf} from '../../src/state/folders/layout.ts';
import {config, server, single} from '../cli/config.ts';
import {workspace} from '../helpers/binary.ts';
import {query} from '../helpers/duckdb.ts';

const rounds = [
	{
		key: ['id'],
		rows: [
			{id: 1, kind: null},
			{id: 2, kind: 'a'},
		],
	},
	{key: ['id', 'kind', 'shop'], rows: [{id: 3, kind: 'b', shop: 'x'}]},
	{key: ['id'], rows: [{id: 4, kind: null}, {id: 5}]},
];

for (const write_disposition of ['append', 'merge'])
	test(`a column that comes into the key and leaves it may be null in the rows of other runs (${write_disposition})`, async () => {
		let rows: object[] = [];
		await using api = await server({path: '/a', respond: {fn: () => ({json: {data: rows}})}});
		await using place = await workspace();
		const nullable: unknown[] = [];
		for (const [i, round] of rounds.entries()) {
			rows = round.rows;
			const text = config(api.url, [single('a', {primary_key: round.key, write_disposition})]);
			const {code, stderr} = await place.shell(`cat > sluice.json && sluice run`, {stdin: text});
			equal(code, 0, `${i}: ${stderr}`);
			const commit = await lastCommit(layoutOf(join(place.path, 'out'), 'a'));
			nullable.push(commit?.schemas.get('a')?.columns.map(column => [column.name, column.nullable]));
		}
		const first = [
			['id', false],
			['kind', true],
		];
		deepEqual(nullable, [first, [...first, ['shop', true]], [...first, ['shop', true]]]);
		deepEqual(
			await query(`select id::int as id, kind, shop from '${place.path}/out/a/*.parquet' order by 1`),
			[
				{id: 1, kind: null, shop: null},
				{id: 2, kind: 'a', shop: null},
				{id: 3, kind: 'b', shop: 'x'},
				{id: 4, kind: null, shop: null},
				{id: 5, kind: null, shop: null},
			],
		);
		equal((await place.sluice(['verify'])).code, 0);
	});

for (const [before, now, wanted] of [
	['direct', 'snake_case', 'user_id'],
	['snake_case', 'direct', 'userId'],
] as const)
	test(`a key that naming calls ${wanted} from now on is refused before the first request, and a refresh goes on`, async () => {
		await using api = await server({path: '/a', respond: {json: {data: [{userId: 1, v: 1}]}}});
		const merging = (naming: string): object =>
			single('a', {naming, primary_key: 'userId', write_disposition: 'merge'});
		await using place = await workspace({
			'before.json': config(api.url, [merging(before)]),
			'now.json': config(api.url, [merging(now)]),
		});
		const run = (file: string, ...words: string[]) => place.sluice(['run', '-c', file, ...words]);
		equal((await run('before.json')).code, 0);
		const asked = api.requests.length;
		const {code, stderr} = await run('now.json');
		equal(code, 2);
		match(
			stderr,
			new RegExp(`a: the rows in out/a have the column .*, and with naming: ${now} .* ${wanted},`),
		);
		equal(api.requests.length, asked);
		equal((await run('now.json', '--full-refresh')).code, 0);
		equal((await run('now.json')).code, 0);
		deepEqual(await query(`select ${wanted}::int as id from '${place.path}/out/a/*.parquet'`), [{id: 1}]);
	});
