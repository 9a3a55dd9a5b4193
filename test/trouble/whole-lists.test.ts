/**
 * Paging that ends early: a total that is not reached, a sign of more that nobody followed. Every paginator,
 * every place, every end.
 */
import {deepStrictEqual, doesNotMatch, match, strictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import {auto} from '../../src/plugins/paginators/auto.ts';
import {cursor} from '../../src/plugins/paginators/cursor.ts';
import {headerCursor} from '../../src/plugins/paginators/header-cursor.ts';
import {headerLink} from '../../src/plugins/paginators/header-link.ts';
import {jsonLink} from '../../src/plugins/paginators/json-link.ts';
import {offset} from '../../src/plugins/paginators/offset.ts';
import {pageNumber} from '../../src/plugins/paginators/page-number.ts';
import {singlePage} from '../../src/plugins/paginators/single-page.ts';
import type {Paginator} from '../../src/resource/paging/paginator.ts';
import {server} from '../cli/config.ts';
import type {RecordedRequest, Respond} from '../helpers/server.ts';
import {ids, walk, walkAt} from '../resource/walk.ts';

const SIZE = 3;

/** How one paginator asks: the first row of a request, and what leads on from it. */
interface Way {
	readonly make: (options: object) => Paginator;
	from(request: RecordedRequest): number;
	on(next: number): {body?: object; headers?: Record<string, string>};
}

const at = ({query}: RecordedRequest, name: string): number => Number(query[name]?.[0] ?? 0);

const ways: Readonly<Record<string, Way>> = {
	offset: {
		make: options => offset({limit: SIZE, ...options}) as Paginator,
		from: request => at(request, 'offset'),
		on: () => ({}),
	},
	page_number: {
		make: options => pageNumber({totalPath: null, ...options}) as Paginator,
		from: request => at(request, 'page') * SIZE,
		on: () => ({}),
	},
	cursor: {
		make: options => cursor({cursorPath: 'cursor', cursorParam: 'at', ...options}) as Paginator,
		from: request => at(request, 'at'),
		on: next => ({body: {cursor: next}}),
	},
	json_link: {
		make: options => jsonLink(options) as Paginator,
		from: request => at(request, 'at'),
		on: next => ({body: {next: `/r?at=${next}`}}),
	},
	header_link: {
		make: options => headerLink(options) as Paginator,
		from: request => at(request, 'at'),
		on: next => ({headers: {link: `</r?at=${next}>; rel="next"`}}),
	},
	header_cursor: {
		make: options => headerCursor({cursorParam: 'at', ...options}) as Paginator,
		from: request => at(request, 'at'),
		on: next => ({headers: {next: String(next)}}),
	},
	auto: {
		make: options => auto(options) as Paginator,
		from: request => at(request, 'at'),
		on: next => ({body: {next: `/r?at=${next}`}}),
	},
};

interface Placed {
	body?: object;
	headers?: Record<string, string>;
}

const places: Readonly<Record<string, (total: number) => Placed>> = {
	'meta.total': total => ({body: {meta: {total}}}),
	'meta.pagination.total': total => ({body: {meta: {pagination: {total: String(total)}}}}),
	totalCount: total => ({body: {totalCount: total}}),
	'@odata.count': total => ({body: {'@odata.count': total}}),
	'page.totalElements': total => ({body: {page: {totalElements: total, number: 0}}}),
	'hits.total': total => ({body: {hits: {total: {value: total, relation: 'eq'}}}}),
	recordsFiltered: total => ({body: {recordsFiltered: total, recordsTotal: total * 100}}),
	count: total => ({body: {count: total}}),
	'x-total-count': total => ({headers: {'X-Total-Count': String(total)}}),
	'x-wp-total': total => ({headers: {'X-WP-Total': String(total)}}),
	'content-range': total => ({headers: {'Content-Range': `items 0-2/${total}`}}),
	'x-pagination': total => ({headers: {'X-Pagination': JSON.stringify({TotalCount: total})}}),
};

/** Has `rows`, and states `total`. */
const list = (way: Way, rows: number, placed: Placed): Respond => ({
	fn: request => {
		const from = way.from(request);
		const next = from + SIZE;
		const on = next < rows ? way.on(next) : {};
		return {
			json: {data: ids(from, Math.min(next, rows)), ...placed.body, ...on.body},
			headers: {...placed.headers, ...on.headers},
		};
	},
});

for (const [type, way] of Object.entries(ways)) {
	test(`${type} fails at fewer rows than stated, wherever that is, and at no more and no equal ones`, async () => {
		for (const [place, put] of Object.entries(places)) {
			const read = (total: number, options: object = {}) =>
				walk(list(way, 8, put(total)), {selector: 'data', paginator: way.make(options)});
			const missed = await read(10);
			match(missed.message, /8 of 10 rows that the API stated/, `${type} ${place}`);
			deepStrictEqual(missed.rows, ids(0, 8));
			strictEqual(missed.pages.at(-1)?.cursor, undefined, 'the last page is no end');
			strictEqual((await read(8)).message, '', `${type} ${place}`);
			strictEqual((await read(7)).message, '', `${type} ${place}`);
			strictEqual((await read(10, {requireTotal: false})).message, '', `${type} ${place}`);
			strictEqual((await read(10, {ignoreMore: true})).message, '', `${type} ${place}`);
		}
	});

	test(`${type} comes to the same verdict from any place in the middle, and to none when the rest is there`, async () => {
		const options = {selector: 'data', paginator: way.make({})};
		let there = 8;
		const respond: Respond = {
			fn: request =>
				(list(way, there, {body: {meta: {total: 10}}}) as Extract<Respond, {fn: unknown}>).fn(request),
		};
		await using scripted = await server({path: '/r', respond});
		const {pages} = await walkAt(scripted.url, options);
		for (const {cursor: place} of pages) {
			if (place === undefined) continue;
			const cursor = JSON.parse(JSON.stringify(place));
			there = 8;
			match((await walkAt(scripted.url, {...options, cursor})).message, /8 of 10 rows .*--full-refresh/);
			there = 10;
			const mended = await walkAt(scripted.url, {...options, cursor});
			// A page that was short when it was read is not read again by its number.
			if (type !== 'page_number') strictEqual(mended.message, '');
			strictEqual(mended.rows.at(-1)?.id, 9);
		}
	});

	test(`${type} with requests ahead comes to the same verdict`, async () => {
		const options = {selector: 'data', paginator: way.make({}), concurrency: 3};
		match((await walk(list(way, 11, {body: {meta: {total: 12}}}), options)).message, /11 of 12 rows/);
		strictEqual((await walk(list(way, 11, {body: {meta: {total: 11}}}), options)).message, '');
	});
}

const signs: Readonly<Record<string, Placed>> = {
	has_more: {body: {has_more: true}},
	hasMore: {body: {meta: {hasMore: 'true'}}},
	hasNextPage: {body: {pageInfo: {hasNextPage: true, endCursor: 'x'}}},
	last: {body: {last: false}},
	isLast: {body: {isLast: false}},
	is_truncated: {body: {IsTruncated: true}},
	next_link: {body: {links: {next: '/r?page=2'}}},
	hal: {body: {_links: {next: {href: '/r?page=2'}}}},
	odata: {body: {'@odata.nextLink': '/r?skip=3'}},
	paging: {body: {paging: {next: {after: '3'}}}},
	link: {headers: {link: '</r?page=2>; rel="next"'}},
	next_cursor: {body: {response_metadata: {next_cursor: 'abc'}}},
	nextPageToken: {body: {nextPageToken: 'abc'}},
	continuationToken: {body: {continuationToken: 'abc'}},
	gitlab: {headers: {'X-Next-Page': '2'}},
	airtable: {body: {offset: 'itr1/rec2'}},
};

test('a sign of more that nothing follows is a failure with a way on, unless ignore_more', async () => {
	for (const [name, {body, headers = {}}] of Object.entries(signs)) {
		const answer: Respond = {json: {data: ids(0, 2), ...body}, headers};
		const {message, rows} = await walk(answer, {selector: 'data', paginator: singlePage()});
		match(
			message,
			/more rows follow, which nothing has read: .*To read on: paginator: .*ignore_more: true/,
			name,
		);
		strictEqual(rows.length, 2);
		strictEqual(
			(await walk(answer, {selector: 'data', paginator: singlePage({ignoreMore: true})})).message,
			'',
			name,
		);
	}
});

test('the sign is found beside the rows, however deep they are', async () => {
	const deep: Respond = {
		json: {data: {users: {nodes: ids(0, 2), totalCount: 9, pageInfo: {hasNextPage: true}}}},
	};
	const {message} = await walk(deep, {selector: 'data.users.nodes', paginator: singlePage()});
	match(message, /"data\.users\.pageInfo\.hasNextPage" is true, and the walk ended with 2 of 9 rows/);
});

test('no sign is what a row has, what a record has, what is null, and what leads to the page itself', async () => {
	const one = (json: object, selector: string) => walk({json}, {selector, paginator: singlePage()});
	const quiet: [object, string][] = [
		[{data: [{id: 1, has_more: true, next: '/x', total: 9}]}, 'data'],
		[{id: 7, total: 900, next: '/orders/8', items: [{sku: 1}]}, 'items'],
		[{order: {id: 1, has_more: true, next: '/x', total: 9}}, 'order'],
		[{has_more: true, next: '/x', total: 9}, '$'],
		[
			{
				data: ids(0, 2),
				next: null,
				next_cursor: '',
				nextPageToken: null,
				has_more: false,
				last: true,
				offset: 0,
			},
			'data',
		],
		[{data: ids(0, 2), next: '/r', next_page: 0, count: 2, total: 2}, 'data'],
		[{data: ids(0, 2), count: 100, limit: 100}, 'data'],
		[{data: ids(0, 2), total: -1}, 'data'],
		[{data: ids(0, 2), total: 1.5}, 'data'],
		[{data: ids(0, 2), meta: {total_count: 2, has_more: true}}, 'data'],
	];
	for (const [json, selector] of quiet)
		strictEqual((await one(json, selector)).message, '', JSON.stringify(json));
});

test('nothing is held against a walk that its author ends', async () => {
	const way = ways.offset as Way;
	const answer = list(way, 30, {body: {meta: {total: 30, has_more: true}}});
	const read = (options: object, more: object = {}) =>
		walk(answer, {selector: 'data', paginator: way.make({totalPath: null, ...options}), ...more});
	strictEqual((await read({maximumOffset: 6})).message, '');
	strictEqual((await read({}, {stopWhen: '@.id == 4'})).message, '');
	strictEqual((await read({}, {limit: {records: 4}})).message, '');
	strictEqual((await read({}, {limit: {pages: 1}})).message, '');
	const pages = {selector: 'data', paginator: pageNumber({totalPath: null, maximumPage: 2}) as Paginator};
	strictEqual(
		(await walk(list(ways.page_number as Way, 30, {body: {meta: {total: 30}}}), pages)).message,
		'',
	);
});

test('a page without rows is no end while a total, a number of pages or a flag promises more', async () => {
	const hidden = (way: Way, said: object): Respond => ({
		fn: request => {
			const from = way.from(request);
			const rows = from === SIZE ? [] : ids(from, Math.min(from + SIZE, 8));
			const on = from + SIZE < 12 ? way.on(from + SIZE) : {};
			return {json: {data: rows, ...said, ...on.body}, headers: on.headers ?? {}};
		},
	});
	const said = {rows: {meta: {total: 5}}, pages: {total_pages: 3}};
	for (const [type, way] of Object.entries(ways)) {
		const paginator = way.make(type === 'cursor' ? {stopAfterEmptyPage: true} : {});
		const {rows, message} = await walk(hidden(way, said.rows), {selector: 'data', paginator});
		deepStrictEqual([type, rows, message], [type, [...ids(0, 3), ...ids(6, 8)], '']);
	}
	const paged = await walk(hidden(ways.page_number as Way, said.pages), {
		selector: 'data',
		paginator: pageNumber({totalPath: 'total_pages'}) as Paginator,
	});
	deepStrictEqual([paged.rows.length, paged.message], [5, '']);
	const flagged: Respond = {
		fn: request => {
			const page = at(request, 'page');
			return {json: {data: page === 1 || page > 3 ? [] : ids(page, page + 1), has_more: page < 3}};
		},
	};
	const byFlag = await walk(flagged, {
		selector: 'data',
		paginator: pageNumber({totalPath: null}) as Paginator,
	});
	deepStrictEqual([byFlag.rows.map(({id}) => id), byFlag.message], [[0, 2, 3], '']);
});

test('pages without rows against a promise come to an end, which is a failure', async () => {
	for (const body of [{has_more: true}, {meta: {total: 9}}, {total_pages: 100_000}]) {
		const {message, requests} = await walk(
			{
				fn: request => ({
					json: {data: at(request, 'page') === 0 ? ids(0, 1) : [], ...body, page: at(request, 'page')},
				}),
			},
			{selector: 'data', paginator: pageNumber({totalPath: null}) as Paginator},
		);
		match(message, /more rows follow|1 of 9 rows|of 100,000 pages|empty|without rows/);
		strictEqual(requests.length <= 110, true, `${requests.length} requests`);
	}
});

test('an empty page that takes its total back does not take back what was stated before', async () => {
	const {message} = await walk(
		{
			fn: request =>
				at(request, 'offset') < 6
					? {json: {data: ids(at(request, 'offset'), at(request, 'offset') + 3), total: 12}}
					: {json: {data: [], total: 0}},
		},
		{selector: 'data', paginator: offset({limit: 3}) as Paginator},
	);
	match(message, /6 of 12 rows that the API stated/);
});

test('a number of pages counts for walks that go page by page', async () => {
	const way = ways.page_number as Way;
	const one = await walk(
		{json: {data: ids(0, 3), total_pages: 5}},
		{selector: 'data', paginator: singlePage()},
	);
	match(one.message, /1 of 5 pages that the API stated \("total_pages"\)/);
	const refused: Respond = {
		fn: request =>
			at(request, 'page') < 2
				? {json: {data: ids(at(request, 'page'), at(request, 'page') + 1), total_pages: 5}}
				: {status: 404, json: {detail: 'Invalid page.'}},
	};
	const cut = await walk(refused, {selector: 'data', paginator: way.make({})});
	match(cut.message, /2 of 5 pages that the API stated/);
	const header = await walk(list(way, 8, {headers: {'X-WP-TotalPages': '3'}}), {
		selector: 'data',
		paginator: way.make({}),
	});
	strictEqual(header.message, '');
	const middle = await walk(list(way, 8, {headers: {'X-Total-Pages': '3'}}), {
		selector: 'data',
		paginator: pageNumber({page: 1, totalPath: null}) as Paginator,
	});
	deepStrictEqual([middle.rows, middle.message], [ids(3, 8), '']);
});

test('a total that changes on the way is held by its smallest word, and told by its last', async () => {
	const codes: string[] = [];
	const totals = [8, 8, 12];
	const way = ways.offset as Way;
	const answer: Respond = {
		fn: request => {
			const from = way.from(request);
			return {json: {data: ids(from, Math.min(from + SIZE, 8)), meta: {total: totals[from / SIZE] ?? 12}}};
		},
	};
	const {message} = await walk(answer, {
		selector: 'data',
		paginator: offset({limit: SIZE, totalPath: null}) as Paginator,
		onWarning: ({code}) => void codes.push(code),
	});
	strictEqual(message, '');
	deepStrictEqual(codes, ['total-not-reached']);
});

const typo = async (json: object, paginator: unknown, params = {}) => {
	const told: string[] = [];
	const {message} = await walk(
		{json},
		{
			selector: 'data',
			params,
			paginator: paginator as Paginator,
			onWarning: ({code, message}) => void told.push(`${code}: ${message}`),
		},
	);
	return [message, ...told].join('\n');
};

test('a path that led to nothing is told where the only page looks full, with what is there instead', async () => {
	const full = {data: ids(0, 50), meta: {after: null, size: 50}};
	match(
		await typo(full, jsonLink({nextUrlPath: 'meta.following'})),
		/path-not-found: next_url_path "meta\.following" led to nothing.*"meta" is there, and has: after, size/,
	);
	match(
		await typo({data: ids(0, 7)}, cursor({cursorPath: 'next'}), {limit: 7}),
		/path-not-found: cursor_path "next"/,
	);
	match(await typo({data: ids(0, 7), Next: null}, jsonLink()), /path-not-found: .*did you mean "Next"\?/);
	match(
		await typo({data: ids(0, 7), cursorAfter: 'abc'}, cursor({cursorPath: 'cursor_after'})),
		/^r: .*did you mean "cursorAfter"\?/,
	);
	match(
		await typo({data: ids(0, 7)}, cursor({cursorPath: 'data[-1].uid'})),
		/^r: .*"data\[-1\]" is there, and has: id/,
	);
});

test('such a path is no news on a page that is short, or where it is there and null', async () => {
	strictEqual(await typo({data: ids(0, 7)}, jsonLink()), '');
	strictEqual(await typo({data: ids(0, 50), next: null}, jsonLink()), '');
	strictEqual(await typo({data: ids(0, 50)}, cursor({cursorPath: 'next'}), {limit: 100}), '');
	strictEqual(await typo({data: ids(0, 50)}, singlePage()), '');
	doesNotMatch(await typo({data: ids(0, 11)}, auto()), /page-looks-full/);
	match(await typo({data: ids(0, 10)}, auto()), /page-looks-full/);
	match(
		await typo({data: ids(0, 100)}, auto()),
		/page-looks-full: one page of 100 rows, which is a usual size of a page/,
	);
	strictEqual(await typo({data: ids(0, 99)}, auto()), '');
	strictEqual(await typo({data: ids(0, 21)}, auto()), '');
	strictEqual(await typo({data: ids(0, 100)}, cursor({cursorPath: 'paging.next.after'})), '');
	strictEqual(await typo({data: ids(0, 100), next: null}, auto(), {limit: 100}), '');
	match(await typo({data: ids(0, 100)}, auto(), {limit: 100}), /page-looks-full: one page of 100 rows/);
});
