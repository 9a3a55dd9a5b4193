import {deepEqual, doesNotMatch, equal, match} from 'node:assert/strict';
import {test} from 'node:test';
import {workspace} from '../helpers/binary.ts';
import {startServer} from '../helpers/server.ts';

type Json = {[key: string]: unknown};

// Answers one body a run.
async function api(bodies: readonly unknown[], path = '/users') {
	const server = await startServer(bodies.map(json => ({path, times: 1, respond: {json}}) as const));
	return {...server, [Symbol.asyncDispose]: () => server.close()};
}

function config(url: string, resource: Json = {}): string {
	const users = {name: 'users', write_disposition: 'append', primary_key: 'id', ...resource};
	return JSON.stringify({client: {base_url: url}, output: {format: 'jsonl'}, resources: [users]});
}

async function kept(place: {sluice(words: string[]): Promise<{stdout: string}>}): Promise<Json> {
	return JSON.parse((await place.sluice(['state', 'show', 'users'])).stdout).users.state;
}

test('the guessed selector stands in the state, and a run that finds the rows elsewhere tells both paths', async () => {
	await using server = await api([
		{users: [{id: 1}]},
		{users: [{id: 2}]},
		{members: [{id: 3}]},
		{members: [{id: 4}]},
	]);
	await using place = await workspace({'sluice.json': config(server.url)});
	equal((await place.sluice(['run'])).code, 0);
	deepEqual(await kept(place), {'{data_selector}': 'users'});
	doesNotMatch((await place.sluice(['run'])).stderr, /data_selector/);
	const third = await place.sluice(['run']);
	equal(third.code, 0, third.stderr);
	match(
		third.stderr,
		/rows are read from "members"; until now they came from "users".*data_selector: members/,
	);
	deepEqual(await kept(place), {'{data_selector}': 'members'});
	doesNotMatch((await place.sluice(['run'])).stderr, /data_selector/);
});

test('--strict makes the change a failure, and the earlier path stays', async () => {
	await using server = await api([{users: [{id: 1}]}, {members: [{id: 3}]}]);
	await using place = await workspace({'sluice.json': config(server.url)});
	await place.sluice(['run']);
	const strict = await place.sluice(['run', '--strict']);
	equal(strict.code, 1);
	match(strict.stderr, /selector-changed/);
	deepEqual(await kept(place), {'{data_selector}': 'users'});
});

test('the path of earlier runs is read while it leads to a list, and rows beside an empty one are told', async () => {
	const beside = {groups: [{id: 8}]};
	await using server = await api([{users: [{id: 1}]}, {...beside, users: [{id: 2}]}, {...beside, users: []}]);
	await using place = await workspace({'sluice.json': config(server.url)});
	await place.sluice(['run']);
	doesNotMatch((await place.sluice(['run'])).stderr, /data_selector/);
	match(
		(await place.sluice(['run'])).stderr,
		/the list at "users".*is empty, and "groups" has items.*data_selector: groups/,
	);
	const files = (await place.visible()).filter(name => name.endsWith('.jsonl'));
	const rows = (await Promise.all(files.map(name => place.read(name)))).join('');
	// Runs of one second sort by chance.
	deepEqual(rows.trim().split('\n').sort(), ['{"id":1}', '{"id":2}']);
});

test('an answer without rows changes nothing in the state', async () => {
	await using server = await api([{users: [{id: 1}]}, {items: []}, {users: [{id: 2}]}]);
	await using place = await workspace({'sluice.json': config(server.url)});
	await place.sluice(['run']);
	match((await place.sluice(['run'])).stderr, /read from "items"/);
	deepEqual(await kept(place), {'{data_selector}': 'users'});
	doesNotMatch((await place.sluice(['run'])).stderr, /data_selector/);
});

test('a state of an incremental resource keeps both, and state set still works', async () => {
	await using server = await api([
		{users: [{id: 1, at: '2024-01-01'}]},
		{members: [{id: 2, at: '2024-01-02'}]},
	]);
	const endpoint = {incremental: {cursor_path: 'at', start_param: 'since'}};
	await using place = await workspace({'sluice.json': config(server.url, {endpoint})});
	equal((await place.sluice(['run'])).code, 0);
	const {at, '{data_selector}': path} = (await kept(place)) as {at: Json; '{data_selector}': string};
	deepEqual([at.last_value, path], ['2024-01-01', 'users']);
	const set = await place.sluice(['state', 'set', 'users', 'at.last_value=2023-01-01']);
	equal(set.code, 0, set.stderr);
	match((await place.sluice(['run'])).stderr, /read from "members"; until now they came from "users"/);
});

test('read --state keeps it too', async () => {
	await using server = await api([
		{users: [{id: 1, at: '2024-01-01'}]},
		{members: [{id: 2, at: '2024-01-02'}]},
	]);
	const endpoint = {incremental: {cursor_path: 'at', start_param: 'since'}};
	await using place = await workspace({'sluice.json': config(server.url, {endpoint})});
	equal((await place.sluice(['read', 'users', '--state', 's.json'])).code, 0);
	equal(JSON.parse(await place.read('s.json')).resources.users['{data_selector}'], 'users');
	match((await place.sluice(['read', 'users', '--state', 's.json'])).stderr, /read from "members"/);
});

test('children of all parents share one, and a parent whose answer differs is told', async () => {
	const server = await startServer([
		{path: '/parents', respond: {json: [{id: 1}, {id: 2}]}},
		{path: '/parents/1/notes', respond: {json: {notes: [{id: 10}]}}},
		{path: '/parents/2/notes', respond: {json: {remarks: [{id: 20}]}}},
	]);
	try {
		const notes = {
			name: 'notes',
			primary_key: 'id',
			endpoint: {path: 'parents/{resources.parents.id}/notes'},
		};
		const all = {client: {base_url: server.url}, output: {format: 'jsonl'}, resources: ['parents', notes]};
		await using place = await workspace({'sluice.json': JSON.stringify(all)});
		const {code, stderr} = await place.sluice(['run']);
		equal(code, 0, stderr);
		match(stderr, /notes: the rows are read from "remarks"; until now they came from "notes"/);
	} finally {
		await server.close();
	}
});
