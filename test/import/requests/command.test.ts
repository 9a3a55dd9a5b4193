import {deepEqual, doesNotMatch, equal, match} from 'node:assert/strict';
import {test} from 'node:test';
import {parse} from 'yaml';
import {workspace} from '../../helpers/binary.ts';
import {startServer} from '../../helpers/server.ts';

const TOKEN = 'tok-12345678';

test('import har writes the secrets of the requests into secrets.toml alone, and the config runs', async () => {
	await using api = await startServer([
		{
			path: '/v1/users',
			match: {headers: {authorization: `Bearer ${TOKEN}`}},
			respond: {json: {data: [{id: 1}], next: null}},
		},
	]);
	const archive = {
		log: {
			entries: [
				{
					request: {
						method: 'GET',
						url: `${api.url}/v1/users`,
						headers: [{name: 'authorization', value: `Bearer ${TOKEN}`}],
					},
					response: {
						status: 200,
						headers: [],
						content: {mimeType: 'application/json', text: '{"data": [{"id": 1}], "next": null}'},
					},
				},
			],
		},
	};
	await using place = await workspace({'a.har': JSON.stringify(archive)});
	const made = await place.sluice(['import', 'har', 'a.har', '-o', 'new']);
	equal(made.code, 0, made.stderr);
	doesNotMatch(made.stdout + made.stderr + (await place.read('new/sluice.yaml')), new RegExp(TOKEN));
	equal(await place.read('new/secrets.toml'), `token = "${TOKEN}"\n`);
	const ran = await place.sluice(['run', '-q', '-c', 'new/sluice.yaml']);
	equal(ran.code, 0, ran.stderr);
	const again = await place.sluice(['import', 'har', 'a.har', '-o', 'new']);
	equal(again.code, 2);
});

test('import postman writes a config, and leaves a request out with exit code 5', async () => {
	const collection = {
		info: {name: 'Sample'},
		item: [
			{name: 'List', request: 'https://api.example.com/users'},
			{name: 'Random', request: 'https://api.example.com/a?id={{$guid}}'},
		],
	};
	await using place = await workspace({'c.json': JSON.stringify(collection)});
	const {code, stdout, stderr} = await place.sluice(['import', 'postman', 'c.json', '-o', '-']);
	equal(code, 5, stderr);
	deepEqual(parse(stdout).resources, [
		{name: 'users', write_disposition: 'replace', endpoint: {path: 'users'}},
	]);
	match(stderr, /1 of 2 resources; 1 left out/);
	await using none = await workspace({'c.json': JSON.stringify({item: collection.item.slice(1)})});
	const failed = await none.sluice(['import', 'postman', 'c.json']);
	equal(failed.code, 1);
	deepEqual(await none.list(), ['c.json']);
});

test('--live asks for one page of each resource, and fills in what the document leaves open', async () => {
	const rows = [
		{id: 1, name: 'a'},
		{id: 2, name: 'b'},
	];
	await using api = await startServer([
		{
			path: '/v1/users',
			match: {query: {key: 'key-12345678'}},
			respond: {json: {items: rows, next_cursor: 'abc'}},
		},
		{path: '/v1/broken', respond: {status: 404, json: {message: 'gone'}}},
	]);
	const collection = {
		item: [
			{name: 'Users', request: `${api.url}/v1/users`},
			{name: 'Notes', request: `${api.url}/v1/users/:id/notes`},
			{name: 'Broken', request: `${api.url}/v1/broken`},
		],
		auth: {type: 'apikey', apikey: {key: 'key', value: 'key-12345678', in: 'query'}},
	};
	await using place = await workspace({'c.json': JSON.stringify(collection)});
	const made = await place.sluice(['import', 'postman', 'c.json', '--live', '-o', 'new']);
	equal(made.code, 0, made.stderr);
	const text = await place.read('new/sluice.yaml');
	doesNotMatch(text + made.stderr, /key-12345678/);
	const {resources} = parse(text);
	deepEqual(resources[0], {
		name: 'users',
		primary_key: 'id',
		write_disposition: 'replace',
		endpoint: {
			path: 'users',
			data_selector: 'items',
			paginator: {type: 'cursor', cursor_path: 'next_cursor', cursor_param: 'cursor'},
		},
	});
	match(made.stderr, /users: one request brought 2 rows, and data_selector, paginator, primary_key/);
	match(made.stderr, /broken: its request failed: .*404/);
	deepEqual(
		api.requests.map(({path}) => path),
		['/v1/users', '/v1/broken'],
	);
});
