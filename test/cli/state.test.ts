import {deepEqual, equal, match} from 'node:assert/strict';
import {access, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {workspace} from '../helpers/binary.ts';
import type {Route} from '../helpers/server.ts';
import {config, server, single} from './config.ts';

const incremental = {cursor_path: 'u', start_param: 'since'};
const events = single('events', {endpoint: {incremental}});

/** Answers with the rows from `since` on. */
function since(name: string, rows: readonly {readonly id: number; readonly u: number}[]): Route {
	return {
		path: `/${name}`,
		respond: {fn: ({query}) => ({json: {data: rows.filter(({u}) => u >= Number(query.since?.[0] ?? 0))}})},
	};
}

const ids = (text: string): number[] =>
	text
		.split('\n')
		.filter(Boolean)
		.map(line => JSON.parse(line).id as number);

test('read --state brings what is new since the last time, and each resource has its place in the file', async () => {
	const rows = [
		{id: 1, u: 1},
		{id: 2, u: 5},
	];
	await using api = await server(since('events', rows), since('others', [{id: 9, u: 2}]));
	const others = single('others', {endpoint: {incremental}});
	await using place = await workspace({'sluice.json': config(api.url, [events, others])});
	const read = (name: string) => place.sluice(['read', name, '--state', 'state.json']);
	const first = await read('events');
	deepEqual([first.code, first.stderr, ids(first.stdout)], [0, '', [1, 2]]);
	deepEqual(ids((await read('others')).stdout), [9]);
	rows.push({id: 3, u: 5}, {id: 4, u: 7});
	deepEqual(ids((await read('events')).stdout), [3, 4]);
	deepEqual(ids((await read('events')).stdout), []);
	equal(api.requests.at(-1)?.query.since?.[0], '7');
	const {sluice_state, resources} = JSON.parse(await readFile(join(place.path, 'state.json'), 'utf8'));
	equal(sluice_state, 1);
	deepEqual([resources.events.u.last_value, resources.others.u.last_value], [7, 2]);
});

test('a read that fails, is cut off, or reads a part only does not move the state', async () => {
	const page = (from: number) => ({data: Array.from({length: 50}, (_, i) => ({id: from + i, u: from + i}))});
	await using api = await server(
		{path: '/broken', match: {query: {offset: '50'}}, respond: {status: 500, json: {}}},
		{path: '/broken', respond: {json: page(0)}},
		{path: '/events', respond: {fn: ({query}) => ({json: page(Number(query.offset?.[0] ?? 0))})}},
	);
	const endpoint = {
		paginator: {type: 'offset', limit: 50, total_path: null},
		incremental: {cursor_path: 'u'},
	};
	const resources = ['events', 'broken'].map(name => single(name, {endpoint}));
	await using place = await workspace({'sluice.json': config(api.url, resources)});
	equal((await place.sluice(['read', 'broken', '--state', 'state.json'])).code, 3);
	const head = await place.shell('sluice read events --state state.json | head -1');
	deepEqual([head.code, ids(head.stdout)], [0, [0]]);
	await access(join(place.path, 'state.json')).then(
		() => Promise.reject(new Error('there is a state')),
		() => {},
	);
	await place.sluice(['read', 'events', '--state', 'state.json', '--limit', '70']);
	const {resources: stored} = JSON.parse(await readFile(join(place.path, 'state.json'), 'utf8'));
	equal(stored.events.u?.last_value, undefined);
});

test('a state file that is none, and a resource without a state, are refused by name', async () => {
	await using api = await server(since('events', []));
	await using place = await workspace({
		'sluice.json': config(api.url, [events, single('teams')]),
		'state.json': '{"resources":',
	});
	const broken = await place.sluice(['read', 'events', '--state', 'state.json']);
	equal(broken.code, 1);
	match(broken.stderr, /state\.json is not a state file .* or remove it to begin anew/);
	await writeFile(join(place.path, 'state.json'), '{"sluice_state":1,"resources":{"events":{"u":5}}}');
	match(
		(await place.sluice(['read', 'events', '--state', 'state.json'])).stderr,
		/the state under "u" is not one of an incremental/,
	);
	const other = await place.sluice(['read', 'teams', '--state', 'new.json']);
	equal(other.code, 2);
	match(other.stderr, /teams has no incremental/);
	equal(api.requests.length, 0);
});
