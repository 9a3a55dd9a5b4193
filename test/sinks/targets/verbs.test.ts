/** Every verb on every target. */
import {deepEqual, equal, match, ok} from 'node:assert/strict';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {setTimeout as delay} from 'node:timers/promises';
import {bundledMain, type Workspace, workspace} from '../../helpers/binary.ts';
import {storeKinds} from '../../helpers/object-stores.ts';
import {type ScriptedServer, startServer} from '../../helpers/server.ts';
import {kinds, type Place, pluginFile} from './places.ts';

const timeoutMs = 60_000;
const main = {main: bundledMain};
let api: ScriptedServer;
let rows: readonly object[] = [];
let waits = 0;

before(async () => {
	api = await startServer([
		{
			path: '/rows',
			respond: {
				async fn({query}) {
					await delay(waits);
					const from = Number(query.offset?.[0] ?? 0);
					return {json: {data: rows.slice(from, from + 2)}};
				},
			},
		},
	]);
});
after(() => api.close());

const record = (id: number, v: number) => ({id, v, land: 'DE', tags: [{n: id}]});

function configOf({output, more, plugins}: Place, resource: object): string {
	const endpoint = {
		path: 'rows',
		data_selector: 'data',
		paginator: {type: 'offset', limit: 2, total_path: null},
	};
	return JSON.stringify({
		client: {base_url: api.url},
		...(plugins && {plugins}),
		output: {path: output, checkpoint: {rows: 2}, ...more},
		resources: [{name: 'things', nested: 'tables', primary_key: 'id', endpoint, ...resource}],
	});
}

interface Line {
	readonly table: string;
	readonly rows: number;
	readonly rejects: number;
}

/** The lines of `ls --json`: rows and rejects by table. */
async function listed(at: Workspace, env: Place['env']): Promise<Record<string, [number, number]>> {
	const {stdout, code, stderr} = await at.sluice(['ls', '--json'], {timeoutMs, ...(env && {env})});
	equal(code, 0, stderr);
	const lines = stdout
		.trim()
		.split('\n')
		.filter(Boolean)
		.map(line => JSON.parse(line) as Line);
	return Object.fromEntries(lines.map(line => [line.table, [line.rows, line.rejects]]));
}

for (const {name, skip, start, isDatabase} of await kinds()) {
	test(`${name}: run, ls, verify, state, gc, report, --full-refresh, rejects and lists`, {skip}, async () => {
		await using server = await start();
		const place = server.place('all');
		const {env} = place;
		const columns = {v: {data_type: 'bigint'}};
		const resource = {write_disposition: 'merge', columns, schema_contract: {data_type: 'discard_row'}};
		await using at = await workspace({'sluice.json': configOf(place, resource), ...pluginFile}, main);
		const sluice = async (...words: string[]) => {
			const ran = await at.sluice(words, {timeoutMs, ...(env && {env})});
			equal(ran.code, 0, `${words.join(' ')}: ${ran.stderr}`);
			return ran;
		};
		deepEqual(await listed(at, env), {});
		rows = [1, 2, 3].map(id => record(id, 1));
		await sluice('run');
		rows = [record(3, 2), record(4, 2), {...record(5, 2), v: 'no number'}];
		await sluice('run');
		deepEqual(await listed(at, env), {things: [4, 1], things__tags: [4, 0]});
		match((await sluice('verify')).stdout, /things: 2 tables, 8 rows, all as committed/);
		match((await sluice('gc')).stdout, /^things: /);
		const shown = JSON.parse((await sluice('state', 'show')).stdout);
		equal(shown.things.finished, true);
		await sluice('state', 'set', 'things', 'id.last_value=2');
		await sluice('state', 'reset', 'things');
		deepEqual(JSON.parse((await sluice('state', 'show')).stdout), {});
		await sluice('report', 'page.html');
		match(await readFile(join(at.path, 'page.html'), 'utf8'), /things/);
		match((await sluice('run', '--dry-run')).stdout, /things/);
		rows = [record(9, 3)];
		await sluice('run', '--full-refresh');
		deepEqual(await listed(at, env), {things: [1, 0], things__tags: [1, 0]});
		await sluice('verify', 'things');
	});

	test(`${name}: a run that --max-duration ends goes on`, {skip}, async () => {
		await using server = await start();
		const place = server.place('short');
		await using at = await workspace({'sluice.json': configOf(place, {}), ...pluginFile}, main);
		const options = {timeoutMs, ...(place.env && {env: place.env})};
		rows = Array.from({length: 40}, (_, id) => record(id, 1));
		waits = 300;
		const cut = await at.sluice(['run', '--max-duration', '1s'], options);
		waits = 0;
		equal(cut.code, 75, cut.stderr);
		const {code, stderr} = await at.sluice(['run'], options);
		equal(code, 0, stderr);
		deepEqual(await listed(at, place.env), {things: [40, 0], things__tags: [40, 0]});
	});

	test(`${name}: partition_by makes folders, or is refused by name`, {skip}, async () => {
		await using server = await start();
		const place = server.place('parted');
		const resource = {partition_by: 'land', nested: 'json'};
		await using at = await workspace({'sluice.json': configOf(place, resource), ...pluginFile}, main);
		const options = {timeoutMs, ...(place.env && {env: place.env})};
		rows = [record(1, 1)];
		const {code, stderr} = await at.sluice(['run'], options);
		if (isDatabase) {
			ok(code !== 0);
			match(stderr, /things: partition_by makes folders, and a database has none/);
			return;
		}
		equal(code, 0, stderr);
		deepEqual(await listed(at, place.env), {things: [1, 0]});
	});
}

for (const {name, skip, start} of storeKinds.filter(({name: kind}) => kind !== 'a folder'))
	test(`${name}: JSON Lines and CSV are files there, too`, {skip}, async () => {
		await using server = await start();
		const {env, target} = server;
		const options = {timeoutMs, env};
		for (const format of ['jsonl.gz', 'csv']) {
			const place = {output: server.address(format), more: {format, target}};
			const resource = {write_disposition: 'merge', nested: 'json'};
			await using at = await workspace({'sluice.json': configOf(place, resource)}, main);
			rows = [record(1, 1), record(2, 1)];
			equal((await at.sluice(['run'], options)).code, 0);
			rows = [record(2, 2), record(3, 2)];
			const {code, stderr} = await at.sluice(['run'], options);
			equal(code, 0, stderr);
			deepEqual(await listed(at, env), {things: [3, 0]});
			match((await at.sluice(['verify'], options)).stdout, /1 table, 3 rows, all as committed/);
			const store = await server.open(format);
			const keys: string[] = [];
			for await (const key of store.list('things/')) keys.push(key);
			await store.close();
			ok(keys.length > 0 && keys.every(key => key.endsWith(`.${format}`)));
		}
	});
