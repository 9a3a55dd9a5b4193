/** How far a run is, where no terminal shows it all the time. */
import {deepEqual, doesNotMatch, equal, match} from 'node:assert/strict';
import {once} from 'node:events';
import {test} from 'node:test';
import {ProgressLines} from '../../src/cli/terminal/progress.ts';
import {addCounts} from '../../src/core/pipeline.ts';
import type {ProgressEvent} from '../../src/run/events.ts';
import {type Running, workspace} from '../helpers/binary.ts';
import type {Route} from '../helpers/server.ts';
import {config, rows, server, single} from './config.ts';

const events = {
	name: 'events',
	endpoint: {
		path: 'events',
		data_selector: 'data',
		paginator: {type: 'offset', limit: 2, total_path: 'total'},
	},
};

/** The requests so far are counted. */
const inOrder = {client: {concurrency: 1}};

/** Eight rows on four pages, of which the third does not come before it may. */
function held(): {readonly route: Route; readonly release: () => void} {
	let release = (): void => {};
	const released = new Promise<void>(resolve => {
		release = resolve;
	});
	const route: Route = {
		path: '/events',
		respond: {
			fn: async ({query: {offset}}) => {
				const from = Number(offset?.[0] ?? 0);
				if (from === 4) await released;
				return {json: {total: 8, data: from < 8 ? [{id: from}, {id: from + 1}] : []}};
			},
		},
	};
	return {route, release};
}

/** Waits until a process has said this on stderr. Fails when it ends without. */
async function said({process, ended}: Running, what: RegExp): Promise<string> {
	const {stderr} = process;
	if (!stderr) throw new TypeError('no stderr');
	let text = '';
	const over = ended.then(() => {
		throw new Error(`the command ended, and has said: ${text}`);
	});
	over.catch(() => {});
	while (!what.test(text)) text += String((await Promise.race([once(stderr, 'data'), over]))[0]);
	return text;
}

for (const words of [
	['run', '-f', 'jsonl'],
	['read', 'events'],
]) {
	test(`${words[0]} says every now and then how far it is`, async () => {
		const {route, release} = held();
		await using api = await server(route);
		await using place = await workspace({'sluice.json': config(api.url, [events], inOrder)});
		const running = place.start([...words, '--progress', '0.05s']);
		await said(running, /^events: 4 rows, 3 requests, \d+ B, [\d,]+ rows\/s, 50 % of 8 rows\b/m);
		release();
		equal((await running.ended).code, 0);
	});
}

test('--quiet says nothing of it, and --log json says it in events', async () => {
	const {route, release} = held();
	await using api = await server(route);
	await using place = await workspace({'sluice.json': config(api.url, [events], inOrder)});
	const running = place.start(['read', 'events', '--progress', '0.05s', '--log', 'json']);
	const text = await said(running, /"event":"progress".*"read":4.*\n/);
	const lines = text.trim().split('\n');
	const last = lines.map(line => JSON.parse(line)).findLast(({event}) => event === 'progress');
	const {resource, read, requests, came, of, unit} = last;
	deepEqual([resource, read, requests, came, of, unit], ['events', 4, 3, 4, 8, 'rows']);
	release();
	equal((await running.ended).code, 0);

	const quiet = await place.sluice(['read', 'events', '--progress', '0.001s', '--quiet']);
	equal(quiet.stderr, '');
});

test('a short run has no line of progress', async () => {
	await using api = await server(rows('teams', [{id: 1}]));
	await using place = await workspace({'sluice.json': config(api.url, [single('teams')])});
	const {stderr} = await place.sluice(['run', '-f', 'jsonl']);
	doesNotMatch(stderr, /1 request, \d+ B, /);
	match(stderr, /^teams: 1 row, 1 request, .* in /m);
});

const at = (ms: number, came: number, requests = 1): ProgressEvent => ({
	type: 'progress',
	resources: ['contacts', 'teams'],
	counts: addCounts([{requests}]),
	elapsedMs: ms,
	each: [
		{
			resource: 'contacts',
			counts: addCounts([{read: came, requests}]),
			reach: {came: came + 100, of: 1100, unit: 'rows'},
		},
		{resource: 'teams', counts: addCounts([])},
	],
});

function lineAt(progress: ProgressLines, ms: number, came: number): string {
	const event = at(ms, came);
	progress.take(event, ms);
	const [{label, parts} = {label: '', parts: []}] = progress.lines(event, ms);
	return `${label}: ${parts.join(', ')}`;
}

test('a line has the place among all, the share, and the time that is left at this speed', () => {
	const progress = new ProgressLines();
	progress.take({type: 'run-start', resources: ['users', 'contacts', 'teams', 'a', 'b']}, 0);
	equal(lineAt(progress, 1000, 0), 'contacts (2 of 5): 0 rows, 1 request, 0 B, 0 rows/s, 9 % of 1,100 rows');
	// 500 rows in 10 s, and 500 to go. What an earlier attempt has read says nothing of the speed.
	match(lineAt(progress, 11_000, 500), /, 54 % of 1,100 rows, 10\.0 s left$/);
	match(lineAt(progress, 20_000, 999), /, 99 % of 1,100 rows, 0\.00 s left$/);
});

test('a line says what is waited for, and goes when its resource has ended', () => {
	const progress = new ProgressLines();
	const request = {method: 'GET', url: 'http://127.0.0.1/contacts', label: 'contacts'};
	progress.take({type: 'wait', ...request, waitMs: 12_000, limit: 'server'}, 0);
	match(lineAt(progress, 2000, 0), /, waits 10\.0 s for the server's limit$/);
	doesNotMatch(lineAt(progress, 13_500, 0), /wait|kept/);
	progress.take({type: 'wait', ...request, waitMs: 200, limit: 'config'}, 20_000);
	match(lineAt(progress, 20_300, 0), /, kept to client\.rate_limit$/);
	progress.take({type: 'retry', ...request, attempt: 1, waitMs: 5000, reason: 'answered 503'}, 30_000);
	match(lineAt(progress, 31_000, 0), /, waits 4\.00 s for a retry \(answered 503\)$/);
	progress.take({type: 'resource-end', ok: false, resource: 'contacts', error: new Error('no')}, 32_000);
	equal(lineAt(progress, 33_000, 0).split(':')[0], 'teams');
});
