/** Runs into stores and DuckDB that are killed or frozen at any moment: no row is lost or doubled. */
import {deepEqual, equal, match, notEqual} from 'node:assert/strict';
import {mkdir} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {after, before, test} from 'node:test';
import {setTimeout as delay} from 'node:timers/promises';
import {DuckDBInstance, type Json} from '@duckdb/node-api';
import type {Disposition} from '../../../src/state/commit.ts';
import {bundledMain, type Workspace, workspace} from '../../helpers/binary.ts';
import {query} from '../../helpers/duckdb.ts';
import {temporaryFolder} from '../../helpers/folder.ts';
import {type StoreServer, storeKinds} from '../../helpers/object-stores.ts';
import {type ScriptedServer, startServer} from '../../helpers/server.ts';
import {deltaRows} from './stores.ts';

/** Of each disposition; more with SLUICE_KILLS. */
const KILLS = Number(process.env.SLUICE_KILLS ?? 2);
const ROWS = 240;
const PAGE = 20;
const options = {timeoutMs: 120_000};
let api: ScriptedServer;
/** Changes with each generation of rows. */
let generation = 0;
/** Called with each request for rows. */
let asked: (() => void) | undefined;

before(async () => {
	api = await startServer([
		{path: '/rows', respond: {fn: ({query: params}) => page(Number(params.offset?.[0] ?? 0))}},
	]);
});
after(() => api.close());

async function page(from: number) {
	asked?.();
	await delay(5);
	const data = Array.from({length: Math.max(0, Math.min(PAGE, ROWS - from))}, (_, at) => ({
		id: from + at,
		v: generation,
	}));
	return {json: {total: ROWS, data}};
}

interface Place {
	readonly output: string;
	readonly target?: object;
	readonly env: Readonly<Record<string, string>>;
	/** The pairs of id and v that a reader of the target finds. */
	rows(at: Workspace): Promise<unknown[]>;
}

interface Kind {
	readonly name: string;
	readonly skip: string | false;
	start(): Promise<Place & AsyncDisposable>;
}

async function rowsInStore(server: StoreServer, prefix: string): Promise<unknown[]> {
	await using folder = await temporaryFolder();
	const store = await server.open(prefix);
	const files: string[] = [];
	for await (const key of store.list('things/')) {
		const file = join(folder.path, key);
		await mkdir(dirname(file), {recursive: true});
		await store.download(key, file);
		files.push(`'${file}'`);
	}
	await store.close();
	const found = await query(`select id, v from read_parquet([${files.join(', ')}])`);
	return found.map(({id, v}) => [Number(id), Number(v)]);
}

async function rowsInDuckdb(file: string): Promise<Json[][]> {
	const instance = await DuckDBInstance.create(file, {access_mode: 'READ_ONLY'});
	const connection = await instance.connect();
	try {
		const found = await connection.runAndReadAll('select id::int, v::int from things');
		return found.getRowsJson();
	} finally {
		connection.closeSync();
		instance.closeSync();
	}
}

const kinds: readonly Kind[] = [
	...storeKinds.map(
		({name, skip, start}): Kind => ({
			name: name === 'a folder' ? 'a Delta table' : name,
			skip,
			async start() {
				const server = await start();
				const {target, env} = server;
				const output = server.address('raw');
				const rows = (): Promise<unknown[]> =>
					target.type === 'delta' ? deltaRows(output.slice('delta:'.length)) : rowsInStore(server, 'raw');
				return {output, target, env, rows, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]()};
			},
		}),
	),
	{
		name: 'DuckDB',
		skip: false,
		start: async () => ({
			output: 'duckdb:file.db',
			env: {},
			rows: at => rowsInDuckdb(join(at.path, 'file.db')),
			async [Symbol.asyncDispose]() {},
		}),
	},
];

function configOf({output, target}: Place, disposition: Disposition): string {
	const endpoint = {
		path: 'rows',
		data_selector: 'data',
		paginator: {type: 'offset', limit: PAGE, total_path: 'total'},
	};
	return JSON.stringify({
		client: {base_url: api.url, retry: {max_retries: 0}},
		output: {path: output, checkpoint: {rows: PAGE * 2}, ...(target && {target})},
		resources: [{name: 'things', endpoint, write_disposition: disposition, primary_key: 'id'}],
	});
}

/** Resolves when a run has asked for so many pages. */
function afterPages(pages: number): Promise<void> {
	let left = pages;
	return new Promise(resolve => {
		asked = () => {
			if (--left <= 0) resolve();
		};
	});
}

/** Runs until a run ends by itself. Kills the first ones at random moments. */
async function untilDone(at: Workspace, {env}: Place, kills: number): Promise<void> {
	for (let killed = 0; killed < kills; killed++) {
		const enough = afterPages(1 + Math.floor(Math.random() * 5));
		const running = at.start(['run'], {...options, env});
		await Promise.race([enough, running.ended]);
		await delay(Math.random() * 80);
		running.process.kill('SIGKILL');
		if ((await running.ended).code === 0) return;
	}
	asked = undefined;
	const {code, stderr} = await at.sluice(['run'], {...options, env});
	equal(code, 0, stderr);
}

const whole = () => Array.from({length: ROWS}, (_, id) => [id, generation]);
const byId = (rows: unknown[]) => (rows as number[][]).sort(([one = 0], [other = 0]) => one - other);

for (const {name, skip, start} of kinds) {
	for (const disposition of ['append', 'replace', 'merge'] as const)
		test(`${name}, ${disposition}: killed runs`, {skip}, async () => {
			generation = 0;
			await using place = await start();
			await using at = await workspace({'sluice.json': configOf(place, disposition)}, {main: bundledMain});
			await untilDone(at, place, KILLS);
			deepEqual(byId(await place.rows(at)), whole());
			if (disposition !== 'append') {
				generation = 1;
				await untilDone(at, place, KILLS);
				deepEqual(byId(await place.rows(at)), whole());
			}
			const {code, stdout} = await at.sluice(['verify'], {...options, env: place.env});
			equal(code, 0, stdout);
		});

	test(`${name}: a writer that is frozen while another one finishes adds nothing when it wakes`, {
		skip,
	}, async () => {
		generation = 0;
		await using place = await start();
		await using at = await workspace({'sluice.json': configOf(place, 'append')}, {main: bundledMain});
		const env = {...place.env, XDG_STATE_HOME: join(at.path, 'frozen')};
		const enough = afterPages(6);
		const frozen = at.start(['run'], {...options, env});
		await Promise.race([enough, frozen.ended]);
		frozen.process.kill('SIGSTOP');
		asked = undefined;
		const other = await at.sluice(['run'], {...options, env: place.env});
		frozen.process.kill('SIGCONT');
		const {code, stderr} = await frozen.ended;
		if (other.code === 0) {
			notEqual(code, 0);
			match(stderr, /another process committed/);
		} else {
			// DuckDB has a lock, which the frozen process keeps.
			match(other.stderr, /is open in another process/);
			equal(code, 0, stderr);
		}
		deepEqual(byId(await place.rows(at)), whole());
	});
}
