import {deepStrictEqual, rejects, strictEqual, throws} from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {PaginationError} from '../../../src/core/errors.ts';
import type {JsonRecord, Page} from '../../../src/core/page.ts';
import {client} from '../../../src/http/client.ts';
import {type OffsetOptions, offset} from '../../../src/plugins/paginators/offset.ts';
import {pageNumber} from '../../../src/plugins/paginators/page-number.ts';
import {type ResourceOptions, resource} from '../../../src/resource/resource.ts';
import {type FakeApiOptions, fakeApi} from '../../helpers/fake-api.ts';
import {type Route, startServer} from '../../helpers/server.ts';

const range = (count: number): JsonRecord[] => Array.from({length: count}, (_, id) => ({id}));

async function walk(baseUrl: string, options: Partial<ResourceOptions>): Promise<Page[]> {
	await using api = client({baseUrl, retry: {maxRetries: 0}});
	const pages: Page[] = [];
	for await (const page of resource(api, {name: 'rows', selector: 'data', ...options})) pages.push(page);
	return pages;
}

const rowsOf = (pages: readonly Page[]): JsonRecord[] => pages.flatMap(page => [...page.records]);

async function read(
	count: number,
	api: FakeApiOptions,
	options: OffsetOptions,
): Promise<{rows: JsonRecord[]; offsets: number[]; pages: Page[]}> {
	const server = await fakeApi(range(count), api);
	try {
		const pages = await walk(server.url, {paginator: offset(options)});
		return {
			rows: rowsOf(pages),
			pages,
			offsets: server.requests.map(request => Number(request.query.offset?.[0])),
		};
	} finally {
		await server.close();
	}
}

test('with a total exactly the pages that hold rows are asked', async () => {
	const {rows, offsets} = await read(250, {}, {limit: 100});
	deepStrictEqual(rows, range(250));
	deepStrictEqual(offsets, [0, 100, 200]);
});

test('without a total only an empty page ends', async () => {
	deepStrictEqual((await read(250, {total: false}, {limit: 100})).offsets, [0, 100, 200, 250]);
	deepStrictEqual((await read(200, {total: false}, {limit: 100})).offsets, [0, 100, 200]);
	deepStrictEqual(
		(await read(40, {total: false}, {limit: 100})).offsets,
		[0, 40],
		'one short page proves nothing',
	);
});

test('a server that caps the limit in silence loses no row: the offset advances by the rows received', async () => {
	for (const total of [true, false]) {
		const {rows, offsets} = await read(100, {limitCap: 37, total}, {limit: 100});
		deepStrictEqual(rows, range(100));
		deepStrictEqual(offsets.slice(0, 3), [0, 37, 74]);
	}
});

test('with total_path null it pages until an empty page, in steps of the limit once a full page was seen', async () => {
	deepStrictEqual((await read(5, {total: false}, {limit: 2, totalPath: null})).offsets, [0, 2, 4, 6]);
});

test('a total that is null, or only on the first page, is no obstacle', async () => {
	const pageOf = (from: number, to: number, total?: unknown) => ({
		json: {data: range(6).slice(from, to), ...(total !== undefined && {total})},
	});
	const routes = (first: unknown, others: unknown): Route[] => [
		{path: '/rows', match: {query: {offset: '0'}}, respond: pageOf(0, 2, first)},
		{path: '/rows', match: {query: {offset: '2'}}, respond: pageOf(2, 4, others)},
		{path: '/rows', match: {query: {offset: '4'}}, respond: pageOf(4, 6, others)},
	];
	for (const [first, others, expected] of [
		[6, undefined, ['0', '2', '4']],
		['4', undefined, ['0', '2']],
	] as const) {
		const server = await startServer(routes(first, others));
		const pages = await walk(server.url, {paginator: offset({limit: 2})});
		strictEqual(rowsOf(pages).length, expected.length * 2);
		deepStrictEqual(
			server.requests.map(request => request.query.offset?.[0]),
			expected,
		);
		await server.close();
	}
});

test('a total that is no number, or is not where the user said, is an error that says what was there', async () => {
	const server = await startServer([{path: '/rows', respond: {json: {data: range(2), total: 'many'}}}]);
	await rejects(walk(server.url, {paginator: offset({limit: 2})}), {
		name: 'PaginationError',
		message:
			'rows: offset 0: total_path "total" is "many"; expected a whole number. Set total_path to where ' +
			'the total is, or to null',
	});
	await rejects(walk(server.url, {paginator: offset({limit: 2, totalPath: 'meta.total'})}), {
		message: 'rows: offset 0: total_path "meta.total" is not in the response; found: data, total',
	});
	await server.close();
});

test('a total that grows while the walk goes on is believed, and one that shrinks loses no row', async () => {
	for (const [first, later] of [
		[3, 6],
		[6, 3],
	] as const) {
		const server = await startServer([
			{
				path: '/rows',
				respond: {
					fn: ({query}) => {
						const from = Number(query.offset);
						return {json: {data: range(6).slice(from, from + 2), total: from === 0 ? first : later}};
					},
				},
			},
		]);
		deepStrictEqual(rowsOf(await walk(server.url, {paginator: offset({limit: 2})})), range(6));
		strictEqual(server.requests.length, 3);
		await server.close();
	}
});

test('a total below the rows that have come counts something else, and ends nothing', async () => {
	const paged = (total: number): Route => ({
		path: '/rows',
		respond: {
			fn: ({query}) => {
				const from = Number(query.offset ?? Number(query.page) * 2);
				return {json: {data: range(5).slice(from, from + 2), total}};
			},
		},
	});
	for (const total of [0, 1]) {
		const server = await startServer([paged(total)]);
		deepStrictEqual(rowsOf(await walk(server.url, {paginator: offset({limit: 2})})), range(5));
		deepStrictEqual(
			rowsOf(await walk(server.url, {paginator: offset({limit: 2, offset: 3})})),
			range(5).slice(3),
		);
		if (total === 0) deepStrictEqual(rowsOf(await walk(server.url, {paginator: pageNumber()})), range(5));
		await server.close();
	}
});

test('a maximum holds even while the server promises more', async () => {
	const server = await startServer([
		{
			path: '/rows',
			respond: {fn: ({query}) => ({json: {data: [{id: Number(query.offset?.[0])}], more: true}})},
		},
	]);
	const pages = await walk(server.url, {
		paginator: offset({limit: 1, maximumOffset: 3, hasMorePath: 'more'}),
	});
	deepStrictEqual(rowsOf(pages), range(3));
	await server.close();
});

test('a server that ignores the offset is found out at the second page', async () => {
	const server = await startServer([{path: '/rows', respond: {json: {data: range(10)}}}]);
	await rejects(walk(server.url, {paginator: offset({limit: 100})}), error => {
		strictEqual(error instanceof PaginationError, true);
		strictEqual(
			(error as Error).message,
			'rows: offset 10: the rows are the same as for offset 0; does the server ignore the query ' +
				'parameter offset=10? If it sends everything at once, use single_page; if its last page comes ' +
				'again for ever, set repeated_page: stop; if the rows are right, set repeated_page: keep',
		);
		return true;
	});
	strictEqual(server.requests.length, 2);
	await server.close();
});

test('offset and limit can go into the JSON body, beside what is there', async () => {
	const server = await startServer([{method: 'POST', path: '/rows', respond: {json: {data: []}}}]);
	await walk(server.url, {
		method: 'POST',
		body: {json: {filter: {a: 1}, paging: {sort: 'id'}}},
		paginator: offset({limit: 5, offsetBodyPath: 'paging.offset', limitBodyPath: 'paging.limit'}),
	});
	deepStrictEqual(server.requests[0]?.json, {filter: {a: 1}, paging: {sort: 'id', offset: 0, limit: 5}});
	await server.close();
});

test('a limit that is no whole number, and two targets at once, are refused when the paginator is made', () => {
	throws(() => offset({limit: 0}), /expected limit to be a whole number from 1, got 0/);
	throws(
		() => offset({limit: 1, offsetParam: 'a', offsetBodyPath: 'b'}),
		/excludes \w+Param: the value is sent in one place/,
	);
});

const shape = fc.record({
	count: fc.integer({min: 0, max: 60}),
	limit: fc.integer({min: 1, max: 25}),
	cap: fc.option(fc.integer({min: 1, max: 25}), {nil: undefined}),
	ignoresLimit: fc.boolean(),
	total: fc.boolean(),
	hiddenTail: fc.constantFrom(0, 0, 7),
});

const apiOf = ({
	cap,
	ignoresLimit,
	total,
	hiddenTail,
}: {
	cap: number | undefined;
	ignoresLimit: boolean;
	total: boolean;
	hiddenTail: number;
}): FakeApiOptions => ({
	...(cap !== undefined && {limitCap: cap}),
	ignoresLimit,
	total,
	hiddenTail,
});

test('whatever the server does with limit and total, every row comes once, in order, in few requests', async () => {
	await fc.assert(
		fc.asyncProperty(shape, async ({count, limit, ...api}) => {
			// The total may count rows that no page shows.
			const {rows, offsets} = await read(count, apiOf(api), {
				limit,
				...(api.hiddenTail > 0 && {requireTotal: false}),
			});
			deepStrictEqual(rows, range(count));
			const pageSize = Math.max(1, Math.min(api.ignoresLimit ? 20 : limit, api.cap ?? 60));
			strictEqual(
				offsets.length <= Math.ceil(count / pageSize) + 1,
				true,
				`${offsets.length} requests for ${count} rows, ${pageSize} a page`,
			);
		}),
		{numRuns: 60},
	);
});

test('a walk resumed at any page yields exactly the rest', async () => {
	await fc.assert(
		fc.asyncProperty(shape, fc.nat(), async ({count, limit, ...api}, pick) => {
			const server = await fakeApi(range(count), apiOf(api));
			try {
				const paginator = offset({limit, requireTotal: false});
				const pages = await walk(server.url, {paginator});
				const at = pick % Math.max(1, pages.length);
				const cursor = JSON.parse(JSON.stringify(pages[at]?.cursor ?? null));
				const rest = await walk(server.url, {paginator, cursor});
				deepStrictEqual(rowsOf(rest), rowsOf(pages.slice(at + 1)));
			} finally {
				await server.close();
			}
		}),
		{numRuns: 40},
	);
});
