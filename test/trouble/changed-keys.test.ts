/** A primary key gains and loses columns from run to run. */
import {deepEqual, equal} from 'node:assert/strict';
import {join} from 'node:path';
import {test} from 'node:test';
import {lastCommit} from '../../src/state/commit-log.ts';
import {layoutOf} from '../../src/state/layout.ts';
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
