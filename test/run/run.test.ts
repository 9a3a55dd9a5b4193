/** `run()` for programs: what `sluice run` does, with options and events in the place of flags and messages. */
import {deepEqual, equal, match, ok, rejects} from 'node:assert/strict';
import {readdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {
	ConfigError,
	type ConfigObject,
	loadConfig,
	OutOfTimeError,
	RequestError,
	RunError,
	type RunEvent,
	run,
} from '../../src/index.ts';
import {rows, server, single} from '../cli/config.ts';
import {query} from '../helpers/duckdb.ts';
import {temporaryFolder} from '../helpers/folder.ts';
import type {Route} from '../helpers/server.ts';

const teams = [
	{id: 1, name: 'red'},
	{id: 2, name: 'blue'},
];

function configOf(url: string, resources: readonly unknown[], more: object = {}): ConfigObject {
	return {client: {base_url: url, retry: {max_retries: 0}}, ...more, resources} as unknown as ConfigObject;
}

/** Four pages of two rows each. */
const paged: Route = {
	path: '/events',
	respond: {
		fn: ({query: {offset}}) => {
			const from = Number(offset?.[0] ?? 0);
			return {json: {total: 8, data: from < 8 ? [{id: from}, {id: from + 1}] : []}};
		},
	},
};
const events = {
	name: 'events',
	write_disposition: 'append',
	endpoint: {
		path: 'events',
		data_selector: 'data',
		paginator: {type: 'offset', limit: 2, total_path: 'total'},
	},
};

test('a config that is an object becomes datasets, and the result says what came', async () => {
	await using api = await server(rows('teams', teams), rows('people', [{id: 7}]));
	await using folder = await temporaryFolder();
	const output = join(folder.path, 'data');
	const result = await run(configOf(api.url, [single('teams'), single('people')]), {output});
	equal(result.path, output);
	deepEqual(
		result.resources.map(({resource, counts}) => [resource, counts.written, counts.requests]),
		[
			['teams', 2, 1],
			['people', 1, 1],
		],
	);
	deepEqual(await query(`select id::int as id, name from '${output}/teams/*.parquet' order by 1`), teams);
});

test('events say what happens, in its order', async () => {
	await using api = await server(paged);
	await using folder = await temporaryFolder();
	const told: RunEvent[] = [];
	const config = configOf(api.url, [events], {output: {checkpoint: {rows: 4}}});
	await run(config, {cwd: folder.path, format: 'jsonl', onEvent: event => void told.push(event)});
	deepEqual(
		told.map(({type}) => type).filter(type => type !== 'request' && type !== 'concurrency'),
		[
			...['run-start', 'resource-start', 'group-start', 'page', 'page', 'commit', 'page', 'page', 'commit'],
			...['resource-end', 'group-end', 'run-end'],
		],
	);
	deepEqual(
		told
			.filter(event => event.type === 'commit')
			.map(({resource, pages, isLast}) => [resource, pages, isLast]),
		[
			['events', 2, false],
			['events', 4, true],
		],
	);
	deepEqual((await readdir(join(folder.path, 'out'))).sort(), ['.sluice', 'events']);
});

test('a run that its caller ends keeps what it has, and the next one goes on', async () => {
	await using api = await server(paged);
	await using folder = await temporaryFolder();
	const config = configOf(api.url, [events], {output: {checkpoint: {rows: 1}}});
	const output = join(folder.path, 'out');
	const stop = new AbortController();
	const enough = new Error('enough');
	await rejects(
		run(config, {
			output,
			signal: stop.signal,
			onEvent: event => event.type === 'commit' && event.pages === 2 && stop.abort(enough),
		}),
		enough,
	);
	const asked = api.requests.length;
	const starts: unknown[] = [];
	const {resources} = await run(config, {
		output,
		onEvent: event => event.type === 'resource-start' && starts.push([event.start, event.pages > 0]),
	});
	deepEqual(starts, [['resumed', true]]);
	equal(resources[0]?.error, undefined);
	ok(!api.requests.slice(asked).some(({query: {offset}}) => offset === undefined || offset[0] === '0'));
	const all = await query(`select id::int as id from '${output}/events/*.parquet' order by 1`);
	deepEqual(
		all.map(({id}) => id),
		[0, 1, 2, 3, 4, 5, 6, 7],
	);
});

test('a resource that fails makes a RunError that has the results of all; the next run leaves out the others', async () => {
	await using api = await server(
		rows('teams', teams),
		{path: '/people', times: 1, respond: {status: 403, json: {}}},
		rows('people', [{id: 7}]),
	);
	await using folder = await temporaryFolder();
	const config = configOf(api.url, [single('teams'), single('people')]);
	const output = join(folder.path, 'out');
	await rejects(run(config, {output}), (error: unknown) => {
		ok(error instanceof RunError);
		equal(error.code, 'ERR_RUN');
		match(error.message, /^1 of 2 resources failed:\npeople: .*403/);
		const [team, people] = error.result.resources;
		deepEqual([team?.counts.written, team?.error], [2, undefined]);
		ok(people?.error instanceof RequestError);
		return true;
	});
	const again = await run(config, {output});
	deepEqual([again.skipped, again.resources.map(({resource}) => resource)], [['teams'], ['people']]);
});

test('a run that broke off is over for a process that lives on: a later run reads everything again', async () => {
	await using api = await server(rows('teams', teams), paged);
	await using folder = await temporaryFolder();
	const config = configOf(api.url, [single('teams'), events], {
		client: {base_url: api.url, concurrency: 1},
	});
	const output = join(folder.path, 'out');
	const onEvent = (event: RunEvent): void => {
		if (event.type === 'page' && event.resource === 'events') throw new Error('enough');
	};
	await rejects(run(config, {output, onEvent}), /enough/);
	deepEqual((await run(config, {output})).skipped, ['teams']);
	deepEqual((await run(config, {output})).skipped, []);
});

test('what onEvent throws ends the run, and is what it fails with', async () => {
	await using api = await server(paged);
	await using folder = await temporaryFolder();
	const mistake = new Error('a mistake of the caller');
	const onEvent = ({type}: RunEvent): void => {
		if (type === 'page') throw mistake;
	};
	await rejects(run(configOf(api.url, [events]), {cwd: folder.path, onEvent}), mistake);
});

test('maxDuration ends a run with an error of its own', async () => {
	const slow: Route = {path: '/events', respond: {delay_ms: 60_000, json: {data: []}}};
	await using api = await server(slow);
	await using folder = await temporaryFolder();
	await rejects(run(configOf(api.url, [events]), {cwd: folder.path, maxDuration: 200}), OutOfTimeError);
});

test('flags of the command line are options', async () => {
	await using api = await server(rows('teams', teams), rows('people', [{id: 7}]));
	await using folder = await temporaryFolder();
	const output = join(folder.path, 'out');
	const config = configOf(api.url, [single('teams', {write_disposition: 'append'}), single('people')]);
	const one = {output, resources: ['teams'], format: 'jsonl'} as const;
	const limited = await run(config, {...one, limit: 1});
	deepEqual(
		limited.resources.map(({resource, counts}) => [resource, counts.written]),
		[['teams', 1]],
	);
	await rejects(run(config, {...one, strict: true}), /rows-appended-again; --strict/);
	await run(config, {...one, fullRefresh: true});
	const all = await query(`select id::int as id, name from '${output}/teams/*.jsonl' order by 1`);
	deepEqual(all, teams);
	await run(config, {...one, fullRefresh: true, select: ['name']});
	const [first] = await query(`select * from '${output}/teams/*.jsonl' order by 1`);
	deepEqual(first, {name: 'blue'});
	await rejects(run(config, {...one, resources: ['team']}), /no resource "team" in config \(did you mean/);
});

test('options that mean nothing are refused before a request', async () => {
	const config = configOf('http://127.0.0.1:9', [single('teams')]);
	await rejects(run(config, {limit: 0}), new ConfigError('limit is a whole number from 1; got 0'));
	await rejects(run(config, {maxRejects: -1}), /^ConfigError: maxRejects is a whole number from 0; got -1/);
	await rejects(run(config, {maxDuration: 2 ** 31}), /maxDuration is a number of milliseconds/);
});

test('rows that are refused are told, page by page', async () => {
	await using api = await server(rows('teams', [{id: 1}, {id: 'x'}]));
	await using folder = await temporaryFolder();
	const config = configOf(api.url, [
		single('teams', {columns: {id: {data_type: 'bigint'}}, schema_contract: {data_type: 'discard_row'}}),
	]);
	const told: RunEvent[] = [];
	const onEvent = (event: RunEvent): void => void told.push(event);
	const {resources} = await run(config, {cwd: folder.path, onEvent});
	const [rejection] = told.filter(event => event.type === 'rejection');
	deepEqual(
		[rejection?.resource, rejection?.page, rejection?.rows, rejection?.column],
		['teams', 0, 1, 'id'],
	);
	equal(resources[0]?.rejects, join(folder.path, 'out/teams/_rejects'));
});

test('a loaded config runs as well, and finds secrets where the program says', async () => {
	await using api = await server({
		path: '/teams',
		match: {headers: {authorization: 'Bearer hush-hush'}},
		respond: {json: {data: teams}},
	});
	await using folder = await temporaryFolder();
	const text = JSON.stringify({
		client: {base_url: `\${BASE}`, auth: {type: 'bearer', token: `\${secrets.api.token}`}},
		resources: [single('teams')],
	});
	await writeFile(join(folder.path, 'sluice.json'), text);
	const loaded = await loadConfig('sluice.json', {
		cwd: folder.path,
		env: {BASE: api.url},
		secrets: {'api.token': 'hush-hush'},
	});
	equal(JSON.stringify(loaded.masked).includes('hush'), false);
	const {resources} = await run(loaded, {cwd: folder.path});
	equal(resources[0]?.counts.written, 2);
	await rejects(loadConfig('sluice.json', {cwd: folder.path, env: {BASE: api.url}}), /API__TOKEN/);
});

test('progress is told at once and then at its interval, only where it is asked for', async () => {
	await using api = await server(rows('teams', teams));
	await using folder = await temporaryFolder();
	const told: RunEvent[] = [];
	const onEvent = (event: RunEvent): void => void told.push(event);
	await run(configOf(api.url, [single('teams')]), {cwd: folder.path, onEvent});
	equal(told.filter(({type}) => type === 'progress').length, 0);
	await run(configOf(api.url, [single('teams')]), {cwd: folder.path, onEvent, progressMs: 1000});
	const [first] = told.filter(event => event.type === 'progress');
	deepEqual([first?.resources, first?.counts.read, first?.each[0]?.resource], [['teams'], 0, 'teams']);
});
