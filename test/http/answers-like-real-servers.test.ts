/**
 * Answers as Directus, Redmine, WordPress, CAP, MediaWiki, commercetools and a Docker registry give them,
 * from the scripted server.
 */
import {deepStrictEqual, doesNotMatch, match, strictEqual} from 'node:assert/strict';
import {once} from 'node:events';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {test} from 'node:test';
import {connection} from '../../src/config/compile/compile.ts';
import {resolveResources} from '../../src/config/compile/resolve.ts';
import {stringify} from '../../src/core/json/json.ts';
import {parseConfig} from '../helpers/parse-config.ts';
import type {Answer} from '../helpers/respond.ts';
import {type RecordedRequest, type Route, startServer} from '../helpers/server.ts';

interface Outcome {
	readonly rows: unknown[];
	readonly lines: string[];
	readonly error: string;
	readonly requests: readonly RecordedRequest[];
	/** Milliseconds between tries, as they were asked of the clock. */
	readonly waits: number[];
}

// Runs one resource of a config against these routes, without waiting for anything.
async function run(routes: readonly Route[], endpoint: object, client: object = {}): Promise<Outcome> {
	const server = await startServer(routes);
	const waits: number[] = [];
	const config = parseConfig({
		client: {base_url: server.url, retry: {jitter: false}, concurrency: 1, ...withBase(client, server.url)},
		resources: [{name: 'rows', endpoint}],
	});
	const [rows, lines]: [unknown[], string[]] = [[], []];
	const api = connection(config, {
		sleep: async ms => {
			waits.push(ms);
		},
	});
	let error = '';
	try {
		const [resource] = resolveResources(config);
		if (!resource) throw new Error('no resource');
		for await (const page of api.extraction(resource, {typed: false}).source) {
			rows.push(...page.records);
			lines.push(...page.records.map(stringify));
		}
	} catch (caught) {
		error = (caught as Error).message;
	} finally {
		await api.close();
		await server.close();
	}
	return {rows, lines, error, requests: server.requests, waits};
}

function withBase(value: object, base: string): object {
	return JSON.parse(JSON.stringify(value).replaceAll('{{BASE}}', base));
}

const range = (from: number, to: number) =>
	Array.from({length: Math.max(0, to - from)}, (_, i) => ({id: from + i}));

// `count` rows by offset and limit, of which the server gives at most `cap` at once.
function offsets(
	count: number,
	cap: number,
	around: (data: object[]) => Answer = data => ({json: {data}}),
): Route {
	return {
		path: '/rows',
		respond: {
			fn({query}) {
				const from = Number(query.offset ?? 0);
				return around(range(from, Math.min(count, from + Math.min(cap, Number(query.limit ?? cap)))));
			},
		},
	};
}

const data = {data_selector: 'data'};

test('Directus says Retry-After: 0 while its limit has not reset: the waits are our own', async () => {
	const limited: Route = {
		path: '/rows',
		times: 3,
		respond: {
			status: 429,
			headers: {'retry-after': '0'},
			json: {errors: [{extensions: {reset: '2026-01-01T00:00:00Z'}}]},
		},
	};
	const {rows, waits} = await run([limited, offsets(3, 10)], {...data, paginator: 'single_page'});
	deepStrictEqual(rows, range(0, 3));
	deepStrictEqual(waits, [1000, 2000, 4000]);
});

test('Redmine gives 100 of the 250 that are asked for, and says nothing: every row comes, with its total and without', async () => {
	for (const total_path of ['total_count', undefined]) {
		const {rows, requests} = await run(
			[offsets(430, 100, rows => ({json: {time_entries: rows, total_count: 430}}))],
			{
				data_selector: 'time_entries',
				paginator: {type: 'offset', limit: 250, ...(total_path && {total_path})},
			},
		);
		deepStrictEqual(rows, range(0, 430));
		deepStrictEqual(
			requests.slice(0, 5).map(({query}) => query.offset?.[0]),
			['0', '100', '200', '300', '400'],
		);
	}
});

test('Directus and Redmine have no "total": an offset of nothing but a limit walks to the end', async () => {
	const {rows, error} = await run([offsets(250, 100, rows => ({json: {data: rows, total_count: 250}}))], {
		...data,
		paginator: {type: 'offset', limit: 100},
	});
	strictEqual(error, '');
	deepStrictEqual(rows, range(0, 250));
});

test('CAP refuses a plus: spaces are %20, in the query and in a form', async () => {
	// As they stand on the wire, which the scripted server decodes.
	const asked: string[] = [];
	const server = createServer((request, response) => {
		asked.push(request.url ?? '');
		response.end('[]');
	});
	await once(server.listen(0, '127.0.0.1'), 'listening');
	const path = `http://127.0.0.1:${(server.address() as AddressInfo).port}/rows`;
	await run([], {path: `${path}?$search=c d`, params: {$filter: "name eq 'a b'"}, paginator: 'single_page'});
	server.close();
	deepStrictEqual(asked, ['/rows?$search=c%20d&%24filter=name%20eq%20%27a%20b%27']);
	const form: Route = {path: '/rows', method: 'POST', respond: {json: []}};
	const {requests} = await run([form], {method: 'POST', data: {text: 'a b+c'}, paginator: 'single_page'});
	strictEqual(requests[0]?.body, 'text=a%20b%2Bc');
});

test('@odata.nextLink is found bare, quoted and without being named, and leads on from where the answer came', async () => {
	const routes: Route[] = [
		{path: '/odata/Books', match: {query: {$skiptoken: '2'}}, respond: {json: {value: range(2, 4)}}},
		{
			path: '/odata/Books',
			respond: {json: {'@odata.count': '4', value: range(0, 2), '@odata.nextLink': 'Books?$skiptoken=2'}},
		},
	];
	for (const paginator of [
		{type: 'json_link', next_url_path: '@odata.nextLink'},
		{type: 'json_link', next_url_path: "['@odata.nextLink']"},
	]) {
		deepStrictEqual(
			(await run(routes, {path: 'odata/Books', data_selector: 'value', paginator})).rows,
			range(0, 4),
		);
	}
	const absolute = [
		routes[0] as Route,
		{
			path: '/odata/Books',
			respond: {json: {value: range(0, 2), '@odata.nextLink': '{{BASE}}/odata/Books?$skiptoken=2'}},
		},
	];
	deepStrictEqual((await run(absolute, {path: 'odata/Books'})).rows, range(0, 4));
});

test('a total counts wherever it stands, before the rows or after them', async () => {
	for (const around of [
		(rows: object[]) => ({json: {meta: {total: 5}, data: rows}}),
		(rows: object[]) => ({json: {data: rows, meta: {total: 5}}}),
	]) {
		const {rows, requests} = await run([offsets(5, 10, around)], {
			...data,
			paginator: {type: 'offset', limit: 2, total_path: 'meta.total'},
		});
		deepStrictEqual(rows, range(0, 5));
		strictEqual(requests.length, 3);
	}
});

test('a next link may be absolute as in WordPress, from the root as in a registry, or relative as in CAP', async () => {
	for (const target of ['{{BASE}}/v2/rows?last=1', '/v2/rows?last=1', 'rows?last=1', '?last=1']) {
		const routes: Route[] = [
			{path: '/v2/rows', match: {query: {last: '1'}}, respond: {json: {data: range(1, 2)}}},
			{path: '/v2/rows', respond: {json: {data: range(0, 1)}, headers: {link: `<${target}>; rel="next"`}}},
		];
		deepStrictEqual(
			(await run(routes, {path: 'v2/rows', ...data, paginator: 'header_link'})).rows,
			range(0, 2),
		);
	}
});

const oauth = {
	type: 'oauth2_client_credentials',
	access_token_url: '{{BASE}}/token',
	client_id: 'me',
	client_secret: 'se cr:et',
};

test('commercetools takes id and secret in a Basic header only, others in the body only', async () => {
	const token: Answer = {json: {access_token: 'the-token', token_type: 'Bearer', expires_in: 3600}};
	const rows: Route = {
		path: '/rows',
		match: {headers: {authorization: 'Bearer the-token'}},
		respond: {json: {data: range(0, 1)}},
	};
	const refused: Route = {
		path: '/token',
		method: 'POST',
		respond: {status: 401, json: {error: 'invalid_client'}},
	};
	const basic = `Basic ${Buffer.from('me:se+cr%3Aet').toString('base64')}`;
	const inHeader: Route = {
		path: '/token',
		method: 'POST',
		match: {headers: {authorization: basic}},
		respond: token,
	};
	const inBody: Route = {
		path: '/token',
		method: 'POST',
		match: {form: {client_id: 'me', client_secret: 'se cr:et'}},
		respond: token,
	};
	for (const [route, client_auth] of [
		[inHeader, 'basic'],
		[inBody, 'body'],
	] as const) {
		const {rows: found, error} = await run([route, refused, rows], data, {auth: {...oauth, client_auth}});
		strictEqual(error, '');
		deepStrictEqual(found, range(0, 1));
	}
});

test('one page past the end WordPress answers 400 for posts and an empty list for comments: both are the end', async () => {
	const past: Answer = {
		status: 400,
		json: {
			code: 'rest_post_invalid_page_number',
			message: 'The page number requested is larger than the number of pages available.',
		},
	};
	for (const end of [past, {json: []}]) {
		const {rows, error, requests} = await run(
			[
				{path: '/rows', match: {query: {page: '1'}}, respond: {json: range(0, 2)}},
				{path: '/rows', match: {query: {page: '2'}}, respond: {json: range(2, 4)}},
				{path: '/rows', respond: end},
			],
			{data_selector: '$', paginator: {type: 'page_number', base_page: 1}},
		);
		strictEqual(error, '');
		deepStrictEqual(rows, range(0, 4));
		strictEqual(requests.length, 3);
	}
});

test('where MediaWiki wants several keys sent back, one cursor cannot: that is said, and no page is asked for again', async () => {
	const {error, requests} = await run(
		[
			{
				path: '/rows',
				respond: {json: {continue: {rvcontinue: '7|8', continue: '||'}, query: {pages: range(0, 2)}}},
			},
		],
		{
			data_selector: 'query.pages',
			paginator: {type: 'cursor', cursor_path: 'continue', cursor_param: 'continue'},
		},
	);
	strictEqual(requests.length, 1);
	match(error, /cannot be the query parameter "continue", which holds one value/);
});

test('the words of a registry become records', async () => {
	const {rows} = await run([{path: '/v2/_catalog', respond: {json: {repositories: ['alpine', 'redis']}}}], {
		path: 'v2/_catalog',
	});
	deepStrictEqual(rows, [{value: 'alpine'}, {value: 'redis'}]);
});

test('a filter that Directus does not know is ignored there: rows before the start are dropped here', async () => {
	const all = [1, 2, 3, 4].map(day => ({id: day, date_updated: `2026-01-0${day}T00:00:00Z`}));
	const incremental = {
		cursor_path: 'date_updated',
		initial_value: '2026-01-03T00:00:00Z',
		start_param: 'filter[updated][_gt]',
	};
	const endpoint = {...data, paginator: 'single_page', incremental};
	const {rows, requests, error} = await run([{path: '/rows', respond: {json: {data: all}}}], endpoint);
	deepStrictEqual([rows, error], [all.slice(2), '']);
	deepStrictEqual(requests[0]?.query, {'filter[updated][_gt]': ['2026-01-03T00:00:00Z']});
});

test('numbers past 2^53 and long decimals come as they were sent', async () => {
	const text = '{"data":[{"id":12345678901234567890,"price":0.1234567890123456789,"small":1.5}]}';
	const {lines} = await run([{path: '/rows', respond: {text}}], data);
	deepStrictEqual(lines, ['{"id":12345678901234567890,"price":0.1234567890123456789,"small":1.5}']);
});

// Ten pages of 100, of which the third is this answer, once or always.
async function third(answer: Answer, times: number): Promise<Outcome> {
	const broken: Route = {path: '/rows', match: {query: {offset: '200'}}, times, respond: answer};
	return run([broken, offsets(1000, 100, rows => ({json: {data: rows, total: 1000}}))], {
		...data,
		paginator: {type: 'offset', limit: 100},
	});
}

test('a page in mid-walk that answers 200 with an error, without the records or with null is an error, not the end', async () => {
	for (const [body, told] of [
		[
			{error: 'try later'},
			/^rows: GET \S+offset=200\S* answered 200 with an error in the body after 4 attempts in .*: try later\./,
		],
		[{total: 1000}, /^rows: offset 200: no list of records, though the server has stated a total of 1000/],
		[
			{data: null, total: 1000},
			/offset=200\S* answered 200 with an error in the body .*: null in place of the rows \(data\)/,
		],
	] as const) {
		const {rows, error} = await third({json: body}, 99);
		match(error, told);
		deepStrictEqual(rows, range(0, 200));
	}
});

test('one broken answer is asked for again: cut JSON, a page of HTML, no body, a body that breaks off, no answer', async () => {
	const whole = JSON.stringify({data: range(200, 300), total: 1000});
	const answers: Answer[] = [
		{text: whole.slice(0, 500)},
		{text: '<html><body>Please wait</body></html>', headers: {'content-type': 'text/html'}},
		{},
		{text: whole, reset_after: 300},
		{close: true},
	];
	for (const answer of answers) {
		const {rows, error, waits} = await third(answer, 1);
		strictEqual(error, '', JSON.stringify(answer).slice(0, 60));
		deepStrictEqual(rows, range(0, 1000));
		deepStrictEqual(waits, [1000]);
	}
});

test('a server that caps every page at 37 of the 100 asked for loses no row', async () => {
	const {rows} = await run([offsets(1000, 37, rows => ({json: {data: rows, total: 1000}}))], {
		...data,
		paginator: {type: 'offset', limit: 100},
	});
	deepStrictEqual(rows, range(0, 1000));
});

test('the same cursor again and again ends in an error, after two requests', async () => {
	let count = 0;
	const {rows, error, requests} = await run(
		[{path: '/rows', respond: {fn: () => ({json: {data: [{id: count++}], cursors: {next: 'again'}}})}}],
		{...data, paginator: 'cursor'},
	);
	match(
		error,
		/^rows: cursor again: the server leads back to cursor again, which has been read; paging would never end\./,
	);
	strictEqual(rows.length, 2);
	strictEqual(requests.length, 2);
});

test('a next link or a redirect to another host is followed without the token and without the key', async () => {
	const other = await startServer([{path: '/rows', respond: {json: {data: range(1, 2)}}}]);
	try {
		const client = {auth: {type: 'bearer', token: 'token-of-ours'}, headers: {'X-Api-Key': 'key-of-ours'}};
		const link: Route = {path: '/rows', respond: {json: {data: range(0, 1), next: `${other.url}/rows`}}};
		const linked = await run([link], {...data, paginator: 'json_link'}, client);
		deepStrictEqual(linked.rows, range(0, 2));
		strictEqual(linked.requests[0]?.headers['x-api-key'], 'key-of-ours');
		const redirect: Route = {path: '/rows', respond: {status: 302, headers: {location: `${other.url}/rows`}}};
		deepStrictEqual((await run([redirect], {...data, paginator: 'single_page'}, client)).rows, range(1, 2));
		strictEqual(other.requests.length, 2);
		doesNotMatch(JSON.stringify(other.requests), /of-ours/);
	} finally {
		await other.close();
	}
});
