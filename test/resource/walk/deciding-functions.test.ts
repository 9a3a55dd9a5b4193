/**
 * Functions that decide about answers, and rules that go before what a walk makes of an error status by
 * itself.
 */
import {deepStrictEqual, match, strictEqual, throws} from 'node:assert/strict';
import {test} from 'node:test';
import type {Answered} from '../../../src/http/rules/response-rules.ts';
import {parseConfig} from '../../helpers/parse-config.ts';
import {readConfig} from '../../helpers/read-config.ts';
import {type Route, startServer} from '../../helpers/server.ts';

async function read(routes: readonly Route[], ...resources: object[]) {
	const server = await startServer(routes);
	try {
		const found = await readConfig({
			client: {base_url: server.url, retry: {max_retries: 1}},
			resources,
		}).catch((error: unknown) => error);
		const error = found instanceof Error ? found : undefined;
		const rows: Record<string, object[]> = error ? {} : (found as Record<string, object[]>);
		return {rows, message: error?.message ?? '', requests: server.requests.length};
	} finally {
		await server.close();
	}
}

const r = (...response_actions: unknown[]) => ({
	name: 'r',
	endpoint: {paginator: 'single_page', response_actions},
});
const gone: Route = {path: '/r', respond: {status: 410, headers: {'x-why': 'moved'}, json: {error: 'gone'}}};

test('a function sees status, headers, text and value, and its word is what happens', async () => {
	const seen: Answered[] = [];
	const {rows, message} = await read([gone], {
		...r(({status, headers, text, json}: Answered) => {
			seen.push({status, headers: {why: headers['x-why'] ?? ''}, text, json});
			return 'ignore';
		}),
	});
	strictEqual(message, '');
	deepStrictEqual(rows, {r: []});
	deepStrictEqual(seen, [
		{status: 410, headers: {why: 'moved'}, text: '{"error":"gone"}', json: {error: 'gone'}},
	]);
});

test('one that has no word leaves the answer to the rules after it', async () => {
	const calls: string[] = [];
	const {rows} = await read(
		[gone],
		r(
			() => void calls.push('first'),
			{status_code: 404, action: () => calls.push('of another status')},
			{status_code: 410, action: () => void calls.push('second')},
			{status_code: '4xx', action: 'ignore'},
			() => calls.push('too late'),
		),
	);
	deepStrictEqual(rows, {r: []});
	deepStrictEqual(calls, ['first', 'second']);
	const {message} = await read(
		[gone],
		r(() => undefined),
	);
	match(message, /^r: GET \S+ answered 410/);
});

test('a function decides about a success too, each time that it is sent', async () => {
	let answers = 0;
	const {rows, requests} = await read(
		[{path: '/r', respond: {json: [{id: 1}]}}],
		r(({status}: Answered) => (status === 200 && answers++ === 0 ? 'retry' : undefined)),
	);
	deepStrictEqual([rows, requests], [{r: [{id: 1}]}, 2]);
});

test('message and wait of its rule are used for its word', async () => {
	const {message} = await read(
		[gone],
		r({status_code: 410, action: () => 'fail', message: 'Ask for the new address'}),
	);
	match(message, /answered 410.*Ask for the new address$/);
});

test('a function that throws, or has a word that is none, fails the request and is not tried again', async () => {
	for (const [decide, expected] of [
		[
			() => {
				throw new Error('boom');
			},
			/^r: GET \S+ answered 410, and the function of response_actions\[1\] failed: boom$/,
		],
		[() => 'ignroe', /response_actions\[1\] returned "ignroe"; expected retry, ignore, .*or undefined$/],
		[async () => 'ignore', /returned a promise; expected/],
		[() => 404, /returned 404; expected/],
	] as const) {
		const {message, requests} = await read([gone], r({status_code: 404, action: 'ignore'}, decide));
		match(message, expected);
		strictEqual(requests, 1);
	}
});

test('what is neither a word nor a function is refused', () => {
	const config = (action: unknown) => ({
		client: {base_url: 'https://a.b'},
		resources: [r({status_code: 404, action})],
	});
	throws(() => parseConfig(config(4)), /action: expected a word, or a function in a \.js config/);
	throws(() => parseConfig(config('ignroe')), /did you mean "ignore"/);
	throws(
		() => parseConfig({client: {base_url: 'https://a.b'}, resources: [r('ignore')]}),
		/response_actions\[0\]: expected a rule, or a function in a \.js config/,
	);
	parseConfig(config(() => 'ignore'));
});

const pages: Route[] = [
	{path: '/r', match: {query: {page: '1'}}, respond: {json: [{id: 1}]}},
	{path: '/r', respond: {status: 404, json: {detail: 'Invalid page.'}}},
];

test('a rule that fails an answer goes before the end of the pages that a paginator sees in it', async () => {
	const resource = (...response_actions: unknown[]) => ({
		name: 'r',
		endpoint: {paginator: {type: 'page_number', base_page: 1}, response_actions},
	});
	deepStrictEqual((await read(pages, resource())).rows, {r: [{id: 1}]});
	deepStrictEqual((await read(pages, resource({status_code: 500, action: 'fail'}))).rows, {r: [{id: 1}]});
	match(
		(await read(pages, resource({status_code: 404, action: 'fail'}))).message,
		/^r: GET \S+ answered 404/,
	);
	const decide = ({status}: Answered) => (status === 404 ? 'fail' : undefined);
	match((await read(pages, resource(decide))).message, /^r: GET \S+ answered 404/);
});

test('of a child, such a rule goes before leaving the parent out; one about other answers does not', async () => {
	const routes: Route[] = [{path: '/users', respond: {json: [{id: 1}]}}];
	const resources = (...response_actions: unknown[]) => [
		{name: 'posts', endpoint: {path: 'users/{resources.users.id}/posts', response_actions}},
		{name: 'users', endpoint: {paginator: 'single_page'}},
	];
	const {message, rows} = await read(routes, ...resources({status_code: 500, action: 'fail'}));
	deepStrictEqual([message, rows.posts], ['', []]);
	match(
		(await read(routes, ...resources({status_code: 404, action: 'fail'}))).message,
		/^posts: GET \S+ answered 404/,
	);
	match(
		(await read(routes, ...resources(({status}: Answered) => (status === 404 ? 'fail' : undefined)))).message,
		/^posts: GET \S+ answered 404/,
	);
});
