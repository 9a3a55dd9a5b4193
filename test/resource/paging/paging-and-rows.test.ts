/** In a body that is streamed, what says where to go on may stand before the rows or after them. */
import {deepStrictEqual, rejects, strictEqual} from 'node:assert/strict';
import type {IncomingMessage, ServerResponse} from 'node:http';
import {type TestContext, test} from 'node:test';
import type {JsonObject} from '../../../src/core/json/json.ts';
import type {JsonRecord} from '../../../src/core/page.ts';
import type {ClientOptions} from '../../../src/http/client-options.ts';
import {auto} from '../../../src/plugins/paginators/auto.ts';
import {cursor} from '../../../src/plugins/paginators/cursor.ts';
import {headerCursor} from '../../../src/plugins/paginators/header-cursor.ts';
import {headerLink} from '../../../src/plugins/paginators/header-link.ts';
import {jsonLink} from '../../../src/plugins/paginators/json-link.ts';
import {offset} from '../../../src/plugins/paginators/offset.ts';
import type {Paginator} from '../../../src/resource/paging/paginator.ts';
import {type ResourceOptions, resource} from '../../../src/resource/resource.ts';
import {type Handler, serve, testClient} from '../../http/server.ts';
import {ids} from '../walk.ts';

// A slice has 200 rows: each body comes as three.
const SIZE = 450;
const PAGES = 3;
const TOTAL = SIZE * PAGES;

async function rowsAt(
	test: TestContext,
	baseUrl: string,
	options: Partial<ResourceOptions>,
	clientOptions: Partial<ClientOptions> = {},
): Promise<JsonRecord[]> {
	const api = testClient(test, {baseUrl, streamAboveBytes: 0, maxConcurrency: 4, ...clientOptions});
	const rows: JsonRecord[] = [];
	for await (const page of resource(api, {name: 'r', ...options})) rows.push(...page.records);
	return rows;
}

interface Api {
	readonly name: string;
	readonly selector: string;
	readonly paginator: Paginator;
	/** The number of a page, from 0. */
	pageOf(query: URLSearchParams): number;
	/** What stands beside the rows of a page. */
	paging(page: number): JsonObject;
	/** How the rows stand in the body. @default under the selector */
	readonly wrap?: (rows: JsonRecord[]) => JsonObject;
}

const numberIn = (name: string) => (query: URLSearchParams) => Number(query.get(name) ?? 0);
const byOffset = (query: URLSearchParams): number => Number(query.get('offset')) / SIZE;
const isLast = (page: number): boolean => page === PAGES - 1;

const apis: readonly Api[] = [
	{
		name: 'a link, as CAP OData has it',
		selector: 'value',
		paginator: jsonLink({nextUrlPath: "$['@odata.nextLink']"}) as Paginator,
		pageOf: numberIn('$skiptoken'),
		paging: page => ({
			'@odata.count': TOTAL,
			...(!isLast(page) && {'@odata.nextLink': `r?$skiptoken=${page + 1}`}),
		}),
	},
	{
		name: 'a cursor that is an object, as MediaWiki has it',
		selector: 'query.allpages',
		paginator: cursor({cursorPath: 'continue'}),
		pageOf: numberIn('apcontinue'),
		paging: page => ({
			batchcomplete: true,
			...(!isLast(page) && {continue: {apcontinue: `${page + 1}`, continue: '-||'}}),
		}),
		wrap: rows => ({query: {allpages: rows}}),
	},
	{
		name: 'a total beside the offset, as commercetools and Redmine have it',
		selector: 'results',
		paginator: offset({limit: SIZE, totalPath: 'total'}) as Paginator,
		pageOf: byOffset,
		paging: page => ({limit: SIZE, offset: page * SIZE, count: SIZE, total: TOTAL}),
	},
	{
		name: 'a total in an object, as Directus has it',
		selector: 'data',
		paginator: offset({limit: SIZE, totalPath: 'meta.filter_count'}) as Paginator,
		pageOf: byOffset,
		paging: () => ({meta: {filter_count: TOTAL}}),
	},
	{
		name: 'the next page in an object, as Ghost has it',
		selector: 'posts',
		paginator: cursor({cursorPath: 'meta.pagination.next', cursorParam: 'page'}),
		pageOf: numberIn('page'),
		paging: page => ({meta: {pagination: {page, next: isLast(page) ? null : page + 1, total: TOTAL}}}),
	},
	{
		name: 'a cursor, as n8n has it',
		selector: 'data',
		paginator: cursor({cursorPath: 'nextCursor'}),
		pageOf: numberIn('cursor'),
		paging: page => ({nextCursor: isLast(page) ? null : `${page + 1}`}),
	},
];

for (const {
	name,
	selector,
	paginator,
	pageOf,
	paging,
	wrap = (rows: JsonRecord[]) => ({[selector]: rows}),
} of apis) {
	for (const order of ['before', 'after'] as const) {
		test(`${name}, is found ${order} the rows of a streamed body`, async test => {
			const {url, requests} = await serve(test, (request, response) => {
				const page = pageOf(new URL(request.url ?? '', 'http://h').searchParams);
				const rows = wrap(ids(page * SIZE, (page + 1) * SIZE));
				response.end(
					JSON.stringify(order === 'before' ? {...paging(page), ...rows} : {...rows, ...paging(page)}),
				);
			});
			for (const concurrency of [1, 3]) {
				deepStrictEqual(await rowsAt(test, url, {selector, paginator, concurrency}), ids(0, TOTAL));
				strictEqual(requests.splice(0).length, PAGES);
			}
		});
	}
}

const rowsText = (from: number, to: number): string => JSON.stringify(ids(from, to)).slice(1, -1);

/** Answers in the order in which requests come. */
type Answerer = (response: ServerResponse, request: IncomingMessage) => void;
const inOrder =
	(...answerers: readonly Answerer[]): Handler =>
	(request, response, number) =>
		answerers[number]?.(response, request);

/** Something that a test waits for. */
function event(): {happened: Promise<void>; happen(): void} {
	let happen = (): void => {};
	const happened = new Promise<void>(resolve => {
		happen = resolve;
	});
	return {happened, happen: () => happen()};
}

const told: readonly {
	name: string;
	paginator: Paginator;
	before: string;
	headers?: Record<string, string>;
}[] = [
	{name: 'a cursor', paginator: cursor({cursorPath: 'meta.next'}), before: '"meta":{"next":"2"},'},
	{name: 'a link', paginator: jsonLink() as Paginator, before: '"next":"r?cursor=2",'},
	{
		name: 'a promise of more with a cursor',
		paginator: cursor({cursorPath: 'next', hasMorePath: 'more'}),
		before: '"more":true,"next":"2",',
	},
	{name: 'a cursor in a header', paginator: headerCursor() as Paginator, before: '', headers: {next: '2'}},
	{
		name: 'a link in a header',
		paginator: headerLink() as Paginator,
		before: '',
		headers: {link: '<r?cursor=2>; rel="next"'},
	},
];

for (const {name, paginator, before, headers = {}} of told) {
	test(`${name} before the rows is followed while they still come`, {timeout: 10_000}, async test => {
		const next = event();
		const {url} = await serve(
			test,
			inOrder(
				response => {
					response.writeHead(200, headers).write(`{${before}"data":[${rowsText(0, 300)},`);
					void next.happened.then(() => response.end(`${rowsText(300, 310)}]}`));
				},
				response => {
					next.happen();
					response.end(`{"more":false,"data":[${rowsText(310, 320)}]}`);
				},
			),
		);
		deepStrictEqual(await rowsAt(test, url, {selector: 'data', paginator, concurrency: 2}), ids(0, 320));
	});
}

test('a link that was found out on the first page is followed early from the second on', {
	timeout: 10_000,
}, async test => {
	const third = event();
	const {url} = await serve(
		test,
		inOrder(
			response => response.end(`{"next":"/r?page=2","data":[${rowsText(0, 300)}]}`),
			response => {
				response.write(`{"next":"/r?page=3","data":[${rowsText(300, 600)},`);
				void third.happened.then(() => response.end(`${rowsText(600, 610)}]}`));
			},
			response => {
				third.happen();
				response.end(`{"next":null,"data":[${rowsText(610, 620)}]}`);
			},
		),
	);
	deepStrictEqual(
		await rowsAt(test, url, {selector: 'data', paginator: auto() as Paginator, concurrency: 2}),
		ids(0, 620),
	);
});

const alone: readonly {
	name: string;
	options?: Partial<ResourceOptions>;
	client?: Partial<ClientOptions>;
	ends?: string;
}[] = [
	{name: 'with one request at a time'},
	{
		name: 'where nothing more may be held',
		options: {concurrency: 2},
		client: {maxBufferBytes: 0, streamAboveBytes: 1},
	},
	{
		name: 'while a promise of more may still be taken back',
		options: {concurrency: 2, paginator: cursor({cursorPath: 'next', hasMorePath: 'more'})},
		ends: ',"more":true',
	},
];

for (const {name, options, client, ends = ''} of alone) {
	test(`a cursor before the rows waits for the end of them ${name}`, async test => {
		const steps: string[] = [];
		const {url} = await serve(
			test,
			inOrder(
				response => {
					response.write(`{"next":"2","data":[${rowsText(0, 300)},`);
					// Room for a request that should not come.
					setTimeout(() => {
						steps.push('end');
						response.end(`${rowsText(300, 310)}]${ends}}`);
					}, 200);
				},
				response => {
					steps.push('next');
					response.end('{"more":false,"data":[]}');
				},
			),
		);
		const rows = await rowsAt(
			test,
			url,
			{selector: 'data', paginator: cursor({cursorPath: 'next'}), ...options},
			client,
		);
		deepStrictEqual([rows, steps], [ids(0, 310), ['end', 'next']]);
	});
}

test('what was asked for early is thrown away when the body, read again, names another place', {
	timeout: 10_000,
}, async test => {
	const early = event();
	const {url, requests} = await serve(test, (request, response, number) => {
		if (request.url?.includes('cursor=wrong')) {
			early.happen();
			response.end(`{"data":[${rowsText(9000, 9300)}]}`);
		} else if (request.url?.includes('cursor=right')) {
			response.end(`{"data":[${rowsText(310, 320)}]}`);
		} else if (number === 0) {
			response.write(`{"next":"wrong","data":[${rowsText(0, 300)},`);
			void early.happened.then(() => response.destroy());
		} else {
			response.end(`{"next":"right","data":[${rowsText(0, 310)}]}`);
		}
	});
	const rows = await rowsAt(test, url, {
		selector: 'data',
		paginator: cursor({cursorPath: 'next'}),
		concurrency: 2,
	});
	deepStrictEqual(rows, ids(0, 320));
	deepStrictEqual(
		requests.map(({url}) => url),
		['/r', '/r?cursor=wrong', '/r', '/r?cursor=right'],
	);
});

test('what was asked for early is used when the body, read again, names the same place', {
	timeout: 10_000,
}, async test => {
	const early = event();
	const {url, requests} = await serve(test, (request, response, number) => {
		if (request.url?.includes('cursor')) {
			early.happen();
			response.end(`{"data":[${rowsText(310, 320)}]}`);
		} else if (number === 0) {
			response.write(`{"next":"2","data":[${rowsText(0, 300)},`);
			void early.happened.then(() => response.destroy());
		} else {
			response.end(`{"next":"2","data":[${rowsText(0, 310)}]}`);
		}
	});
	const rows = await rowsAt(test, url, {
		selector: 'data',
		paginator: cursor({cursorPath: 'next'}),
		concurrency: 2,
	});
	deepStrictEqual([rows, requests.length], [ids(0, 320), 3]);
});

test('a failure of what was asked for early comes after all rows before it', {
	timeout: 10_000,
}, async test => {
	const early = event();
	const {url} = await serve(
		test,
		inOrder(
			response => {
				response.write(`{"next":"2","data":[${rowsText(0, 300)},`);
				void early.happened.then(() => setImmediate(() => response.end(`${rowsText(300, 310)}]}`)));
			},
			response => {
				early.happen();
				response.writeHead(404).end();
			},
		),
	);
	const api = testClient(test, {baseUrl: url, streamAboveBytes: 0});
	const rows: JsonRecord[] = [];
	const reading = async () => {
		const options = {name: 'r', selector: 'data', paginator: cursor({cursorPath: 'next'}), concurrency: 2};
		for await (const page of resource(api, options)) rows.push(...page.records);
	};
	await rejects(reading, {status: 404});
	deepStrictEqual(rows, ids(0, 310));
});
