/** Runs into Delta tables that are killed at random moments, with compactions of another program in between. */
import {deepEqual, equal, match} from 'node:assert/strict';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {setTimeout as delay} from 'node:timers/promises';
import {bundledMain, type Workspace, workspace} from '../../../helpers/binary.ts';
import {query} from '../../../helpers/duckdb.ts';
import {type ScriptedServer, startServer} from '../../../helpers/server.ts';
import {Lake} from './lake.ts';

/** Of each disposition; more with SLUICE_KILLS. */
const KILLS = Number(process.env.SLUICE_KILLS ?? 4);
const ROWS = 400;
const PAGE = 20;
const timeoutMs = 120_000;
let api: ScriptedServer;
/** Changes with each run. */
let generation = 0;
let asked: (() => void) | undefined;

before(async () => {
	api = await startServer([
		{path: '/rows', respond: {fn: ({query: asks}) => page(Number(asks.offset?.[0] ?? 0))}},
	]);
});

after(() => api.close());

async function page(from: number) {
	asked?.();
	await delay(5);
	const data = Array.from({length: Math.max(0, Math.min(PAGE, ROWS - from))}, (_, at) => ({
		id: from + at,
		v: generation,
		tags: [{n: generation}, {n: from + at}],
	}));
	return {json: {total: ROWS, data}};
}

function configOf(how: string): string {
	const endpoint = {
		path: 'rows',
		data_selector: 'data',
		paginator: {type: 'offset', limit: PAGE, total_path: 'total'},
	};
	return JSON.stringify({
		client: {base_url: api.url, retry: {max_retries: 0}},
		output: {path: 'delta:lake', checkpoint: {rows: PAGE * 2}},
		resources: [{name: 'things', nested: 'tables', endpoint, write_disposition: how, primary_key: 'id'}],
	});
}

/** Starts a run and kills it after a few pages. Returns whether it had ended by itself. */
async function killed(place: Workspace): Promise<boolean> {
	const running = place.start(['run'], {timeoutMs});
	let pages = 1 + Math.floor(Math.random() * 8);
	const enough = new Promise<void>(resolve => {
		asked = () => {
			if (--pages <= 0) resolve();
		};
	});
	await Promise.race([enough, running.ended]);
	await delay(Math.random() * 100);
	running.process.kill('SIGKILL');
	const {code} = await running.ended;
	asked = undefined;
	return code === 0;
}

async function figures(lake: Lake, table: string, column: string) {
	const own = new Lake(lake.root, '', async () => {}, table);
	const files = (await own.live()).map(({path}) => `'${join(own.table, decodeURIComponent(path))}'`);
	return query(
		`select count(*)::int n, sum(${column})::int sum from read_parquet([${files.join(', ')}], ` +
			'union_by_name = true)',
	);
}

for (const how of ['append', 'replace', 'merge']) {
	test(`killed runs: ${how}`, async t => {
		await using place = await workspace({'sluice.json': configOf(how)}, {main: bundledMain});
		const lake = new Lake(join(place.path, 'lake'), '', async () => {});
		const ids = (ROWS * (ROWS - 1)) / 2;
		let [kills, runs, compactions, generations] = [0, 0, 0, 0];
		while (kills < KILLS) {
			generation = runs;
			let isOver = false;
			for (let times = Math.ceil(Math.random() * 6); times > 0 && kills < KILLS && !isOver; times--) {
				isOver = await killed(place);
				if (!isOver) kills++;
				// Nobody else writes now.
				if (Math.random() < 0.2 && (await lake.live().catch(() => [])).length > 1) {
					await lake.optimize(`part-${String(compactions++).padStart(5, '0')}-c000.snappy.parquet`);
				}
			}
			if (!isOver) {
				const {code, stderr} = await place.sluice(['run'], {timeoutMs});
				equal(code, 0, stderr);
			}
			runs++;
			generations += generation;
			const times = how === 'append' ? runs : 1;
			const values = how === 'append' ? generations : generation;
			deepEqual(await figures(lake, 'things', 'id'), [{n: ROWS * times, sum: ids * times}]);
			deepEqual(await figures(lake, 'things', 'v'), [{n: ROWS * times, sum: values * ROWS}]);
			deepEqual(await figures(lake, 'things__tags', 'n'), [
				{n: 2 * ROWS * times, sum: ids * times + values * ROWS},
			]);
		}
		t.diagnostic(`${kills} kills, ${runs} runs, ${compactions} compactions`);
		const {code, stdout} = await place.sluice(['verify'], {timeoutMs});
		equal(code, 0, stdout);
		match(stdout, /2 tables, [\d,]+ rows, all as committed/);
	});
}
