/**
 * Kills the command line again and again, runs it until it is through, and holds the files against the truth.
 */
import {deepEqual, equal, ok} from 'node:assert/strict';
import {readdir, readFile, readlink} from 'node:fs/promises';
import {join} from 'node:path';
import {setTimeout as pause} from 'node:timers/promises';
import {bundledMain, type Workspace, workspace} from '../helpers/binary.ts';
import {query} from '../helpers/duckdb.ts';
import {type ScriptedServer, startServer} from '../helpers/server.ts';
import {attempt, killOf} from './attempt.ts';
import {type Dice, dice} from './dice.ts';
import {snapshot} from './snapshot.ts';
import {type Disposition, pageRows, type World, world} from './world.ts';

export interface CampaignOptions {
	/** Runs that are to be killed. */
	readonly kills: number;
	/**
	 * The same seed gives the same faults; when exactly a process dies that is killed by the clock is up to the
	 * machine.
	 */
	readonly seed: number;
	/** So many attempts of one run are killed, then it is left alone. @default 3 */
	readonly killsPerRun?: number;
	readonly dispositions?: readonly Disposition[];
	/** Told of each generation that came out right. */
	readonly onRound?: (line: string) => void;
}

export interface Campaign {
	readonly kills: number;
	readonly runs: number;
	/** Sets that the reader saw whole, over all tables. */
	readonly snapshots: number;
}

type Format = 'parquet' | 'jsonl.gz' | 'csv';

interface Scene {
	readonly disposition: Disposition;
	readonly format: Format;
	readonly checkpoint: {readonly rows?: number; readonly bytes?: number; readonly seconds?: number};
	/** Whether what readers saw before a commit stays: then none ever meets a file that is gone. */
	readonly hasGrace: boolean;
}

const checkpoints: readonly Scene['checkpoint'][] = [
	{rows: 1},
	{rows: 50},
	{bytes: 1},
	{seconds: 0.02},
	{rows: 100_000},
];
const generations = 2;

export async function campaign({
	kills: wanted,
	seed,
	killsPerRun = 3,
	dispositions = ['append', 'replace', 'merge'],
	onRound = () => {},
}: CampaignOptions): Promise<Campaign> {
	const random = dice(seed);
	const total = {kills: 0, runs: 0, snapshots: 0};
	let round = 0;
	while (total.kills < wanted) {
		const scene: Scene = {
			// In turn, so that the shortest campaign has each.
			disposition: dispositions[round % dispositions.length] ?? 'append',
			format: random.oneOf(['parquet', 'jsonl.gz', 'csv']),
			checkpoint: random.oneOf(checkpoints),
			hasGrace: random.chance(0.5),
		};
		const story = await play(scene, random, {killsPerRun, wanted: wanted - total.kills});
		total.kills += story.kills;
		total.runs += story.runs;
		total.snapshots += story.snapshots;
		round++;
		onRound(`${JSON.stringify(scene)}: ${story.kills} killed of ${story.runs}, ${story.snapshots} snapshots`);
	}
	return total;
}

/** One folder from its first run to its last. */
async function play(
	scene: Scene,
	random: Dice,
	{killsPerRun, wanted}: {killsPerRun: number; wanted: number},
): Promise<Campaign> {
	const api = world(scene.disposition);
	const server = await startServer(api.routes);
	await using place = await workspace({'sluice.json': config(server.url, api, scene)}, {main: bundledMain});
	const reader = watch(place, api, scene);
	const said: string[] = [];
	let [kills, runs, calls] = [0, 0, 150];
	try {
		for (let generation = 1; generation <= generations; generation++) {
			api.generation = generation;
			const first = server.requests.length;
			for (let number = 0; ; number++) {
				const isLeftAlone = number >= killsPerRun || kills >= wanted;
				const kill = isLeftAlone ? undefined : killOf(random, calls, 0.2);
				said.push(`generation ${generation}, attempt ${number}: ${JSON.stringify(kill)}`);
				const before = await pagesKept(place);
				const asked = server.requests.length;
				const ran = await attempt(place, ['run'], kill);
				runs++;
				if (ran.signal === null) equal(ran.code, 0, ran.stderr);
				checkRequests(server, asked, before);
				reader.check();
				if (ran.code === 0) {
					calls = Number(await place.read('tally'));
					await checkTidy(place, scene);
					break;
				}
				kills++;
				if (server.requests.length > first && (await isThrough(place))) break;
			}
			await checkRows(place, api, scene);
		}
	} catch (error) {
		throw new Error(`${JSON.stringify(scene)}\n${said.join('\n')}\n${String(error)}`, {cause: error});
	} finally {
		await reader.stop();
		await server.close();
	}
	reader.check();
	return {kills, runs, snapshots: reader.snapshots};
}

function config(url: string, {resources}: World, {format, checkpoint, disposition, hasGrace}: Scene): string {
	return JSON.stringify({
		client: {base_url: url, retry: {max_retries: 0}},
		output: {
			format,
			checkpoint,
			grace_period: hasGrace ? 600 : 0,
			...(disposition === 'append' && {part_bytes: 3000}),
		},
		resources,
	});
}

/** How many pages of the events the log holds for a run that is not over. */
async function pagesKept(place: Workspace): Promise<number> {
	const log = join(place.path, 'out/.sluice/events/log');
	const [last] = (await readdir(log).catch(() => [])).sort().reverse();
	if (last === undefined) return 0;
	const [, body = '{}'] = (await readFile(join(log, last), 'utf8')).split('\n');
	const standing = JSON.parse(body).standings?.events;
	return standing && !standing.isFinished ? standing.pages : 0;
}

/** Whether a run that was killed had come to its end all the same: the next one would begin anew. */
async function isThrough(place: Workspace): Promise<boolean> {
	const runs = await readdir(join(place.path, 'out/.sluice/runs')).catch(() => []);
	return !runs.some(name => name.endsWith('.json'));
}

/**
 * A run that goes on asks for nothing that the run before it has made durable, but for the last page: by its
 * rows it finds its place in a list that has moved.
 */
function checkRequests(server: ScriptedServer, asked: number, kept: number): void {
	for (const {
		path,
		query: {offset = []},
	} of server.requests.slice(asked))
		if (path === '/events')
			ok(Number(offset[0]) >= (kept - 1) * pageRows, `asked for ${offset[0]}, and had ${kept} pages`);
}

interface Watch {
	readonly snapshots: number;
	/** Throws what it has seen amiss. */
	check(): void;
	stop(): Promise<void>;
}

/** Looks at all tables, over and over, while they are written. */
function watch(place: Workspace, api: World, {disposition, hasGrace}: Scene): Watch {
	let isOver = false;
	let failure: unknown;
	let snapshots = 0;

	async function look(): Promise<void> {
		for (const table of api.tables) {
			const {generation} = api;
			const tags = await snapshot(join(place.path, 'out', table), {mayGo: !hasGrace});
			if (tags === undefined || generation !== api.generation) continue;
			snapshots++;
			checkSet(table, tags, api, disposition);
		}
		await pause(5);
	}

	const watching = (async () => {
		while (!isOver && failure === undefined) {
			await look().catch(error => {
				failure = error;
			});
		}
	})();
	return {
		get snapshots() {
			return snapshots;
		},
		check() {
			if (failure !== undefined) throw failure;
		},
		async stop() {
			isOver = true;
			await watching;
		},
	};
}

/**
 * What a reader may see at any time: for `append` whole pages, in order, from the first; else the old set or
 * the new one.
 */
function checkSet(table: string, tags: readonly string[], api: World, disposition: Disposition): void {
	const {generation} = api;
	const before = generation > 1 ? api.truth(table, disposition, generation - 1) : [];
	const sizes = [0];
	for (const page of api.pages(table, generation)) sizes.push((sizes.at(-1) ?? 0) + page.length);
	const seen = [...tags].sort();
	const after = api.truth(table, disposition, generation);
	const allowed =
		disposition === 'append'
			? sizes
					.filter(size => before.length + size === tags.length)
					.map(size => after.slice(0, before.length + size))
			: [before, after].filter(({length}) => length === tags.length);
	const isOne = allowed.some(set => [...set].sort().every((tag, i) => tag === seen[i]));
	ok(
		isOne,
		`${table}: a reader saw ${tags.length} rows that were never committed together, ` +
			`${new Set(seen).size} of them different`,
	);
}

async function checkRows(place: Workspace, api: World, {disposition, format}: Scene): Promise<void> {
	for (const table of api.tables) {
		const tags = (await snapshot(join(place.path, 'out', table))) ?? [];
		deepEqual([...tags].sort(), api.truth(table, disposition, api.generation).sort(), table);
	}
	deepEqual((await rejects(place)).sort(), api.rejects(disposition, api.generation).sort(), 'rejects');
	if (format !== 'parquet') return;
	const [counted] = await query(
		'select count(*)::int as rows, count(distinct tag)::int as tags from ' +
			`read_parquet('${place.path}/out/*/*.parquet', union_by_name = true)`,
	);
	const rows = api.tables.flatMap(table => api.truth(table, disposition, api.generation)).length;
	deepEqual(counted, {rows, tags: rows}, 'DuckDB, over all folders');
	for (const table of api.tables) {
		const lines = await query(
			"select file_name, list(name || ' ' || type order by name) as columns from " +
				`parquet_schema('${place.path}/out/${table}/*.parquet') where type is not null group by all`,
		);
		equal(
			new Set(lines.map(({columns}) => JSON.stringify(columns))).size,
			1,
			`${table}: files have different columns`,
		);
	}
}

async function rejects(place: Workspace): Promise<string[]> {
	const folder = join(place.path, 'out/events/_rejects');
	const texts = (await readdir(folder)).map(name => readFile(join(folder, name), 'utf8'));
	const lines = (await Promise.all(texts)).join('').split('\n').filter(Boolean);
	return lines.map(line => JSON.parse(line).record.tag);
}

/** Nothing is left of the runs that died. */
async function checkTidy(place: Workspace, {hasGrace}: Scene): Promise<void> {
	for (const name of ['events', 'teams', 'members', 'orders']) {
		const home = join(place.path, 'out/.sluice', name);
		const [, , data] = (await readlink(join(place.path, 'out', name))).split('/');
		const entries = (await readdir(home)).filter(
			entry => !['lock', 'log', 'pending', 'staging'].includes(entry),
		);
		if (hasGrace) ok(entries.length <= 6 && entries.sort().at(-1) === data, entries.join());
		else deepEqual(entries, [data]);
		for (const folder of ['staging', 'pending', 'lock'])
			deepEqual(await readdir(join(home, folder)).catch(() => []), [], `${name}/${folder}`);
	}
}
