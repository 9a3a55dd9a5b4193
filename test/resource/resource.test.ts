import {deepStrictEqual, doesNotMatch, match, rejects, strictEqual} from 'node:assert/strict';
import {describe, it, test} from 'node:test';
import {RequestError, SelectorError} from '../../src/core/errors.ts';
import type {JsonRecord, Page} from '../../src/core/page.ts';
import {bearer} from '../../src/http/auth/bearer.ts';
import {client} from '../../src/http/client.ts';
import type {ClientOptions} from '../../src/http/client-options.ts';
import {auto} from '../../src/plugins/paginators/auto.ts';
import {headerLink} from '../../src/plugins/paginators/header-link.ts';
import {jsonLink} from '../../src/plugins/paginators/json-link.ts';
import {pageNumber} from '../../src/plugins/paginators/page-number.ts';
import {type ResourceOptions, resource} from '../../src/resource/resource.ts';
import type {Answer} from '../helpers/respond.ts';
import {type Route, startServer} from '../helpers/server.ts';

async function read(
	routes: readonly Route[],
	options: Partial<ResourceOptions> = {},
	clientOptions: Partial<ClientOptions> = {},
) {
	const server = await startServer(routes);
	const pages: Page[] = [];
	let error: unknown;
	await using api = client({baseUrl: server.url, retry: {maxRetries: 0}, ...clientOptions});
	try {
		for await (const page of resource(api, {name: 'r', ...options})) pages.push(page);
	} catch (caught) {
		error = caught;
	} finally {
		await server.close();
	}
	return {
		pages,
		rows: pages.flatMap(page => [...page.records]),
		requests: server.requests,
		error,
		url: server.url,
	};
}

const json = (path: string, body: unknown, query?: Record<string, string>): Route => ({
	path,
	respond: {json: body},
	...(query && {match: {query}}),
});

test('a resource without paginator or selector is one request, its records found', async () => {
	const {rows, requests} = await read([json('/r', {total: 1, users: [{id: 1}]})]);
	deepStrictEqual(rows, [{id: 1}]);
	strictEqual(requests.length, 1);
});

test('params become the query: null is left out, a list repeated, a space is %20', async () => {
	const {requests} = await read([json('/acme/issues', [])], {
		path: 'acme/issues?page=1',
		params: {state: 'a b', none: null, tags: ['x', 'y'], open: true},
	});
	strictEqual(requests[0]?.path, '/acme/issues');
	deepStrictEqual(requests[0]?.query, {page: ['1'], state: ['a b'], tags: ['x', 'y'], open: ['true']});
});

test('a wrong selector names the resource, the place, the keys and a better path', async () => {
	const {error} = await read([json('/r', {items: [{id: 1}]})], {selector: 'data'});
	strictEqual(error instanceof SelectorError, true);
	strictEqual(
		(error as Error).message,
		'r: the only page: no "data" in the response; found: items. Try data_selector: items. If an answer ' +
			'without it has no rows, set missing_rows: empty',
	);
});

test('an answer that loses its key in mid-walk is an error, not the end', async () => {
	const routes = [
		json('/r', {data: [{id: 0}]}, {page: '0'}),
		json('/r', {data: [{id: 1}]}, {page: '1'}),
		json('/r', {error: 'try later'}, {page: '2'}),
	];
	const {rows, error} = await read(routes, {selector: 'data', paginator: pageNumber()});
	deepStrictEqual(rows, [{id: 0}, {id: 1}]);
	match(
		(error as Error).message,
		/page=2 answered 200 with an error in the body.*: try later\. If this is no error, set error_path: null/,
	);
});

test('pages end where the server says there is no such page, but not at any other 400', async () => {
	const pages = (last: Route) => [
		json('/r', [{id: 1}], {page: '1'}),
		json('/r', [{id: 2}], {page: '2'}),
		last,
	];
	const paginator = pageNumber({basePage: 1});
	const wordpress = await read(
		pages({
			path: '/r',
			respond: {
				status: 400,
				json: {
					code: 'rest_post_invalid_page_number',
					message: 'The page number requested is larger than the number of pages available.',
				},
			},
		}),
		{paginator},
	);
	deepStrictEqual(wordpress.rows, [{id: 1}, {id: 2}]);
	strictEqual(wordpress.error, undefined);
	const django = await read(pages({path: '/r', respond: {status: 404, json: {detail: 'Invalid page.'}}}), {
		paginator,
	});
	strictEqual(django.error, undefined);
	const window = await read(
		pages({path: '/r', respond: {status: 400, json: {error: 'Result window is too large'}}}),
		{
			paginator,
		},
	);
	strictEqual(window.error instanceof RequestError, true);
});

describe('an error answer to a page after the first', () => {
	const second = (status: number, respond: Omit<Answer, 'status'>, pageParam = 'page') =>
		read(
			[
				{path: '/r', match: {query: {[pageParam]: '1'}}, respond: {json: [{id: 1}]}},
				{path: '/r', respond: {status, ...respond}},
			],
			{paginator: pageNumber({basePage: 1, pageParam})},
		);

	for (const [status, respond] of [
		[
			400,
			{
				json: {
					code: 'rest_user_invalid_page_number',
					message: 'It is larger than the number of pages available.',
				},
			},
		],
		[404, {json: {detail: 'Invalid page "2": That page contains no results'}}],
		[400, {json: {error: {messages: ['Page 2 is out of bounds. Collection has 1 page.']}}}],
		[
			400,
			{json: {title: 'Page does not exist', detail: 'Page 2 with page size 10 is out of bounds with 1 rows'}},
		],
		[404, {json: {message: 'Page not found', page: 2}}],
		[404, {text: 'No more results'}],
	] as const) {
		it(`is the end where it says so: ${JSON.stringify(respond)}`, async () => {
			const {rows, error} = await second(status, respond);
			strictEqual(error, undefined);
			deepStrictEqual(rows, [{id: 1}]);
		});
	}

	for (const [status, respond] of [
		[400, {json: {error: 'bad cursor signature'}}],
		[404, {json: {error: 'Not found'}}],
		[404, {json: {status: 404, url: '/r?page=2', error: 'Not Found'}}],
		[400, {json: {error: 'invalid page token'}}],
		[400, {json: {error: 'invalid_page_size'}}],
		[404, {json: {error: 'The page token 2 does not exist'}}],
		[400, {json: {status_message: 'Invalid page: Pages start at 1 and max at 500.'}}],
		[404, {text: '<!DOCTYPE html><title>Page not found</title>'}],
	] as const) {
		it(`is an error where it says something else: ${JSON.stringify(respond)}`, async () => {
			const {error} = await second(status, respond);
			strictEqual(error instanceof RequestError && error.status, status);
		});
	}

	it('is not the end for the words of its own address', async () => {
		const {error} = await second(400, {json: {error: 'bad cursor signature'}}, 'page_number');
		strictEqual(error instanceof RequestError, true);
	});
});

test('limits cut pages and records, and nothing beyond is requested', async () => {
	const routes: Route[] = [
		{
			path: '/r',
			respond: {
				fn: ({query}) => ({json: [{id: Number(query.page?.[0]) * 2}, {id: Number(query.page?.[0]) * 2 + 1}]}),
			},
		},
	];
	const paginator = pageNumber();
	const twoPages = await read(routes, {paginator, limit: {pages: 2}});
	strictEqual(twoPages.rows.length, 4);
	strictEqual(twoPages.requests.length, 2);
	const threeRows = await read(routes, {paginator, limit: {records: 3}});
	deepStrictEqual(threeRows.rows, [{id: 0}, {id: 1}, {id: 2}]);
	strictEqual(threeRows.pages.at(-1)?.cursor, undefined, 'a cut page has no place after it');
	deepStrictEqual((await read(routes, {paginator, limit: {records: 0}})).requests.length, 0);
});

test('the last page says that nothing follows, and resuming there reads nothing', async () => {
	const {pages} = await read([json('/r', [{id: 1}])]);
	strictEqual(pages[0]?.cursor, null);
	const again = await read([json('/r', [{id: 1}])], {cursor: null});
	strictEqual(again.requests.length, 0);
});

test('next links may be absolute, root-relative or relative to the request', async () => {
	for (const next of ['{{BASE}}/v1/r?page=2', '/v1/r?page=2', 'r?page=2', '?page=2']) {
		const routes = [json('/v1/r', {data: [{id: 2}]}, {page: '2'}), json('/v1/r', {data: [{id: 1}], next})];
		const {rows, error} = await read(routes, {
			path: 'v1/r',
			selector: 'data',
			params: {q: '1'},
			paginator: jsonLink(),
		});
		strictEqual(error, undefined);
		deepStrictEqual(rows, [{id: 1}, {id: 2}]);
	}
});

test('a next link to another host is followed without the token', async () => {
	const other = await startServer([json('/r', {data: [{id: 2}]})]);
	const routes = [json('/r', {data: [{id: 1}], next: `${other.url}/r`})];
	const {rows, requests} = await read(
		routes,
		{selector: 'data', paginator: jsonLink()},
		{auth: bearer('token-of-ours'), headers: {'x-key': 'key-of-ours'}},
	);
	deepStrictEqual(rows, [{id: 1}, {id: 2}]);
	strictEqual(requests[0]?.headers.authorization, 'Bearer token-of-ours');
	doesNotMatch(JSON.stringify(other.requests[0]?.headers), /of-ours/);
	await other.close();
});

test('a Link header with commas, other relations and odd spacing is read', async () => {
	const link =
		'<{{BASE}}/r?ids=1,2&page=9>; title="a, b; rel=next"; rel=last , </r?page=2>;REL="alternate next"';
	const {rows} = await read(
		[json('/r', [{id: 2}], {page: '2'}), {path: '/r', respond: {json: [{id: 1}], headers: {link}}}],
		{
			paginator: headerLink(),
		},
	);
	deepStrictEqual(rows, [{id: 1}, {id: 2}]);
});

const detected: [about: string, first: unknown, second: Record<string, string>][] = [
	['HAL', {_embedded: {items: [{id: 0}]}, _links: {next: {href: '/r?page=2'}}}, {page: '2'}],
	['OData', {value: [{id: 0}], '@odata.nextLink': '{{BASE}}/r?$skip=1'}, {$skip: '1'}],
	['a next token', {items: [{id: 0}], next_token: 'abc'}, {cursor: 'abc'}],
	['pages counted from 1', {items: [{id: 0}], page: 1, total_pages: 2}, {page: '2'}],
	['pages counted from 0', {items: [{id: 0}], page: 0, total_pages: 2}, {page: '1'}],
	['offset, limit and total', {items: [{id: 0}], offset: 0, limit: 1, total: 2}, {offset: '1', limit: '1'}],
	['page info', {items: [{id: 0}], pageInfo: {endCursor: 'c1', hasNextPage: true}}, {after: 'c1'}],
];
for (const [about, first, query] of detected) {
	test(`auto detects ${about}`, async () => {
		const last = {
			items: [{id: 1}],
			value: [{id: 1}],
			_embedded: {items: [{id: 1}]},
			page: 2,
			total_pages: 2,
			pageInfo: {endCursor: 'c2', hasNextPage: false},
			total: 2,
		};
		const {rows, error, requests} = await read([json('/r', last, query), json('/r', first)], {
			paginator: auto(),
		});
		strictEqual(error, undefined);
		strictEqual(requests.length, 2);
		deepStrictEqual(
			rows.map(row => row.id),
			[0, 1],
		);
	});
}

test('auto takes prose under a next key for no cursor', async () => {
	const {requests, rows} = await read([json('/r', {items: [{id: 0}], nextSteps: 'call us'})], {
		paginator: auto(),
	});
	strictEqual(requests.length, 1);
	deepStrictEqual(rows, [{id: 0}]);
});

test('a huge body comes in slices with a place in each, and resuming inside it yields the rest', async () => {
	const records: JsonRecord[] = Array.from({length: 5000}, (_, id) => ({id, text: 'x'.repeat(40)}));
	const routes = [json('/r', {total: 5000, data: records})];
	const options = {selector: 'data'};
	const {pages, rows} = await read(routes, options, {streamAboveBytes: 10_000});
	deepStrictEqual(rows, records);
	strictEqual(pages.length > 2, true);
	const at = 1;
	const rest = await read(
		routes,
		{...options, cursor: JSON.parse(JSON.stringify(pages[at]?.cursor))},
		{streamAboveBytes: 10_000},
	);
	deepStrictEqual(
		rest.rows,
		pages.slice(at + 1).flatMap(page => [...page.records]),
	);
});

test('an abort ends a walk in the middle of a request', async () => {
	const controller = new AbortController();
	const server = await startServer([
		{
			path: '/r',
			respond: {
				fn() {
					controller.abort(new Error('enough'));
					return {stall: true};
				},
			},
		},
	]);
	await using api = client({baseUrl: server.url});
	await rejects(async () => {
		for await (const _page of resource(api, {name: 'r', signal: controller.signal}))
			throw new Error('no page was expected');
	}, /enough/);
	await server.close();
});
