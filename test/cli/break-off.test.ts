/** Runs that end before their time, and what the next one makes of it. */
import {deepEqual, doesNotMatch, equal, match, ok} from 'node:assert/strict';
import {readdir, readFile, rename, stat} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {setTimeout as pause} from 'node:timers/promises';
import {type Workspace, workspace} from '../helpers/binary.ts';
import type {Route} from '../helpers/server.ts';
import {config, rows, server, single} from './config.ts';

interface Halting {
	readonly route: Route;
	readonly resource: {readonly name: string; readonly [key: string]: unknown};
	/** Resolves when the page that is not answered was asked for. */
	readonly reached: Promise<void>;
	readonly at: number;
	/** From here on all pages are answered. */
	open(): void;
}

/** Pages of ten rows, of which those from `at` on never end before the gate opens. */
function halting(
	name: string,
	{pages, at, path = `/${name}`, ...more}: {pages: number; at: number; path?: string; [key: string]: unknown},
): Halting {
	let isOpen = false;
	let tell = (): void => {};
	const reached = new Promise<void>(resolve => {
		tell = resolve;
	});
	const fn = ({query}: {query: Record<string, string[]>}) => {
		const page = Number(query.offset?.[0] ?? 0) / 10;
		if (!isOpen && page >= at) {
			tell();
			return {text: '{"data": [', stall: true};
		}
		const count = page < pages ? 10 : 0;
		return {
			json: {
				data: Array.from({length: count}, (_, i) => ({id: page * 10 + i, name: `row ${page * 10 + i}`})),
			},
		};
	};
	return {
		route: {path, respond: {fn}},
		resource: {
			name,
			primary_key: 'id',
			...more,
			endpoint: {path, data_selector: 'data', paginator: {type: 'offset', limit: 10, total_path: null}},
		},
		reached,
		at,
		open() {
			isOpen = true;
		},
	};
}

/** One row on the first page, and nothing after it. */
function short(name: string, id: number): Route {
	return {
		path: `/${name}`,
		respond: {fn: ({query}) => ({json: {data: query.offset?.[0] === '0' ? [{id}] : []}})},
	};
}

const often = {output: {format: 'jsonl', checkpoint: {rows: 10}}};

/** The ids that a reader sees, in order. */
async function ids(place: Workspace, table: string): Promise<number[]> {
	const folder = join(place.path, 'out', table);
	const names = (await readdir(folder)).filter(name => name.endsWith('.jsonl'));
	const texts = await Promise.all(names.map(name => readFile(join(folder, name), 'utf8')));
	const lines = texts.join('').split('\n').filter(Boolean);
	return lines.map(line => JSON.parse(line).id).sort((one, other) => one - other);
}

function upTo(count: number): number[] {
	return Array.from({length: count}, (_, id) => id);
}

/** What the log says of a resource, once readers see all that it lists. */
async function standingOf(place: Workspace, name: string): Promise<{run: string; pages: number} | undefined> {
	const log = join(place.path, 'out/.sluice', name, 'log');
	const [last] = (await readdir(log).catch(() => [])).sort().reverse();
	if (last === undefined) return undefined;
	const [, body = ''] = (await readFile(join(log, last), 'utf8')).split('\n');
	const {standings, parts, tables} = JSON.parse(body);
	const seen = [...tables, ...parts.map(({path}: {path: string}) => path)];
	const isSeen = await Promise.all(
		seen.map(path => stat(join(place.path, 'out', path)).catch(() => undefined)),
	);
	return isSeen.includes(undefined) ? undefined : standings[name];
}

interface BreakOptions {
	/** @default 'SIGKILL' */
	readonly signal?: NodeJS.Signals;
	readonly words?: readonly string[];
	/** Pages that have to be in the log before. @default those before the gate */
	readonly kept?: number;
}

/** Runs until it hangs at the gate and has committed what came before, then ends it with a signal. */
async function breakOff(
	place: Workspace,
	halted: Halting,
	{signal = 'SIGKILL', words = [], kept = halted.at}: BreakOptions = {},
) {
	const {name} = halted.resource;
	const before = await standingOf(place, name);
	const running = place.start(['run', ...words]);
	const early = running.ended.then(({stderr}) => {
		throw new Error(`ended before the gate: ${stderr}`);
	});
	await Promise.race([halted.reached, early]);
	early.catch(() => {});
	for (let standing = before; standing?.run === before?.run || (standing?.pages ?? 0) < kept; ) {
		// What cannot happen any more ends by the time limit of the process.
		if (running.process.exitCode !== null || running.process.signalCode !== null)
			throw new Error((await running.ended).stderr);
		await pause(2);
		standing = await standingOf(place, name);
	}
	running.process.kill(signal);
	return running.ended;
}

test('SIGINT keeps what came, and the next run asks for the rest only', async () => {
	const events = halting('events', {pages: 6, at: 3});
	await using api = await server(events.route);
	const output = {format: 'jsonl', checkpoint: {rows: 20}};
	// Requests are counted, and without a total some beyond the end would be in vain.
	const inOrder = {client: {concurrency: 1}, output};
	await using place = await workspace({'sluice.json': config(api.url, [events.resource], inOrder)});
	const {code, stderr} = await breakOff(place, events, {signal: 'SIGINT', kept: 2});
	equal(code, 130);
	match(stderr, /^events: [23] pages kept; run it again to go on from there\nsluice: interrupted\n$/);
	const kept = (await ids(place, 'events')).length;
	// The third page was on its way to the file, or in it.
	ok(kept === 20 || kept === 30, `${kept} rows`);
	deepEqual(await ids(place, 'events'), upTo(kept));
	events.open();
	const asked = api.requests.length;
	const next = await place.sluice(['run']);
	equal(next.code, 0, next.stderr);
	match(next.stderr, /^going on with the run of 20.*, which broke off$/m);
	match(next.stderr, new RegExp(`^events: resuming after page ${kept / 10}$`, 'm'));
	// The page before is looked at once more: rows may have gone meanwhile.
	equal(api.requests[asked]?.query.offset?.[0], String(kept - 10));
	equal(api.requests[asked + 1]?.query.offset?.[0], String(kept));
	equal(api.requests.length - asked, 8 - kept / 10);
	deepEqual(await ids(place, 'events'), upTo(60));
});

test('--max-duration ends with exit code 75 as often as it takes, and nothing is read twice', async () => {
	const events = halting('events', {pages: 6, at: 2});
	await using api = await server(events.route);
	await using place = await workspace({'sluice.json': config(api.url, [events.resource], often)});
	for (let i = 0; i < 2; i++) {
		const {code, stderr} = await place.sluice(['run', '--max-duration', '2s']);
		equal(code, 75, stderr);
		match(stderr, /^sluice: out of time after 2 s; run the same command again to go on$/m);
		deepEqual(await ids(place, 'events'), upTo(20));
	}
	events.open();
	equal((await place.sluice(['run'])).code, 0);
	deepEqual(await ids(place, 'events'), upTo(60));
	// It is looked at by each run that goes on after it.
	equal(api.requests.filter(({query}) => query.offset?.[0] === '10').length, 3);
	equal(api.requests.filter(({query}) => query.offset?.[0] === '0').length, 1);
});

test('a limited run in between leaves alone what a broken-off replace has gathered', async () => {
	const events = halting('events', {pages: 5, at: 3, write_disposition: 'replace'});
	await using api = await server(events.route);
	await using place = await workspace({'sluice.json': config(api.url, [events.resource], often)});
	await breakOff(place, events);
	deepEqual(await ids(place, 'events'), [], 'a replace shows nothing before its end');
	const limited = await place.sluice(['run', '--limit', '5']);
	equal(limited.code, 0, limited.stderr);
	deepEqual(await ids(place, 'events'), upTo(5));
	events.open();
	const {code, stderr} = await place.sluice(['run']);
	equal(code, 0, stderr);
	match(stderr, /events: resuming after page 3/);
	deepEqual(await ids(place, 'events'), upTo(50));
});

test('a full refresh that broke off goes on as one', async () => {
	const events = halting('events', {pages: 4, at: 2});
	await using api = await server(events.route);
	await using place = await workspace({'sluice.json': config(api.url, [events.resource], often)});
	await breakOff(place, events, {words: ['--full-refresh']});
	deepEqual(await ids(place, 'events'), []);
	events.open();
	const asked = api.requests.length;
	const next = await place.sluice(['run', '--full-refresh']);
	match(next.stderr, /events: resuming after page 2/);
	equal(api.requests[asked + 1]?.query.offset?.[0], '20');
	deepEqual(await ids(place, 'events'), upTo(40));
	const again = await place.sluice(['run', '--full-refresh']);
	doesNotMatch(again.stderr, /resuming|broke off/);
	deepEqual(await ids(place, 'events'), upTo(40));
});

test('a limited full refresh is begun anew by the next run, whatever had broken off before', async () => {
	const events = halting('events', {pages: 4, at: 2});
	await using api = await server(events.route);
	await using place = await workspace({'sluice.json': config(api.url, [events.resource], often)});
	await breakOff(place, events);
	deepEqual(await ids(place, 'events'), upTo(20));
	equal((await place.sluice(['run', '--full-refresh', '--limit', '3'])).code, 0);
	deepEqual(await ids(place, 'events'), upTo(3));
	events.open();
	const {code, stderr} = await place.sluice(['run']);
	equal(code, 0, stderr);
	deepEqual(
		await ids(place, 'events'),
		[0, 0, 1, 1, 2, 2, ...upTo(40).slice(3)],
		'the limited rows, and all that append adds',
	);
});

test('a full refresh that broke off is not gone on with by a plain run, which says why', async () => {
	const events = halting('events', {pages: 4, at: 2});
	await using api = await server(events.route);
	await using place = await workspace({'sluice.json': config(api.url, [events.resource], often)});
	const running = place.start(['run', '--full-refresh']);
	await events.reached;
	running.process.kill('SIGINT');
	equal((await running.ended).code, 130);
	events.open();
	const {code, stderr} = await place.sluice(['run']);
	equal(code, 0, stderr);
	match(
		stderr,
		/^sluice: events: starts over: the run that broke off was a --full-refresh, and this one is not$/m,
	);
	deepEqual(await ids(place, 'events'), upTo(40));
});

test('what was merged is told also when an earlier attempt wrote all of it', async () => {
	const events = halting('events', {pages: 4, at: 4, write_disposition: 'merge'});
	await using api = await server(events.route);
	await using place = await workspace({'sluice.json': config(api.url, [events.resource], often)});
	await breakOff(place, events);
	events.open();
	const {stderr} = await place.sluice(['run']);
	match(stderr, /^events: 0 rows, .*\nevents: merged: 40 new, 0 updated, 0 deleted$/m);
});

test('a config that has changed starts over: what the broken-off run had shown goes first', async () => {
	const events = halting('events', {pages: 4, at: 2});
	await using api = await server(events.route);
	await using place = await workspace({
		'sluice.json': config(api.url, [events.resource], often),
		'changed.json': config(api.url, [{...events.resource, columns: {name: {data_type: 'text'}}}], often),
	});
	await breakOff(place, events);
	deepEqual(await ids(place, 'events'), upTo(20));
	// It dies again, right after the rows were taken back.
	const again = place.start(['run', '-c', 'changed.json']);
	while (api.requests.filter(({query}) => query.offset?.[0] === '20').length < 2)
		await new Promise(resolve => setImmediate(resolve));
	again.process.kill('SIGKILL');
	match(
		(await again.ended).stderr,
		/sluice: events: starts over: its config has changed since the run that broke off, or files of it are gone/,
	);
	events.open();
	const {code, stderr} = await place.sluice(['run', '-c', 'changed.json']);
	equal(code, 0, stderr);
	deepEqual(await ids(place, 'events'), upTo(40));
});

test('what had finished is left out, also when it was begun by an earlier command; what had not goes on', async () => {
	const first = halting('first', {pages: 3, at: 2});
	const second = halting('second', {pages: 3, at: 1});
	await using api = await server(first.route, second.route);
	// One resource after the other: the first has finished when the second one breaks off.
	const inOrder = {client: {concurrency: 1}, ...often};
	await using place = await workspace({
		'sluice.json': config(api.url, [first.resource, second.resource], inOrder),
	});
	await breakOff(place, first, {words: ['first']});
	first.open();
	await breakOff(place, second);
	deepEqual([await ids(place, 'first'), await ids(place, 'second')], [upTo(30), upTo(10)]);
	second.open();
	const asked = api.requests.length;
	const {code, stderr} = await place.sluice(['run']);
	equal(code, 0, stderr);
	match(
		stderr,
		/^first: left out, as it finished in that run: it is as it was at 20.*Z; sluice run first reads it again$/m,
	);
	deepEqual([...new Set(api.requests.slice(asked).map(({path}) => path))], ['/second']);
	deepEqual([await ids(place, 'first'), await ids(place, 'second')], [upTo(30), upTo(30)]);
});

test('a parent that had finished is not written again for the child that had not', async () => {
	const child = halting('posts', {pages: 2, at: 1, path: '/u/2/posts'});
	await using api = await server(
		rows('users', [{id: 1}, {id: 2}, {id: 3}]),
		short('u/1/posts', 100),
		child.route,
		short('u/3/posts', 300),
	);
	const posts = {
		...child.resource,
		primary_key: undefined,
		endpoint: {...(child.resource.endpoint as object), path: '/u/{resources.users.id}/posts'},
	};
	await using place = await workspace({
		'sluice.json': config(api.url, [single('users'), posts], {
			output: {format: 'jsonl', checkpoint: {rows: 1}},
		}),
	});
	await breakOff(place, child, {kept: 1});
	child.open();
	const {code, stderr} = await place.sluice(['run']);
	equal(code, 0, stderr);
	deepEqual(await ids(place, 'users'), [1, 2, 3]);
	deepEqual(await ids(place, 'posts'), [...upTo(20), 100, 300]);
	// A run that goes on may look at the page before its place once more.
	const again = api.requests.filter(({path, query}) => path === '/u/1/posts' && query.offset?.[0] === '0');
	ok(again.length <= 2);
});

test('of two commands over one folder the second is refused, and the first goes on', async () => {
	const events = halting('events', {pages: 3, at: 1});
	await using api = await server(events.route);
	await using place = await workspace({'sluice.json': config(api.url, [events.resource], often)});
	const first = place.start(['run']);
	await events.reached;
	while ((await standingOf(place, 'events')) === undefined) await pause(2);
	const second = await place.sluice(['run']);
	equal(second.code, 1);
	match(
		second.stderr,
		new RegExp(
			`^sluice: events: is being written by process ${first.process.pid} on \\S+, since \\S+ Nothing ` +
				'was changed\\. Wait for it; or,',
			'm',
		),
	);
	deepEqual(await ids(place, 'events'), upTo(10));
	first.process.kill('SIGINT');
	equal((await first.ended).code, 130);
	events.open();
	equal((await place.sluice(['run'])).code, 0);
	deepEqual(await ids(place, 'events'), upTo(30));
});

test('another format beside the one that is there is refused, and --full-refresh changes it', async () => {
	const events = halting('events', {pages: 1, at: 9});
	await using api = await server(events.route);
	await using place = await workspace({'sluice.json': config(api.url, [events.resource])});
	equal((await place.sluice(['run', '-f', 'jsonl'])).code, 0);
	const asked = api.requests.length;
	const {code, stderr} = await place.sluice(['run', '-f', 'csv']);
	equal(code, 2);
	match(
		stderr,
		/events: out\/events has files in jsonl, and this run would add csv\. Keep to jsonl, .* or begin anew with --full-refresh/,
	);
	equal(api.requests.length, asked, 'nothing was asked for');
	deepEqual(await ids(place, 'events'), upTo(10));
	equal((await place.sluice(['run', '-f', 'csv', '--full-refresh'])).code, 0);
	const names = await readdir(join(place.path, 'out/events'));
	ok(names.length === 1 && names[0]?.endsWith('.csv'), names.join());
});

test('a part that was deleted by hand stops an append, and says what to do', async () => {
	const events = halting('events', {pages: 1, at: 9});
	await using api = await server(events.route);
	await using place = await workspace({'sluice.json': config(api.url, [events.resource], often)});
	equal((await place.sluice(['run'])).code, 0);
	equal((await place.shell('rm out/events/*.jsonl')).code, 0);
	const {code, stderr} = await place.sluice(['run']);
	equal(code, 2);
	match(
		stderr,
		/events: events\/\S+\.jsonl is in the log, and gone: 10 rows\. Restore it from a backup; accept the loss with .* or read all again with --full-refresh/,
	);
	equal((await place.sluice(['run', '--full-refresh'])).code, 0);
	deepEqual(await ids(place, 'events'), upTo(10));
});

test('gathered files of a replace that somebody deleted are read again', async () => {
	const events = halting('events', {pages: 4, at: 2, write_disposition: 'replace'});
	await using api = await server(events.route);
	await using place = await workspace({'sluice.json': config(api.url, [events.resource], often)});
	await breakOff(place, events);
	equal((await place.shell('rm out/.sluice/events/pending/*')).code, 0);
	events.open();
	const {code, stderr} = await place.sluice(['run']);
	equal(code, 0, stderr);
	match(stderr, /events: starts over: .* or files of it are gone/);
	deepEqual(await ids(place, 'events'), upTo(40));
});

test('a folder that was moved goes on where it was', async () => {
	const events = halting('events', {pages: 4, at: 2});
	await using api = await server(events.route);
	await using place = await workspace({'sluice.json': config(api.url, [events.resource], often)});
	await breakOff(place, events);
	await rename(join(place.path, 'out'), join(place.path, 'elsewhere'));
	events.open();
	const {code, stderr} = await place.sluice(['run', '-o', 'elsewhere']);
	equal(code, 0, stderr);
	match(stderr, /events: resuming after page 2/);
	await rename(join(place.path, 'elsewhere'), join(place.path, 'out'));
	deepEqual(await ids(place, 'events'), upTo(40));
});

test('a folder of somebody else in the place of a resource is left alone, and nothing is asked for', async () => {
	const events = halting('events', {pages: 1, at: 9});
	await using api = await server(events.route);
	await using place = await workspace({
		'sluice.json': config(api.url, [events.resource], often),
		'out/events/mine.jsonl': '{"id":1}\n',
	});
	const {code, stderr} = await place.sluice(['run']);
	equal(code, 1);
	match(
		stderr,
		/out\/events: there is a folder with files in it that is not a dataset of Sluice\. Move it away, or write to another folder \(--output\)/,
	);
	equal(await place.read('out/events/mine.jsonl'), '{"id":1}\n');
	equal(api.requests.length, 0);
});

test('checkpoints by the clock, and no rows at all', async () => {
	const events = halting('events', {pages: 4, at: 3, write_disposition: 'append'});
	await using api = await server(events.route, rows('nothing', []));
	const output = {format: 'jsonl', checkpoint: {seconds: 0.0001}};
	await using place = await workspace({
		'sluice.json': config(api.url, [single('nothing'), events.resource], {client: {concurrency: 1}, output}),
	});
	await breakOff(place, events);
	deepEqual([await ids(place, 'events'), await ids(place, 'nothing')], [upTo(30), []]);
	events.open();
	equal((await place.sluice(['run'])).code, 0);
	deepEqual([await ids(place, 'events'), await ids(place, 'nothing')], [upTo(40), []]);
	const [part = ''] = await readdir(join(place.path, 'out/nothing'));
	equal(await place.read(`out/nothing/${part}`), '', 'a file that says that there is nothing');
});
