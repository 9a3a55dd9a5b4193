import {deepEqual, equal, match, rejects} from 'node:assert/strict';
import {test} from 'node:test';
import {workspace} from '../helpers/binary.ts';
import {readConfig} from '../helpers/read-config.ts';
import {startServer} from '../helpers/server.ts';

type Json = {[key: string]: unknown};

const type = {'content-type': 'text/plain'};

async function api(...bodies: readonly string[]) {
	const server = await startServer(
		bodies.map((body, i) => ({
			path: '/r',
			...(i < bodies.length - 1 && {times: 1}),
			respond: {headers: type, text: body},
		})),
	);
	return {...server, [Symbol.asyncDispose]: () => server.close()};
}

function read(url: string, endpoint: Json): Promise<Json> {
	const client = {base_url: url, retry: {max_retries: 0}};
	return readConfig({client, resources: [{name: 'r', endpoint}]}) as Promise<Json>;
}

for (const [what, body] of [
	['no bytes', ''],
	['white space', ' \r\n\t'],
] as const) {
	test(`a body of ${what} is a page without rows where missing_rows says so, and else a failure that names it`, async () => {
		await using server = await api(body);
		const endpoint = {paginator: 'single_page'};
		await rejects(read(server.url, endpoint), /answered 200 with an empty body.*set missing_rows: empty/);
		for (const more of [
			{},
			{data_selector: 'data'},
			{data_selector: '$.data[*]'},
			{format: 'xml'},
			{format: 'auto'},
		])
			deepEqual(
				await read(server.url, {...endpoint, ...more, missing_rows: 'empty'}),
				{r: []},
				JSON.stringify(more),
			);
	});
}

test('a blank body ends the paging after pages with rows', async () => {
	for (const paginator of [{type: 'page_number'}, {type: 'offset', limit: 1}, 'auto']) {
		await using server = await api('{"data":[{"id":1}],"next":"r?p=2"}', '');
		const rows = await read(server.url, {data_selector: 'data', paginator, missing_rows: 'empty'});
		deepEqual(rows, {r: [{id: 1}]}, JSON.stringify(paginator));
	}
});

test('a total that was not reached is held against a blank body', async () => {
	await using server = await api('{"data":[{"id":1}],"total":3}', '');
	const endpoint = {data_selector: 'data', paginator: {type: 'offset', limit: 1}, missing_rows: 'empty'};
	await rejects(read(server.url, endpoint), /3/);
});

test('broken JSON stays a failure, whatever is declared', async () => {
	await using server = await api('{"data": [');
	await rejects(read(server.url, {paginator: 'single_page', missing_rows: 'empty'}), /ends early/);
});

test('an answer that leaves its empty list out, in a run after one that guessed where the list is, has no rows', async () => {
	await using server = await api('{"kind":"list","items":[{"id":1}]}', '{"kind":"list"}');
	const users = {
		name: 'r',
		write_disposition: 'append',
		primary_key: 'id',
		endpoint: {missing_rows: 'empty'},
	};
	const config = {client: {base_url: server.url}, output: {format: 'jsonl'}, resources: [users]};
	await using place = await workspace({'sluice.json': JSON.stringify(config)});
	await place.sluice(['run']);
	const {code, stderr} = await place.sluice(['run']);
	equal(code, 0, stderr);
	match(stderr, /r: 0 rows/);
});
