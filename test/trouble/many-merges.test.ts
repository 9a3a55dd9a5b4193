import {deepEqual, equal, ok} from 'node:assert/strict';
import {readdir} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {config, server, single} from '../cli/config.ts';
import {workspace} from '../helpers/binary.ts';
import {query} from '../helpers/duckdb.ts';

for (const format of ['parquet', 'jsonl'])
	test(`merges join their parts, so that many runs leave few files (${format})`, async () => {
		let run = 0;
		const fn = () => ({
			json: {
				data: [
					{id: 0, run},
					{id: ++run, run, tags: [{t: run}]},
				],
			},
		});
		await using api = await server({path: '/a', respond: {fn}});
		const resource = single('a', {primary_key: 'id', write_disposition: 'merge', nested: 'tables'});
		await using place = await workspace({'sluice.json': config(api.url, [resource], {output: {format}})});
		for (let i = 0; i < 12; i++) {
			const ran = await place.sluice(['run']);
			equal(ran.code, 0, ran.stderr);
		}
		const files = (table: string) => join(place.path, 'out', table, `*.${format}`);
		const read = format === 'parquet' ? 'read_parquet' : 'read_json';
		const rows = await query(`select id::int as id from ${read}('${files('a')}') order by id`);
		deepEqual(
			rows,
			Array.from({length: 13}, (_, id) => ({id})),
		);
		const lists = await query(`select t::int as t from ${read}('${files('a__tags')}') order by t`);
		deepEqual(
			lists,
			Array.from({length: 12}, (_, i) => ({t: i + 1})),
		);
		for (const table of ['a', 'a__tags']) {
			const names = await readdir(join(place.path, 'out', table));
			ok(names.length < 9, `${table}: ${names.length} files`);
		}
		equal((await place.sluice(['verify'])).code, 0);
	});
