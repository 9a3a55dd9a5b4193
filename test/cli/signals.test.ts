import {deepEqual, equal, match, ok} from 'node:assert/strict';
import {once} from 'node:events';
import {test} from 'node:test';
import {setTimeout as pause} from 'node:timers/promises';
import {workspace} from '../helpers/binary.ts';
import {query} from '../helpers/duckdb.ts';
import type {Route} from '../helpers/server.ts';
import {config, endless, server, single} from './config.ts';

/** Answers some pages, then no more; `stuck` tells when that is. */
function getsStuck(pages: number): {route: Route; resource: object; stuck: Promise<void>} {
	const {route, resource} = endless('events', 50);
	let reached = (): void => {};
	const stuck = new Promise<void>(resolve => {
		reached = resolve;
	});
	let asked = 0;
	const respond: Route['respond'] = {
		fn: async request => {
			if (asked++ < pages) return (route.respond as {fn: (of: unknown) => object}).fn(request);
			reached();
			return {text: '{"data": [', stall: true};
		},
	};
	return {resource, route: {...route, respond}, stuck};
}

for (const [name, code, said] of [
	['SIGINT', 130, 'interrupted'],
	['SIGTERM', 143, 'terminated'],
	['SIGHUP', 143, 'terminated'],
] as const) {
	test(`${name} ends a run with exit code ${code}, and keeps the pages that are whole for the next run`, async () => {
		const {resource, route, stuck} = getsStuck(3);
		await using api = await server(route);
		// The request that gets stuck goes out when all pages before it are written.
		const inOrder = {client: {concurrency: 1}};
		await using place = await workspace({'sluice.json': config(api.url, [resource], inOrder)});
		const running = place.start(['run', '-f', 'jsonl']);
		await stuck;
		ok(
			(await place.list()).some(file => /staging\/.*\.jsonl\.part/.test(file)),
			'there is a file that nobody has committed',
		);
		running.process.kill(name);
		const {code: ended, signal, stdout, stderr} = await running.ended;
		const told = `events: 3 pages kept; run it again to go on from there\nsluice: ${said}\n`;
		deepEqual([ended, signal, stdout, stderr], [code, null, '', told]);
		const [, , part = '', ...others] = await place.visible();
		match(part, /^out\/events\/\d{8}T\d{6}Z-[0-9a-f]{7}-00001\.jsonl$/);
		deepEqual(others, ['sluice.json']);
		equal((await place.read(part)).trimEnd().split('\n').length, 150);
		ok(!(await place.list()).some(file => /staging\/|\.tmp-/.test(file)), 'no half file is left');
		const next = place.start(['run', '-f', 'jsonl']);
		const resumed = new Promise(resolve => {
			next.process.stderr?.on('data', text => String(text).includes('resuming') && resolve(text));
		});
		await Promise.race([resumed, next.ended]);
		next.process.kill(name);
		match((await next.ended).stderr, /^events: resuming after page 3$/m);
	});
}

test('SIGINT ends the merge at the end of a run: nothing of it is committed, and the next run goes on with it', async () => {
	// One row stays, so that a part is written without the others.
	let [from, length] = ['first', 101_001];
	const data = () => Array.from({length}, (_, id) => ({id, from}));
	await using api = await server({path: '/events', respond: {fn: () => ({json: {data: data()}})}});
	const events = single('events', {primary_key: 'id', write_disposition: 'merge'});
	await using place = await workspace({'sluice.json': config(api.url, [events], {output: {format: 'csv'}})});
	const first = await place.sluice(['run'], {timeoutMs: 60_000});
	equal(first.code, 0, first.stderr);
	const before = await place.visible();
	[from, length] = ['second', 101_000];

	const running = place.start(['run'], {timeoutMs: 60_000});
	const {process: child, ended} = running;
	// DuckDB has a folder of its own while it merges.
	const isMerging = async () => (await place.list()).some(path => /\.merge-\w+$/.test(path));
	while (child.exitCode === null && !(await isMerging())) await pause(1);
	child.kill('SIGINT');
	const {code, stderr} = await ended;
	deepEqual([code, stderr.split('\n').at(-2)], [130, 'sluice: interrupted'], stderr);
	match(stderr, /^events: \d+ pages? kept; run it again to go on from there$/m);
	deepEqual(await place.visible(), before);
	const left = (await place.list()).filter(path => /\/(lock|staging)\/|\.merge-/.test(path));
	deepEqual(left, []);

	const asked = api.requests.length;
	const next = await place.sluice(['run'], {timeoutMs: 60_000});
	equal(next.code, 0, next.stderr);
	match(next.stderr, /^events: merged: 0 new, 101,?000 updated, 0 deleted$/m);
	equal(api.requests.length, asked);
	const counted = await query(
		`select "from", count(*)::int as n from '${place.path}/out/events/*.csv' group by all order by n`,
	);
	deepEqual(counted, [
		{from: 'first', n: 1},
		{from: 'second', n: 101_000},
	]);
});

test('the second SIGINT ends at once what does not heed the first', async () => {
	const deaf = `
		process.once('SIGINT', () => process.stderr.write('first'));
		process.stderr.write('loading');
		await new Promise(() => setInterval(() => {}, 1000));
	`;
	await using place = await workspace({'sluice.config.mjs': deaf});
	const running = place.start(['check']);
	const stderr = running.process.stderr as NodeJS.ReadableStream;
	equal(String(await once(stderr, 'data')), 'loading');
	running.process.kill('SIGINT');
	equal(String(await once(stderr, 'data')), 'first');
	running.process.kill('SIGINT');
	const {code, signal} = await running.ended;
	deepEqual([code, signal], [null, 'SIGINT']);
});

test('a filter that waits for input can be interrupted, and ends when its reader does', async () => {
	await using place = await workspace();
	const waiting = place.start(['select', 'data']);
	waiting.process.stdin?.write('{"data":[{"id":1}]}\n');
	await once(waiting.process.stdout as NodeJS.ReadableStream, 'data');
	waiting.process.kill('SIGINT');
	deepEqual((await waiting.ended).code, 130);

	const left = place.start(['select', 'data']);
	left.process.stdin?.write('{"data":[{"id":1}]}\n');
	await once(left.process.stdout as NodeJS.ReadableStream, 'data');
	left.process.stdout?.destroy();
	left.process.stdin?.write('{"data":[{"id":2}]}\n');
	const {code, stderr} = await left.ended;
	deepEqual([code, stderr], [0, '']);
});

test('`| head` ends reading with exit code 0, and few requests', async () => {
	const {resource, route} = endless('events', 500);
	await using api = await server(route);
	await using place = await workspace({'sluice.json': config(api.url, [resource])});
	const {code, stdout, stderr} = await place.shell('sluice read events | head -1');
	deepEqual([code, stdout, stderr], [0, '{"id":0,"name":"row 0"}\n', '']);
	ok(api.requests.length < 20, `${api.requests.length} requests`);
	const printed = await place.shell('sluice schema config | true; echo $PIPESTATUS');
	deepEqual([printed.stdout, printed.stderr], ['0\n', '']);
});

test('a reader that stands still is waited for, and does not keep a signal out', async () => {
	const {resource, route} = endless('events', 500);
	await using api = await server(route);
	await using place = await workspace({'sluice.json': config(api.url, [resource])});
	const running = place.start(['read', 'events']);
	const {stdout} = running.process;
	await once(stdout as NodeJS.ReadableStream, 'readable');
	running.process.kill('SIGINT');
	const {code, stderr} = await running.ended;
	deepEqual([code, stderr], [130, 'sluice: interrupted\n']);
	equal(api.requests.length < 30, true);
});
