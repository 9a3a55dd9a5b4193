/** Resources of one config in different places. */
import {deepEqual, equal, match} from 'node:assert/strict';
import {readdir} from 'node:fs/promises';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {bundledMain, workspace} from '../helpers/binary.ts';
import {type ScriptedServer, startServer} from '../helpers/server.ts';

const options = {timeoutMs: 60_000};
let api: ScriptedServer;

before(async () => {
	api = await startServer([
		{path: '/cities', respond: {json: [{id: 1}, {id: 2}]}},
		{path: '/teams', respond: {json: [{id: 3}]}},
		{path: '/people', respond: {json: [{id: 4}]}},
	]);
});
after(() => api.close());

const configOf = (resources: readonly (object | string)[], more: object = {}) =>
	JSON.stringify({
		client: {base_url: api.url, paginator: 'single_page'},
		output: {path: 'out'},
		resources,
		...more,
	});

test('resources of one config go to different targets, and every verb finds them', async () => {
	const config = configOf([
		'cities',
		{name: 'teams', target: 'duckdb:teams.db'},
		{name: 'people', target: {type: 'delta', path: 'delta:lake'}},
	]);
	await using at = await workspace({'sluice.json': config}, {main: bundledMain});
	const ran = await at.sluice(['run'], options);
	equal(ran.code, 0, ran.stderr);
	deepEqual(await readdir(join(at.path, 'out')), ['.sluice', 'cities']);
	const {stdout} = await at.sluice(['ls', '--json'], options);
	const lines = stdout
		.trim()
		.split('\n')
		.map(line => JSON.parse(line));
	deepEqual(
		lines.map(({place, table, rows}) => [place, table, rows]).sort(),
		[
			['out', 'cities', 2],
			['delta:lake', 'people', 1],
			['duckdb:teams.db', 'teams', 1],
		].sort(),
	);
	const verified = await at.sluice(['verify'], options);
	match(verified.stdout, /cities: 1 file, 2 rows, all as committed/);
	match(verified.stdout, /teams: 1 table, 1 row, all as committed/);
	match(verified.stdout, /people: 1 table, 1 row, all as committed/);
	equal((await at.sluice(['state', 'reset', 'teams'], options)).code, 0);
	deepEqual(Object.keys(JSON.parse((await at.sluice(['state', 'show'], options)).stdout)).sort(), [
		'cities',
		'people',
	]);
});

test('a target of resource_defaults is that of all resources; --output takes them to one place', async () => {
	const config = configOf(['cities', 'teams'], {resource_defaults: {target: 'elsewhere'}});
	await using at = await workspace({'sluice.json': config}, {main: bundledMain});
	equal((await at.sluice(['run'], options)).code, 0);
	deepEqual(await readdir(join(at.path, 'elsewhere')), ['.sluice', 'cities', 'teams']);
	equal((await at.sluice(['run', '--output', 'one'], options)).code, 0);
	deepEqual(await readdir(join(at.path, 'one')), ['.sluice', 'cities', 'teams']);
});

test('the same table may be in two places, and not twice in one', async () => {
	const both = [
		{name: 'cities', table_name: 'all', write_disposition: 'merge', primary_key: 'id'},
		{name: 'teams', table_name: 'all', write_disposition: 'merge', primary_key: ['id', 'name']},
	];
	const apart = [both[0], {...both[1], target: 'other'}] as object[];
	await using at = await workspace(
		{'one.json': configOf(both), 'two.json': configOf(apart)},
		{main: bundledMain},
	);
	const refused = await at.sluice(['check', '-c', 'one.json'], options);
	match(refused.stderr, /write to one folder, "all", with different primary_key/);
	equal((await at.sluice(['check', '-c', 'two.json'], options)).code, 0);
});

test('an unknown kind of address is refused before the first request', async () => {
	const config = configOf([{name: 'cities', target: 'ftp://host/there'}]);
	await using at = await workspace({'sluice.json': config}, {main: bundledMain});
	const {code, stderr} = await at.sluice(['check'], options);
	equal(code, 2);
	match(stderr, /ftp: is not supported/);
});
