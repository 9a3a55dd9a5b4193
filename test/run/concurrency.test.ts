/** How many requests a run has under way when its config says nothing about it. */
import {deepEqual, equal, match, ok} from 'node:assert/strict';
import {readdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {type ConfigObject, type RunEvent, type RunOptions, run} from '../../src/index.ts';
import {temporaryFolder} from '../helpers/folder.ts';
import type {Answer} from '../helpers/respond.ts';
import {type RecordedRequest, type Route, startServer} from '../helpers/server.ts';
import {ids} from '../resource/walk.ts';

type Respond = (request: RecordedRequest) => Answer;

interface Ran {
	/** The rows of each resource, as they stand in its file. */
	readonly rows: Record<string, string>;
	readonly requests: readonly RecordedRequest[];
	/** The most requests under way at once. */
	readonly most: number;
	readonly events: readonly RunEvent[];
}

/** Runs a config against a server that holds each answer for some milliseconds. */
async function read(
	resources: readonly unknown[],
	respond: Respond,
	{client = {}, ms = 15, ...options}: {client?: object; ms?: number} & RunOptions = {},
): Promise<Ran> {
	let under = 0;
	let most = 0;
	const events: RunEvent[] = [];
	const fn = async (request: RecordedRequest): Promise<Answer> => {
		most = Math.max(most, ++under);
		await new Promise(resolve => setTimeout(resolve, ms));
		under--;
		return respond(request);
	};
	const paths = [...new Set(resources.map(each => (each as {name: string}).name))];
	const routes: Route[] = [...paths, ...ids(0, 40).map(({id}) => `teams/${id}/people`)].map(path => ({
		path: `/${path}`,
		respond: {fn},
	}));
	await using server = await startServer(routes);
	await using folder = await temporaryFolder();
	const output = join(folder.path, 'data');
	const config = {
		client: {base_url: server.url, retry: {delay: 0, max_delay: 0}, ...client},
		output: {format: 'jsonl'},
		resources,
	};
	await run(config as unknown as ConfigObject, {output, onEvent: event => events.push(event), ...options});
	const rows: Record<string, string> = {};
	for (const name of await readdir(output)) {
		if (name.startsWith('.')) continue;
		const parts = (await readdir(join(output, name))).filter(file => file.endsWith('.jsonl')).sort();
		rows[name] = (await Promise.all(parts.map(file => readFile(join(output, name, file), 'utf8')))).join('');
	}
	return {rows, requests: server.requests, most, events};
}

const inOrder = {client: {concurrency: 1}};
const urls = ({requests}: Ran): string[] =>
	requests.map(({path, query}) => `${path} ${JSON.stringify(query)}`);

function pageOf(rows: number, size: number, {query: {offset, page}}: RecordedRequest) {
	const from = page ? (Number(page[0]) - 1) * size : Number(offset?.[0] ?? 0);
	return ids(from, Math.min(rows, from + size));
}

const byOffset = {name: 'rows', endpoint: {paginator: {type: 'offset', limit: 10}, data_selector: 'data'}};
const byPage = {
	name: 'rows',
	endpoint: {paginator: {type: 'page_number', base_page: 1}, params: {per_page: 10}, data_selector: '$'},
};
const withTotal: Respond = request => ({json: {data: pageOf(200, 10, request), total: 200}});

test('pages are asked for side by side, and the files have the bytes of concurrency 1', async () => {
	const found = await read([byOffset], withTotal);
	const alone = await read([byOffset], withTotal, inOrder);
	ok(found.most > 2 && found.most <= 6, `${found.most} at once`);
	equal(alone.most, 1);
	deepEqual(found.rows, alone.rows);
	deepEqual(urls(found).sort(), urls(alone).sort());
});

const link = (page: number) => `</rows?per_page=10&page=${page}>; rel="last"`;
for (const [name, headers] of [
	['X-WP-TotalPages', {'x-wp-totalpages': '20'}],
	['X-Total-Pages', {'x-total-pages': '20'}],
	['X-Total', {'x-total': '200'}],
	['a Link to the last page', {link: link(20)}],
] as const) {
	test(`${name} ends the pages ahead: none is asked for that one page after the other would not be`, async () => {
		const respond: Respond = request => ({json: pageOf(200, 10, request), headers});
		const found = await read([byPage], respond);
		const alone = await read([byPage], respond, inOrder);
		ok(found.most > 2, `${found.most} at once`);
		deepEqual(found.rows, alone.rows);
		deepEqual(urls(found).sort(), urls(alone).sort());
	});
}

test('without a total, no more is asked in vain than was under way', async () => {
	const respond: Respond = request => ({json: pageOf(200, 10, request)});
	const found = await read([byPage], respond);
	const alone = await read([byPage], respond, inOrder);
	deepEqual(found.rows, alone.rows);
	ok(found.requests.length <= alone.requests.length + 12, `${found.requests.length} requests`);
});

test('nothing is asked ahead after a first page that is not full', async () => {
	for (const rows of [4, 9]) {
		const respond: Respond = request => ({json: {data: pageOf(rows, 10, request)}});
		const found = await read([byOffset], respond);
		const alone = await read([byOffset], respond, inOrder);
		deepEqual(urls(found), urls(alone));
		equal(found.most, 1);
	}
});

test('max_requests lets nothing go out that may be in vain', async () => {
	const respond: Respond = request => ({json: {data: pageOf(95, 10, request)}});
	const found = await read([byOffset], respond, {client: {max_requests: 11}});
	equal(found.most, 1);
	equal(found.requests.length, 11);
});

const four = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map(name => ({...byOffset, name}));

test('resources that do not depend on one another are read side by side, six requests at most', async () => {
	const found = await read(four, withTotal);
	const alone = await read(four, withTotal, inOrder);
	ok(found.most > 2 && found.most <= 6, `${found.most} at once`);
	equal(alone.most, 1);
	deepEqual(found.rows, alone.rows);
	deepEqual(urls(found).sort(), urls(alone).sort());
	ok(new Set(found.requests.slice(0, 20).map(({path}) => path)).size > 1);
});

test('resources of one dataset are written in their order', async () => {
	const shared = four.map(resource => ({...resource, table_name: 'all', write_disposition: 'append'}));
	const found = await read(shared, withTotal);
	const alone = await read(shared, withTotal, inOrder);
	deepEqual(found.rows, alone.rows);
});

test('a limit reads one resource after the other, and nothing ahead', async () => {
	const found = await read(four, withTotal, {limit: 15});
	equal(found.most, 1);
	deepEqual(
		found.requests.map(({path, query}) => `${path} ${query.offset}`),
		four.flatMap(({name}) => [`/${name} 0`, `/${name} 10`]),
	);
});

const children = [
	{
		name: 'teams',
		endpoint: {paginator: {type: 'offset', limit: 10, total_path: 'total'}, data_selector: 'data'},
	},
	{name: 'people', endpoint: {path: 'teams/{resources.teams.id}/people', paginator: 'single_page'}},
];
const ofTeams: Respond = request =>
	request.path === '/teams'
		? {json: {data: pageOf(40, 10, request), total: 40}}
		: {
				json: [
					{team: request.path, n: 1},
					{team: request.path, n: 2},
				],
			};

test('children are read side by side, in the order of their parents', async () => {
	const found = await read(children, ofTeams);
	const alone = await read(children, ofTeams, inOrder);
	ok(found.most > 2 && found.most <= 6, `${found.most} at once`);
	deepEqual(found.rows, alone.rows);
	deepEqual(urls(found).sort(), urls(alone).sort());
});

test('a server that refuses is met with less', async () => {
	let refused = 0;
	const respond: Respond = request =>
		refused < 12 && refused++ % 2 === 0 ? {status: 429} : withTotal(request);
	const found = await read(four, respond);
	const alone = await read(four, withTotal, inOrder);
	deepEqual(found.rows, alone.rows);
	ok(found.most <= 6, `${found.most} at once`);
	const numbers = found.events.flatMap(event => (event.type === 'concurrency' ? [event.requests] : []));
	ok(numbers.includes(1), `chose ${numbers}`);
});

test('-v tells what was found out', async () => {
	const {events} = await read([byOffset], withTotal);
	const numbers = events.flatMap(event => (event.type === 'concurrency' ? [event.requests] : []));
	match(numbers.join(' '), /^3 4 5 6\b/);
});
