/** Runs into a file of DuckDB: dispositions, columns, lists, verbs, killed runs. */
import {deepEqual, equal, match, ok, rejects} from 'node:assert/strict';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {setTimeout as delay} from 'node:timers/promises';
import {DuckDBInstance, type Json} from '@duckdb/node-api';
import {type ConfigObject, run} from '../../../../src/index.ts';
import {RunError} from '../../../../src/run/errors.ts';
import {workspace} from '../../../helpers/binary.ts';
import {temporaryFolder} from '../../../helpers/folder.ts';
import {type ScriptedServer, startServer} from '../../../helpers/server.ts';

let api: ScriptedServer;
const answers = new Map<string, readonly unknown[]>();
const ROWS = 600;
const PAGE = 20;
const timeoutMs = 120_000;
let generation = 0;
let asked: (() => void) | undefined;

before(async () => {
	api = await startServer([
		{path: '/rows', respond: {fn: ({query}) => ({json: {data: answers.get(query.of?.[0] ?? '') ?? []}})}},
		{path: '/pages', respond: {fn: ({query}) => page(Number(query.offset?.[0] ?? 0))}},
	]);
});

after(() => api.close());

async function page(from: number) {
	asked?.();
	await delay(5);
	const data = Array.from({length: Math.max(0, Math.min(PAGE, ROWS - from))}, (_, at) => ({
		id: from + at,
		generation,
		tags: [{n: generation}, {n: from + at}],
	}));
	return {json: {total: ROWS, data}};
}

async function rowsOf(file: string, sql: string): Promise<Json[][]> {
	const instance = await DuckDBInstance.create(file, {access_mode: 'READ_ONLY'});
	const connection = await instance.connect();
	try {
		return (await connection.runAndReadAll(sql)).getRowsJson();
	} finally {
		connection.closeSync();
		instance.closeSync();
	}
}

function resource(name: string, more: object = {}): object {
	const endpoint = {path: `rows?of=${name}`, data_selector: 'data', paginator: 'single_page'};
	return {name, endpoint, ...more};
}

async function runInto(output: string, resources: readonly object[], more: object = {}) {
	await using spool = await temporaryFolder();
	const config = {
		client: {base_url: api.url, retry: {max_retries: 0}},
		output: {spool: spool.path},
		resources,
	} as unknown as ConfigObject;
	return await run(config, {output, ...more});
}

test('rows and types are those of a folder', async () => {
	await using folder = await temporaryFolder();
	const file = join(folder.path, 'own/file.db');
	answers.set('kinds', [
		{
			id: 1,
			text: 'a\0"b"',
			real: 1.5,
			yes: true,
			at: '2024-01-05T10:00:00.5Z',
			deep: {a: [1, null]},
			Big: '1.50',
		},
		{id: 2, text: '', real: 2, at: null, deep: null, day: '2024-02-01', raw: 'AP8B', some: [1, 2]},
	]);
	const columns = {
		Big: {data_type: 'decimal', precision: 30, scale: 2},
		day: {data_type: 'date'},
		raw: {data_type: 'binary'},
		some: {data_type: 'list', items: {data_type: 'bigint'}},
	};
	const one = resource('kinds', {columns, primary_key: 'id'});
	await runInto(`duckdb:${file}`, [one]);
	await runInto(join(folder.path, 'out'), [one]);
	const names = '"id", "text", "real", "yes", "at", "deep"::VARCHAR AS deep, "Big", "day", "raw", "some"';
	const here = await rowsOf(file, `SELECT ${names} FROM kinds ORDER BY id`);
	deepEqual(
		here,
		await rowsOf(file, `SELECT ${names} FROM '${folder.path}/out/kinds/*.parquet' ORDER BY id`),
	);
	const types = await rowsOf(
		file,
		"SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = 'kinds'",
	);
	deepEqual(new Map(types as [string, string][]).get('Big'), 'DECIMAL(30,2)');
	deepEqual(new Map(types as [string, string][]).get('deep'), 'JSON');
});

test('a merge inserts, updates and deletes with the rows of lists, and an older row changes nothing', async () => {
	await using folder = await temporaryFolder();
	const file = join(folder.path, 'file.db');
	const merged = resource('people', {
		write_disposition: 'merge',
		primary_key: 'id',
		nested: 'tables',
		columns: {gone: {data_type: 'bool', hard_delete: true}},
		endpoint: {
			path: 'rows?of=people',
			data_selector: 'data',
			paginator: 'single_page',
			incremental: {cursor_path: 'at', initial_value: '2020-01-01T00:00:00Z', lag: 1_000_000_000},
		},
	});
	const row = (id: number, at: string, tags: readonly string[], more: object = {}) => ({
		...{id, at: `2024-01-${at}T00:00:00Z`, tags: tags.map(k => ({k})), gone: false},
		...more,
	});
	answers.set('people', [
		row(1, '05', ['a', 'b']),
		row(2, '05', ['c']),
		row(3, '05', ['d']),
		row(2, '06', ['e']),
	]);
	const first = await runInto(`duckdb:${file}`, [merged]);
	deepEqual(first.resources[0]?.merge, {inserted: 3, updated: 0, deleted: 0});
	answers.set('people', [
		row(1, '04', ['old']),
		row(2, '07', []),
		row(3, '08', ['x'], {gone: true}),
		row(4, '08', ['y', 'z'], {extra: 1}),
		row(5, '08', ['w'], {gone: true}),
	]);
	const second = await runInto(`duckdb:${file}`, [merged]);
	deepEqual(second.resources[0]?.merge, {inserted: 1, updated: 1, deleted: 1});
	deepEqual(await rowsOf(file, 'SELECT id::int, "at"::DATE::VARCHAR, extra::int FROM people ORDER BY id'), [
		[1, '2024-01-05', null],
		[2, '2024-01-07', null],
		[4, '2024-01-08', 1],
	]);
	deepEqual(await rowsOf(file, "SELECT string_agg(k, ',' ORDER BY k) FROM people__tags"), [['a,b,y,z']]);
});

test('columns widen and come, a replacement may change types, and case alone makes no column', async () => {
	await using folder = await temporaryFolder();
	const file = join(folder.path, 'file.db');
	const grows = resource('grows', {write_disposition: 'append'});
	answers.set('grows', [{id: 1, n: 1}]);
	await runInto(`duckdb:${file}`, [grows]);
	answers.set('grows', [{id: 2, n: 1.5, more: 'x'}]);
	await runInto(`duckdb:${file}`, [grows]);
	deepEqual(await rowsOf(file, 'SELECT id::int, n, more FROM grows ORDER BY id'), [
		[1, 1, null],
		[2, 1.5, 'x'],
	]);
	answers.set('grows', [{id: 'text', n: 3}]);
	await runInto(`duckdb:${file}`, [grows], {fullRefresh: true});
	deepEqual(await rowsOf(file, 'SELECT id, n::int FROM grows'), [['text', 3]]);
	answers.set('cases', [{Id: 1, id: 2}]);
	const failure = await runInto(`duckdb:${file}`, [resource('cases')]).catch(error => error);
	match(failure.result.resources[0].error.message, /cannot tell the columns "Id" and "id" apart/);
	await rejects(runInto(`duckdb:${file}`, [grows], {format: 'jsonl'}), /Leave out the format jsonl/);
});

for (const how of ['append', 'replace', 'merge'])
	test(`killed runs lose and double no row: ${how}`, async () => {
		const kills = Number(process.env.SLUICE_KILLS ?? 3);
		const endpoint = {
			path: 'pages',
			data_selector: 'data',
			paginator: {type: 'offset', limit: PAGE, total_path: 'total'},
		};
		const config = {
			client: {base_url: api.url, retry: {max_retries: 0}},
			output: {path: 'duckdb:file.db', checkpoint: {rows: PAGE * 2}},
			resources: [{name: 'k', nested: 'tables', write_disposition: how, primary_key: 'id', endpoint}],
		};
		await using place = await workspace({'sluice.json': JSON.stringify(config)});
		generation = 0;
		for (const last of how === 'append' ? [0] : [0, 1]) {
			generation = last;
			let isDone = false;
			for (let killed = 0; killed < kills && !isDone; killed++) {
				const running = place.start(['run'], {timeoutMs});
				let pages = 1 + Math.floor(Math.random() * 6);
				const enough = new Promise<void>(resolve => {
					asked = () => {
						if (--pages <= 0) resolve();
					};
				});
				await Promise.race([enough, running.ended]);
				await delay(Math.random() * 60);
				running.process.kill('SIGKILL');
				isDone = (await running.ended).code === 0;
			}
			asked = undefined;
			if (isDone) continue;
			const {code, stderr} = await place.sluice(['run'], {timeoutMs});
			equal(code, 0, stderr);
		}
		const sum = (ROWS * (ROWS - 1)) / 2;
		const file = join(place.path, 'file.db');
		deepEqual(
			await rowsOf(
				file,
				'SELECT count(*)::int, count(DISTINCT id)::int, sum(id)::int, min(generation)::int FROM k',
			),
			[[ROWS, ROWS, sum, generation]],
		);
		deepEqual(await rowsOf(file, 'SELECT count(*)::int, sum(n)::int FROM k__tags'), [
			[2 * ROWS, sum + generation * ROWS],
		]);
		const verified = await place.sluice(['verify'], {timeoutMs});
		equal(verified.code, 0, verified.stdout);
		match((await place.sluice(['ls'], {timeoutMs})).stdout, /k__tags/);
	});

test('of two writers the second is refused, and names the first', async () => {
	const config = {
		client: {base_url: api.url, retry: {max_retries: 0}},
		output: {path: 'duckdb:file.db'},
		resources: [
			{
				name: 'k',
				endpoint: {
					path: 'pages',
					data_selector: 'data',
					paginator: {type: 'offset', limit: PAGE, total_path: 'total'},
				},
			},
		],
	};
	await using place = await workspace({'sluice.json': JSON.stringify(config)});
	const reached = new Promise<void>(resolve => {
		asked = resolve;
	});
	const first = place.start(['run'], {timeoutMs});
	await reached;
	asked = undefined;
	first.process.kill('SIGSTOP');
	const second = await place.sluice(['run'], {timeoutMs});
	equal(second.code, 1, second.stderr);
	match(second.stderr, /is open in another process \(\d+\)/);
	first.process.kill('SIGCONT');
	const {code, stderr} = await first.ended;
	equal(code, 0, stderr);
});

test('MotherDuck and DuckLake are refused by name', async () => {
	for (const [address, name] of [
		['md:warehouse', 'MotherDuck'],
		['ducklake:catalog', 'DuckLake'],
	]) {
		const failed = await runInto(`duckdb:${address}`, [resource('kinds')]).catch(error => error);
		ok(failed instanceof RunError);
		match(String(failed.result.resources[0]?.error), new RegExp(`${name} is not supported`));
	}
});
