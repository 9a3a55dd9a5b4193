import {deepEqual, equal, match} from 'node:assert/strict';
import {test} from 'node:test';
import {workspace} from '../helpers/binary.ts';
import {query} from '../helpers/duckdb.ts';
import {startServer} from '../helpers/server.ts';

const text =
	'[{"id":1,"x":1.5,"y":1e25,"z":1e400},{"id":2,"x":1e400,"y":1.0e+25,"z":1},{"id":3,"x":1E-400,"y":2,"z":-1e400}]';

// The first goes on as text, the second is parsed.
const ways = {text: [], parsed: [{filter: '@.id >= 0'}]};

async function api() {
	const server = await startServer([
		{path: '/r', respond: {headers: {'content-type': 'application/json'}, text}},
	]);
	return {...server, [Symbol.asyncDispose]: () => server.close()};
}

function config(url: string, format: string, resource: object): string {
	return JSON.stringify({
		client: {base_url: url},
		output: {format},
		resources: Object.entries(ways).map(([name, processing_steps]) => ({
			name,
			processing_steps,
			write_disposition: 'replace',
			...resource,
			endpoint: {path: '/r', paginator: 'single_page'},
		})),
	});
}

test('a number beyond every double has one type, as text or parsed, and keeps its digits', async () => {
	await using server = await api();
	await using place = await workspace({'sluice.json': config(server.url, 'parquet', {})});
	const {code, stderr} = await place.sluice(['run']);
	equal(code, 0, stderr);
	match(stderr, /text: x: got 1e400, expected double; no column of numbers holds it/);
	for (const way of Object.keys(ways)) {
		const rows = await query(`select * from read_parquet('${place.path}/out/${way}/*.parquet') order by id`);
		deepEqual(
			rows,
			[
				{id: '1', x: 1.5, y: 1e25, z: '1e400', x__v_text: null},
				{id: '2', x: null, y: 1e25, z: '1', x__v_text: '1e400'},
				{id: '3', x: null, y: 2, z: '-1e400', x__v_text: '1E-400'},
			],
			way,
		);
	}
	const strict = await place.sluice(['run', '--strict']);
	equal(strict.code, 1);
	match(strict.stderr, /number-out-of-range/);
});

test('such numbers are compared by their digits, and JSON Lines have them as they came', async () => {
	await using server = await api();
	const columns = {x: {data_type: 'double'}, y: {data_type: 'decimal'}};
	for (const [filter, ids] of [
		['@.x > 1e399', [2]],
		['@.x < 1E-399 && @.x > 0', [3]],
		['@.z == -1e400', [3]],
		['@.y == 10000000000000000000000000', [1, 2]],
	] as const) {
		const step = {processing_steps: [{filter}]};
		await using place = await workspace({'sluice.json': config(server.url, 'jsonl', step)});
		const {stdout} = await place.sluice(['read', 'text']);
		deepEqual(
			stdout
				.trimEnd()
				.split('\n')
				.map(line => Number(/"id":(\d)/.exec(line)?.[1])),
			ids,
			filter,
		);
		match(stdout, /1e400|1E-400/);
	}
	await using place = await workspace({'sluice.json': config(server.url, 'jsonl', {columns})});
	const rows = async (name: string) => (await place.sluice(['read', name])).stdout;
	equal(await rows('text'), await rows('parsed'));
	match(await rows('text'), /"x__v_text":"1e400"/);
});
