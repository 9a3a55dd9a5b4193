/** A run that broke off and cannot go on, since its config has changed: nothing of it stays. */
import {deepEqual, equal, match} from 'node:assert/strict';
import {join} from 'node:path';
import {test} from 'node:test';
import {workspace} from '../helpers/binary.ts';
import {query} from '../helpers/duckdb.ts';
import {startServer} from '../helpers/server.ts';

for (const disposition of ['append', 'replace', 'merge'])
	test(`${disposition}: the columns of a run that was given up go with its rows`, async () => {
		const wrong = [{id: 1, x: 1}];
		const right = [{id: 1, x: 'one'}];
		const server = await startServer([
			{path: '/items', match: {query: {page: '1'}}, respond: {status: 500, json: {}}},
			{path: '/items', match: {query: {page: '0'}}, respond: {json: {wrong, right, total: 2}}},
			// The first page has time to be written.
			{path: '/items', respond: {status: 500, delay_ms: 500}},
		]);
		const config = (selector: string, paginator: object): string =>
			JSON.stringify({
				client: {base_url: server.url, retry: {max_retries: 0}},
				resources: [
					{
						name: 'items',
						primary_key: 'id',
						write_disposition: disposition,
						endpoint: {data_selector: selector, paginator},
					},
				],
			});
		await using place = await workspace({
			'wrong.json': config('wrong', {type: 'page_number'}),
			'right.json': config('right', {type: 'page_number', maximum_page: 1}),
		});
		const first = await place.sluice(['run', '-c', 'wrong.json', '-o', 'out']);
		match(first.stderr, /1 page kept/);
		const second = await place.sluice(['run', '-c', 'right.json', '-o', 'out']);
		equal(second.code, 0, second.stderr);
		const glob = join(place.path, 'out/items/*.parquet');
		deepEqual(await query(`select * from read_parquet('${glob}')`), [{id: '1', x: 'one'}]);
		await server.close();
	});
