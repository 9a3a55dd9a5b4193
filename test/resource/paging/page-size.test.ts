/** Under `auto`, larger pages than the server's own, where it is known that it gives them. */
import {deepStrictEqual, strictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import {auto} from '../../../src/plugins/paginators/auto.ts';
import {guesses} from '../../../src/resource/paging/detect.ts';
import {type Guess, linesOf} from '../../../src/resource/paging/guess.ts';
import {largerPage} from '../../../src/resource/paging/page-size.ts';
import type {Paginator} from '../../../src/resource/paging/paginator.ts';
import type {ResourceOptions} from '../../../src/resource/resource.ts';
import type {Answer} from '../../helpers/respond.ts';
import type {RecordedRequest} from '../../helpers/server.ts';
import {ids, walk} from '../walk.ts';

const TOTAL = 205;
const all = ids(0, TOTAL);
const number = ({query}: RecordedRequest, name: string, otherwise: number): number =>
	Number(query[name]?.[0] ?? otherwise);

async function read(fn: (request: RecordedRequest) => Answer, options: Partial<ResourceOptions> = {}) {
	const found: Guess[] = [];
	const warnings: string[] = [];
	const paginator = auto({onDetected: guess => void found.push(guess)}) as Paginator;
	const walked = await walk({fn}, {paginator, onWarning: ({code}) => void warnings.push(code), ...options});
	return {...walked, found, warnings, asked: walked.requests.length};
}

/** Pages of 20 rows, or as many as `size` makes of what was asked for. */
const paged =
	(size: (asked: number | undefined) => number, hasLinks = false) =>
	(request: RecordedRequest): Answer => {
		const rows = size(request.query.per_page ? number(request, 'per_page', 0) : undefined);
		const page = number(request, 'page', 1);
		const data = ids((page - 1) * rows, Math.min(page * rows, TOTAL));
		const next = page * rows < TOTAL ? `/r?page=${page + 1}` : null;
		return hasLinks
			? {json: {data, meta: {page, per_page: rows}, links: {next}}}
			: {json: {data, page, per_page: rows, total: TOTAL, total_pages: Math.ceil(TOTAL / rows)}};
	};
const honest = (asked = 20): number => Math.min(asked, 100);

test('a list of 205 rows in pages of 20 takes four requests in place of eleven', async () => {
	for (const concurrency of [1, 4]) {
		const {rows, message, warnings, requests, found} = await read(paged(honest), {concurrency});
		deepStrictEqual([message, warnings, rows], ['', [], all]);
		deepStrictEqual(
			requests.map(({query}) => [query.page?.[0], query.per_page?.[0]]),
			[
				[undefined, undefined],
				[undefined, '100'],
				['2', '100'],
				['3', '100'],
			],
		);
		deepStrictEqual(found.map(linesOf), [
			['params: {per_page: 100}', 'paginator: {type: page_number, base_page: 1, total_path: total_pages}'],
		]);
	}
});

test('a server that gives fewer than it is asked for is read on in pages of its own', async () => {
	const capped = await read(paged((asked = 20) => Math.min(asked, 50)));
	deepStrictEqual([capped.message, capped.warnings, capped.rows, capped.asked], ['', [], all, 6]);
	const deaf = await read(paged(() => 20));
	deepStrictEqual([deaf.message, deaf.warnings, deaf.rows, deaf.asked], ['', [], all, 12]);
	strictEqual(deaf.found[0]?.size, undefined);
});

test('a server that refuses the size, or takes it for a filter, is asked as before', async () => {
	const plain = paged(() => 20);
	const servers: Record<string, (request: RecordedRequest) => Answer> = {
		'refuses it': request =>
			request.query.per_page ? {status: 400, json: {error: 'per_page is at most 20'}} : plain(request),
		'finds it too much': request =>
			request.query.per_page ? {status: 413, json: {error: 'too much'}} : plain(request),
		'takes it for a filter': request => (request.query.per_page ? {json: {data: ids(3, 5)}} : plain(request)),
		'sends other rows': request => (request.query.per_page ? {json: {data: ids(50, 150)}} : plain(request)),
	};
	for (const [what, server] of Object.entries(servers)) {
		const {rows, message, asked} = await read(server);
		deepStrictEqual([message, rows, asked], ['', all, 13], what);
	}
});

test('a next link that has lost the size gets it back, as it counts pages of that size', async () => {
	const {rows, message, requests} = await read(paged(honest, true));
	deepStrictEqual([message, rows], ['', all]);
	deepStrictEqual(
		requests.map(({query}) => query.per_page?.[0]),
		[undefined, '100', '100', '100'],
	);
});

test('an offset goes on by the rows that came, with the limit that the server says', async () => {
	const {rows, message, asked, found} = await read(request => {
		const limit = Math.min(number(request, 'limit', 20), 60);
		const offset = number(request, 'offset', 0);
		return {json: {items: ids(offset, Math.min(offset + limit, TOTAL)), offset, limit, total: TOTAL}};
	});
	deepStrictEqual([message, rows, asked], ['', all, 5]);
	deepStrictEqual(found.map(linesOf), [['paginator: {type: offset, limit: 60, total_path: total}']]);
});

test('nothing is asked twice where the request says how much it wants, is no GET, or would not gain by it', async () => {
	const short = (request: RecordedRequest): Answer => {
		const page = number(request, 'page', 1);
		return {
			json: {
				data: ids((page - 1) * 20, Math.min(page * 20, 30)),
				page,
				per_page: 20,
				total_pages: 2,
				total: 30,
			},
		};
	};
	strictEqual((await read(short)).asked, 2);
	strictEqual((await read(paged(honest), {params: {per_page: 50}})).asked, 5);
	strictEqual((await read(paged(honest), {method: 'POST'})).requests[1]?.query.per_page, undefined);
});

test('a walk that goes on from any page brings the rest', async () => {
	const {pages} = await read(paged(honest));
	for (const [i, {cursor}] of pages.slice(0, -1).entries()) {
		const rest = await read(paged(honest), {cursor: JSON.parse(JSON.stringify(cursor))});
		deepStrictEqual([rest.message, rest.rows], ['', ids((i + 1) * 100, TOTAL)]);
	}
});

test('what APIs give is known by their address, by a header, or by a link; never by a count of rows', () => {
	const table: [url: string, body: object | null, headers: Record<string, string>, size: unknown][] = [
		['https://api.github.com/orgs/x/repos', null, {link: '</repos?page=2>; rel="next"'}, ['per_page', 100]],
		['https://shop.myshopify.com/admin/api/orders.json', {next: '/a?page_info=x'}, {}, ['limit', 250]],
		['https://host.example/api/v4/projects', null, {'x-next-page': '2'}, ['per_page', 100]],
		['https://a.example/r', null, {'x-next-page': '2', 'x-per-page': '20'}, ['per_page', 100]],
		['https://a.example/r', {next: '/r?offset=20&limit=20'}, {}, ['limit', 100]],
		['https://a.example/r', {next_cursor: 'x', count: 20}, {}, undefined],
		['https://a.example/r', {next_cursor: 'x'}, {}, undefined],
		['https://api.github.com/repos?per_page=30', null, {link: '</repos?page=2>; rel="next"'}, undefined],
	];
	for (const [url, fields, headers, expected] of table) {
		const body = fields === null ? ids(0, 20) : {...fields, data: ids(0, 20)};
		const answer = {body, headers, url: new URL(url), received: 20, isList: true, records: ids(0, 20)};
		const size = largerPage(answer, guesses(answer)[0] as Guess);
		deepStrictEqual(size && [size.param, size.rows], expected, url);
	}
});
