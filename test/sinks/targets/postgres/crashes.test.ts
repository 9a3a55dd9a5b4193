/** Runs into PostgreSQL that are killed, frozen or cut off: no row is lost or doubled. */
import {deepEqual, equal, match, notEqual} from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {setTimeout as delay} from 'node:timers/promises';
import {type Workspace, workspace} from '../../../helpers/binary.ts';
import {lacksPostgres, PASSWORD, type Postgres, postgres} from '../../../helpers/postgres.ts';
import {type ScriptedServer, startServer} from '../../../helpers/server.ts';

const options = {skip: lacksPostgres};
/** Of each disposition; more with SLUICE_KILLS. */
const KILLS = Number(process.env.SLUICE_KILLS ?? 3);
const ROWS = 600;
const PAGE = 20;
const timeoutMs = 120_000;
let db: Postgres;
let api: ScriptedServer;
const waits = 5;
/** Changes with each generation of rows. */
let generation = 0;
let asked: (() => void) | undefined;

before(async () => {
	if (lacksPostgres) return;
	db = await postgres();
	api = await startServer([
		{path: '/rows', respond: {fn: ({query}) => page(Number(query.offset?.[0] ?? 0))}},
	]);
});

after(async () => {
	await api?.close();
	await db?.[Symbol.asyncDispose]();
});

async function page(from: number) {
	asked?.();
	await delay(waits);
	const data = Array.from({length: Math.max(0, Math.min(PAGE, ROWS - from))}, (_, at) => ({
		id: from + at,
		generation,
		tags: [{n: generation}, {n: from + at}],
	}));
	return {json: {total: ROWS, data}};
}

function configOf(name: string, more: object): string {
	const endpoint = {
		path: 'rows',
		data_selector: 'data',
		paginator: {type: 'offset', limit: PAGE, total_path: 'total'},
	};
	return JSON.stringify({
		client: {base_url: api.url, concurrency: 1, retry: {max_retries: 0}},
		output: {path: db.url, checkpoint: {rows: PAGE * 2}},
		resources: [{name, nested: 'tables', endpoint, ...more}],
	});
}

/** Runs until a run ends by itself. Kills the first ones at random moments. */
async function untilDone(place: Workspace, kills: number): Promise<void> {
	for (let killed = 0; killed < kills; ) {
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
		const {code} = await running.ended;
		if (code === 0) return;
		killed++;
		await untilUnlocked();
	}
	asked = undefined;
	const {code, stderr} = await place.sluice(['run'], {timeoutMs});
	equal(code, 0, stderr);
	equal(stderr.includes(PASSWORD), false);
}

// The server notices a moment later that a connection is gone.
async function untilUnlocked(): Promise<void> {
	const held = "SELECT count(*)::int FROM pg_locks WHERE locktype = 'advisory'";
	while ((await db.one(held)) !== 0) await delay(20);
}

async function isWhole(table: string): Promise<void> {
	const rows = await db.query(
		`SELECT count(*)::int AS n, count(DISTINCT id)::int AS ids, sum(id)::int AS sum,
		min(generation)::int AS least, max(generation)::int AS most FROM ${table}`,
	);
	const sum = (ROWS * (ROWS - 1)) / 2;
	deepEqual(rows, [{n: ROWS, ids: ROWS, sum, least: generation, most: generation}]);
	const lists = await db.query(`SELECT count(*)::int AS n, sum(n)::int AS sum FROM ${table}__tags`);
	deepEqual(lists, [{n: 2 * ROWS, sum: sum + generation * ROWS}]);
	equal(await db.one('SELECT count(*)::int FROM _sluice_pending'), 0);
}

for (const how of ['append', 'replace', 'merge']) {
	test(`killed runs: ${how}`, options, async () => {
		generation = 0;
		const more = {write_disposition: how, primary_key: 'id'};
		await using place = await workspace({'sluice.json': configOf(`k_${how}`, more)});
		await untilDone(place, KILLS);
		await isWhole(`k_${how}`);
		if (how !== 'append') {
			generation = 1;
			await untilDone(place, KILLS);
			await isWhole(`k_${how}`);
		}
		const {code, stdout} = await place.sluice(['verify'], {timeoutMs});
		equal(code, 0);
		match(stdout, /2 tables, 1,800 rows, all as committed/);
	});
}

test('another machine goes on with a run: its parts are in the database', options, async () => {
	generation = 0;
	for (const how of ['append', 'merge']) {
		const text = configOf(`m_${how}`, {write_disposition: how, primary_key: 'id'});
		{
			await using first = await workspace({'sluice.json': text});
			const {code} = await first.sluice(['run', '--max-duration', '1ms'], {timeoutMs});
			notEqual(code, 0);
			const running = first.start(['run'], {timeoutMs});
			let pages = 10;
			await new Promise<void>(resolve => {
				asked = () => {
					if (--pages === 0) resolve();
				};
			});
			running.process.kill('SIGKILL');
			await running.ended;
			asked = undefined;
			await untilUnlocked();
		}
		await using second = await workspace({'sluice.json': text});
		const {code, stderr} = await second.sluice(['run'], {timeoutMs});
		equal(code, 0, stderr);
		match(stderr, /goes on|page/);
		await isWhole(`m_${how}`);
	}
});

test('a server that restarts fails the run, and the next one goes on', options, async () => {
	generation = 0;
	await using place = await workspace({
		'sluice.json': configOf('restarted', {write_disposition: 'append'}),
	});
	const running = place.start(['run'], {timeoutMs});
	let pages = 8;
	await new Promise<void>(resolve => {
		asked = () => {
			if (--pages === 0) resolve();
		};
	});
	asked = undefined;
	await db.stop();
	const {code, stderr} = await running.ended;
	await db.start();
	equal(code, 1, stderr);
	match(stderr, /the connection failed|broke during a commit/);
	equal(stderr.includes(PASSWORD), false);
	const again = await place.sluice(['run'], {timeoutMs});
	equal(again.code, 0, again.stderr);
	await isWhole('restarted');
});

test(
	'of two writers the second is refused, and a frozen one that lost its lock adds nothing',
	options,
	async () => {
		generation = 0;
		const text = configOf('shared', {write_disposition: 'append'});
		await using first = await workspace({'sluice.json': text});
		await using second = await workspace({'sluice.json': text});
		const frozen = first.start(['run'], {timeoutMs});
		let pages = 6;
		await new Promise<void>(resolve => {
			asked = () => {
				if (--pages === 0) resolve();
			};
		});
		asked = undefined;
		frozen.process.kill('SIGSTOP');
		const refused = await second.sluice(['run'], {timeoutMs});
		equal(refused.code, 1, refused.stderr);
		match(refused.stderr, /shared: is being written by sluice /);
		await db.query(
			"SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid <> " +
				'pg_backend_pid()',
		);
		await untilUnlocked();
		const done = await second.sluice(['run'], {timeoutMs});
		equal(done.code, 0, done.stderr);
		await isWhole('shared');
		frozen.process.kill('SIGCONT');
		const woken = await frozen.ended;
		equal(woken.code, 1, woken.stderr);
		await isWhole('shared');
	},
);
