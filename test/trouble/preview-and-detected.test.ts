import {equal, match} from 'node:assert/strict';
import {test} from 'node:test';
import {workspace} from '../helpers/binary.ts';
import {startServer} from '../helpers/server.ts';

const config = (url: string) =>
	JSON.stringify({
		client: {base_url: url},
		resources: [
			{name: 'groups', endpoint: {path: 'groups'}},
			{name: 'members', endpoint: {path: 'groups/{resources.groups.id}/members'}},
		],
		output: {format: 'jsonl'},
	});

test('preview of a child goes on to a parent that has rows, and no further', async () => {
	const members = (id: number, json: unknown) => ({path: `/groups/${id}/members`, respond: {json}});
	const server = await startServer([
		{path: '/groups', respond: {json: [{id: 1}, {id: 2}, {id: 3}, {id: 4}]}},
		...[members(1, []), members(2, []), members(3, [{name: 'Ada'}]), members(4, [{name: 'Bob'}])],
	]);
	await using place = await workspace({'sluice.json': config(server.url)});
	const {code, stdout, stderr} = await place.sluice(['preview', 'members', '-c', 'sluice.json']);
	await server.close();
	equal(code, 0, stderr);
	match(stdout, /Ada/);
	equal(
		server.requests.some(({path}) => path === '/groups/4/members'),
		false,
	);
});

test('-v tells once for each resource which paginator was detected', async () => {
	const server = await startServer([
		{path: '/groups', respond: {json: [{id: 1}, {id: 2}, {id: 3}]}},
		...[1, 2, 3].map(id => ({path: `/groups/${id}/members`, respond: {json: [{name: id}]}})),
	]);
	await using place = await workspace({'sluice.json': config(server.url)});
	const {code, stderr} = await place.sluice(['run', '-v', '-c', 'sluice.json']);
	await server.close();
	equal(code, 0, stderr);
	equal(stderr.match(/members: auto chose/g)?.length, 1, stderr);
});
