import {deepStrictEqual, match, strictEqual} from 'node:assert/strict';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {workspace} from '../helpers/binary.ts';
import {startServer} from '../helpers/server.ts';

const manifest = await readFile(join(import.meta.dirname, '../../../fixtures/airbyte/manifest.yaml'), 'utf8');

test('an imported connector reads what the manifest says, with its secret in a file of its own', async () => {
	await using place = await workspace({'manifest.yaml': manifest});
	const server = await startServer([
		{
			path: '/v1/teams',
			match: {query: {limit: '2'}, headers: {authorization: 'Bearer hush'}},
			times: 1,
			respond: {
				json: {
					data: [
						{id: 1, name: 'a'},
						{id: 2, name: 'b'},
					],
					meta: {next: 'x'},
				},
			},
		},
		{
			path: '/v1/teams',
			match: {query: {after: 'x'}},
			respond: {json: {data: [{id: 3, name: 'c'}], meta: {}}},
		},
		{path: '/v1/teams/1/members', respond: {json: [{id: 10, address: {city: 'Rome'}}]}},
		{path: '/v1/teams/2/members', respond: {status: 404, json: {}}},
		{path: '/v1/teams/3/members', respond: {json: [{id: 30, address: {city: 'Oslo'}}]}},
	]);
	try {
		const connection = join(place.path, 'connection.json');
		await place.shell(`echo '${JSON.stringify({base_url: server.url, api_key: 'hush'})}' > '${connection}'`);
		const words = ['import', 'airbyte', 'manifest.yaml', '--connection', 'connection.json'];
		const {code, stdout, stderr} = await place.sluice(words);
		deepStrictEqual([code, stdout], [5, '']);
		match(stderr, /^2 of 3 streams: 2 the same; 1 left out$/m);
		match(
			stderr,
			/^ {2}events: left out: Python: record extractor \(source_example\.components\.Extractor\)$/m,
		);
		strictEqual(await place.read('secrets.toml'), 'api_key = "hush"\n');
		const config = await place.read('sluice.yaml');
		strictEqual(config.includes('hush'), false);
		match(config, /# - events: Python: record extractor/);
		deepStrictEqual((await place.sluice(['check'])).code, 0);
		const {stdout: teams} = await place.sluice(['read', 'teams']);
		strictEqual(teams, '{"id":1,"name":"a"}\n{"id":2,"name":"b"}\n{"id":3,"name":"c"}\n');
		const again = await place.sluice(words);
		strictEqual(again.code, 2);
		match(again.stderr, /sluice\.yaml is there already/);
	} finally {
		await server.close();
	}
});

test('children are asked for each parent, and an ignored answer has no rows', async () => {
	await using place = await workspace({'source/manifest.yaml': manifest});
	const server = await startServer([
		{path: '/v1/teams', respond: {json: {data: [{id: 1}, {id: 2}]}}},
		{path: '/v1/teams/1/members', respond: {json: [{id: 10, address: {city: 'Rome'}}]}},
		{path: '/v1/teams/2/members', respond: {status: 404, json: {}}},
	]);
	try {
		const {code} = await place.sluice(['import', 'airbyte', 'source', '--streams', 'members']);
		strictEqual(code, 0);
		const env = {BASE_URL: server.url, API_KEY: 'k'};
		const {stdout, stderr} = await place.sluice(['read', 'members'], {env});
		strictEqual(stdout, '{"id":10,"city":"Rome"}\n', stderr);
	} finally {
		await server.close();
	}
});

test('what is no connector, and what nothing could be imported of, is said', async () => {
	await using place = await workspace({
		'a.yaml': 'x: 1',
		'only.yaml': `${manifest.slice(0, manifest.indexOf('streams: ['))}streams: ['#/definitions/events']`,
		'empty/x.txt': '',
	});
	const of = async (...words: string[]) => {
		const {code, stderr} = await place.sluice(['import', ...words]);
		return [code, stderr.trim().split('\n').at(-1)];
	};
	deepStrictEqual(await of('airbyte', 'a.yaml'), [
		2,
		'sluice: a.yaml is no Airbyte manifest: an object with the key streams is expected; give the ' +
			'manifest.yaml of a connector',
	]);
	deepStrictEqual((await of('airbyte', 'none.yaml'))[0], 2);
	deepStrictEqual((await of('airbyte', 'empty'))[0], 2);
	deepStrictEqual((await of('airbite', 'a.yaml'))[0], 2);
	deepStrictEqual((await of('airbyte', 'only.yaml'))[0], 1);
	deepStrictEqual(
		(await place.list()).filter(name => name === 'sluice.yaml'),
		[],
	);
});
