/** Very many rows at one cursor value: each comes once, over runs, broken runs and parents. */
import {deepEqual, equal, match, ok} from 'node:assert/strict';
import {readdir, readFile, stat} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import type {JsonObject} from '../../src/core/json/json.ts';
import {incremental} from '../../src/resource/incremental/incremental.ts';
import type {Partitioning} from '../../src/resource/partitions/partitioned.ts';
import type {Binding} from '../../src/resource/partitions/partitions.ts';
import {type Workspace, workspace} from '../helpers/binary.ts';
import {type RecordedRequest, startServer} from '../helpers/server.ts';

const LIMIT = 10_000;
const AT = '2024-05-01T00:00:00Z';

interface Table {
	rows: number;
	/** Answers this many pages, then fails. */
	breaksAfter?: number;
}

function page({query}: RecordedRequest, table: Table) {
	const offset = Number(query.offset?.[0] ?? 0);
	if (table.breaksAfter !== undefined && offset >= table.breaksAfter * LIMIT)
		return {status: 400, json: {message: 'broken'}};
	const count = Math.max(0, Math.min(LIMIT, table.rows - offset));
	return {json: Array.from({length: count}, (_, i) => ({id: offset + i, at: AT}))};
}

async function openServer(tables: {[path: string]: Table}) {
	const api = await startServer(
		Object.entries(tables).map(([path, table]) => ({path, respond: {fn: request => page(request, table)}})),
	);
	return {...api, [Symbol.asyncDispose]: () => api.close()};
}

const configOf = (url: string, resource: object): string =>
	JSON.stringify({
		client: {base_url: url, paginator: {type: 'offset', limit: LIMIT, total_path: null}},
		output: {format: 'jsonl', checkpoint: {rows: 50_000}},
		resources: [{name: 'r', ...resource}],
	});

const endpoint = {path: 'r', incremental: {cursor_path: 'at'}};

async function ids(place: Workspace): Promise<number[]> {
	const folder = join(place.path, 'out', 'r');
	const texts = await Promise.all((await readdir(folder)).map(name => readFile(join(folder, name), 'utf8')));
	return texts.flatMap(text =>
		text
			.split('\n')
			.filter(line => line !== '')
			.map(line => JSON.parse(line).id as number),
	);
}

async function bytesIn(folder: string): Promise<number> {
	const files = (await readdir(folder, {recursive: true, withFileTypes: true})).filter(entry =>
		entry.isFile(),
	);
	const sizes = await Promise.all(
		files.map(async ({parentPath, name}) => (await stat(join(parentPath, name))).size),
	);
	return sizes.reduce((sum, size) => sum + size, 0);
}

function areAll(found: readonly number[], count: number): void {
	equal(found.length, count);
	equal(new Set(found).size, count);
}

test('300,000 rows at one value come once, also after a run that broke off inside of them, and the log stays small', async () => {
	const table: Table = {rows: 300_000, breaksAfter: 17};
	await using api = await openServer({'/r': table});
	await using place = await workspace({'sluice.json': configOf(api.url, {endpoint})});
	const run = () => place.sluice(['run'], {timeoutMs: 60_000});
	equal((await run()).code === 0, false);
	delete table.breaksAfter;
	match((await run()).stderr, /resuming after page 1[0-7]/);
	areAll(await ids(place), 300_000);
	table.rows = 300_003;
	const third = await run();
	equal(third.code, 0, third.stderr);
	match(third.stderr, /^r: 3 rows/m);
	equal((await run()).stderr.includes('boundary-rows-repeat'), false);
	areAll(await ids(place), 300_003);
	const home = join(place.path, 'out', '.sluice', 'r');
	ok((await bytesIn(join(home, 'log'))) < 1_000_000, 'records do not hold the hashes');
	ok((await bytesIn(join(home, 'texts'))) < 6_000_000, 'no text is there that the last record does not need');
	equal((await place.sluice(['verify'])).code, 0);
});

test('a state whose hashes are gone ends the run, and can be reset', async () => {
	await using api = await openServer({'/r': {rows: 5000}});
	await using place = await workspace({'sluice.json': configOf(api.url, {endpoint})});
	equal((await place.sluice(['run'])).code, 0);
	await place.shell('rm -r out/.sluice/r/texts');
	match(
		(await place.sluice(['verify'])).stdout + (await place.sluice(['verify'])).stderr,
		/texts\/[0-9a-f]{64}: gone/,
	);
	match((await place.sluice(['run'])).stderr, /files of it are gone; reset it/);
	equal((await place.sluice(['state', 'reset', 'r'])).code, 0);
});

test('each parent has a boundary of its own', async () => {
	const tables = {'/a/rows': {rows: 30_000}, '/b/rows': {rows: 20_000}};
	await using api = await openServer(tables);
	const each = {endpoint: {...endpoint, path: '{partitions.part}/rows'}, partitions: {part: ['a', 'b']}};
	await using place = await workspace({'sluice.json': configOf(api.url, each)});
	const run = await place.sluice(['run']);
	equal(run.code, 0, run.stderr);
	tables['/b/rows'].rows = 20_001;
	match((await place.sluice(['run'])).stderr, /^r: 1 row,/m);
	equal((await ids(place)).length, 50_001);
});

async function first({source}: Partitioning): Promise<Binding> {
	for await (const {bindings} of source.from()) if (bindings[0]) return bindings[0];
	throw new Error('no partition');
}

test('a page takes no longer when many rows came before it', async () => {
	const {partitions, follow} = incremental('r', {cursorPath: 'at'}, {}, {});
	const binding = await first(partitions);
	let state: JsonObject = {};
	const times: number[] = [];
	const PAGES = 1000;
	for (let number = 0; number < PAGES; number++) {
		const records = Array.from({length: 300}, (_, i) => ({id: number * 300 + i, at: AT}));
		const begun = performance.now();
		const {page: taken} = follow(
			{resource: 'r', number, records, cursor: number},
			binding,
			number === PAGES - 1,
		);
		times.push(performance.now() - begun);
		state = {...state, ...taken.state};
	}
	const median = (some: number[]): number => [...some].sort((a, b) => a - b)[some.length / 2] ?? 0;
	ok(
		median(times.slice(-100)) < 4 * median(times.slice(100, 200)),
		`${median(times.slice(-100))} ms at last`,
	);
	const {follow: again, partitions: next} = incremental('r', {cursorPath: 'at'}, state, {});
	const records = [
		{id: 299_999, at: AT},
		{id: 300_000, at: AT},
	];
	const {page: taken} = again({resource: 'r', number: 0, records, cursor: null}, await first(next), true);
	deepEqual(taken.records, [{id: 300_000, at: AT}]);
});
