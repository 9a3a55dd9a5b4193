/**
 * Under `auto`, a first page of a usual size, and nothing in it that says whether more follow: the server is
 * asked for a second page. Whole lists cost two requests at most, and cut ones are read on.
 */
import {deepStrictEqual, match, ok, strictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import {auto} from '../../src/plugins/paginators/auto.ts';
import type {Paginator} from '../../src/resource/paging/paginator.ts';
import type {ResourceOptions} from '../../src/resource/resource.ts';
import type {Answer} from '../helpers/respond.ts';
import type {RecordedRequest} from '../helpers/server.ts';
import {ids, walk} from '../resource/walk.ts';

type Asked = Record<string, string[] | undefined>;
const number = (query: Asked, name: string, otherwise = 0): number => Number(query[name]?.[0] ?? otherwise);

async function read(answer: (query: Asked, nth: number) => Answer, options: Partial<ResourceOptions> = {}) {
	const warnings: string[] = [];
	let nth = 0;
	const fn = ({query}: RecordedRequest) => answer(query, nth++);
	const walked = await walk(
		{fn},
		{
			paginator: auto() as Paginator,
			onWarning: ({code}) => void warnings.push(code),
			...options,
		},
		{retry: {maxRetries: 2, delayMs: 1}, sleep: async () => {}},
	);
	return {...walked, warnings, asked: walked.requests.length};
}

const byPage = (total: number, size: number) => (query: Asked) => {
	const from = (number(query, 'page', 1) - 1) * size;
	return {json: ids(from, Math.min(from + size, total))};
};
const byPageFromZero = (total: number, size: number) => (query: Asked) => {
	const from = number(query, 'page', 0) * size;
	return {json: ids(from, Math.min(from + size, total))};
};
const byOffset = (total: number, size: number) => (query: Asked) => {
	const from = number(query, 'offset');
	return {json: {results: ids(from, Math.min(from + number(query, 'limit', size), total))}};
};

for (const size of [10, 20, 25, 30, 50, 100]) {
	test(`a list that is cut at ${size} rows is read on, by page or by offset`, async () => {
		for (const total of [size + 1, 2 * size, 3 * size + 7]) {
			for (const server of [byPage(total, size), byPageFromZero(total, size), byOffset(total, size)]) {
				for (const concurrency of [1, 4]) {
					const {rows, message, warnings} = await read(server, {concurrency});
					deepStrictEqual([message, warnings, rows], ['', [], ids(0, total)]);
				}
			}
		}
	});

	test(`a whole list of ${size} rows costs two requests more at most, and no row comes twice`, async () => {
		const all = ids(0, size);
		const servers: Record<string, (query: Asked, nth: number) => Answer> = {
			'no rows there': byPage(size, size),
			'no rows there, counted from 0': byPageFromZero(size, size),
			'no rows there, by offset': byOffset(size, size),
			'no such page': query =>
				number(query, 'page') > 1 ? {status: 404, json: {detail: 'Invalid page.'}} : {json: all},
		};
		for (const [what, server] of Object.entries(servers)) {
			const {rows, message, warnings, asked} = await read(server);
			deepStrictEqual([message, warnings, rows], ['', [], all], what);
			ok(asked <= 3, `${what}: ${asked} requests`);
		}
	});

	test(`a server that takes no parameter has one page of ${size} rows, and that is told`, async () => {
		const all = ids(0, size);
		const servers: Record<string, (query: Asked, nth: number) => Answer> = {
			'the same rows': () => ({json: all}),
			'the same rows in another order': (_, nth) => ({json: nth === 0 ? all : all.toReversed()}),
			'some of the rows, as the parameter is a filter': query => ({json: query.page ? all.slice(2, 4) : all}),
			'a refusal': query => (query.page ? {status: 400, json: {error: 'unknown: page'}} : {json: all}),
			'something else': query => ({json: query.page ? {message: 'what?'} : all}),
			'no JSON': query => (query.page ? {text: '<html>'} : {json: all}),
		};
		for (const [what, server] of Object.entries(servers)) {
			const {rows, message, warnings, asked} = await read(server);
			deepStrictEqual([message, rows], ['', all], what);
			deepStrictEqual(warnings, ['page-looks-full'], what);
			ok(asked <= (what === 'no JSON' ? 4 : 3), `${what}: ${asked} requests`);
		}
	});
}

test('nothing is asked where something says that this is all, or the request says what it wants', async () => {
	const all = ids(0, 20);
	const servers: Record<string, [Answer, Partial<ResourceOptions>?]> = {
		'a total with a number of pages': [{json: {total: 20, total_pages: 1, items: all}}],
		'a flag': [{json: {has_more: false, items: all}}],
		'a null link': [{json: {next: null, items: all}}],
		'links that lead back': [{json: all, headers: {link: '</r>; rel="first"'}}],
		'an odd number of rows': [{json: ids(0, 19)}],
		'a page that was asked for': [{json: all}, {params: {page: 1}}],
		'fewer rows than were asked for': [{json: all}, {params: {per_page: 100}}],
		ignore_more: [{json: all}, {paginator: auto({ignoreMore: true}) as Paginator}],
	};
	for (const [what, [answer, options]] of Object.entries(servers)) {
		const {rows, message, asked} = await read(() => answer, options);
		deepStrictEqual([message, rows.length, asked], ['', what.includes('odd') ? 19 : 20, 1], what);
	}
	const posted = await read(() => ({json: all}), {method: 'POST'});
	deepStrictEqual([posted.message, posted.asked], ['', 1]);
});

test('a count of the rows of the page says nothing of the others', async () => {
	const {rows, message} = await read(query => {
		const json = byPage(45, 20)(query).json;
		return {json: {count: json.length, items: json}};
	});
	deepStrictEqual([message, rows], ['', ids(0, 45)]);
});

test('a total without a word of how to go on is asked for too', async () => {
	for (const server of [byPage(45, 20), byPageFromZero(45, 20), byOffset(45, 20)]) {
		const {rows, message, warnings} = await read(query => {
			const {json} = server(query);
			return {json: {total: 45, results: Array.isArray(json) ? json : json.results}};
		});
		deepStrictEqual([message, warnings, rows], ['', [], ids(0, 45)]);
	}
	const cut = await read(() => ({json: {total: 45, results: ids(0, 20)}}));
	match(cut.message, /20 of 45 rows/);
});

test('a run that goes on after the first page asks then', async () => {
	const first = await read(byPage(45, 20), {limit: {pages: 1}});
	const {cursor} = first.pages[0] ?? {};
	strictEqual(first.asked, 1);
	ok(cursor != null);
	const rest = await read(byPage(45, 20), {cursor: JSON.parse(JSON.stringify(cursor))});
	deepStrictEqual([rest.message, rest.rows], ['', ids(20, 45)]);
});

test('a page that comes from a list that moves is a page all the same', async () => {
	const {rows, message} = await read((query, nth) => {
		const all = [...(nth > 0 ? [{id: 900}] : []), ...ids(0, 45)];
		const from = (number(query, 'page', 1) - 1) * 20;
		return {json: all.slice(from, from + 20)};
	});
	strictEqual(message, '');
	deepStrictEqual(
		ids(0, 45).filter(({id}) => !rows.some(row => row.id === id)),
		[],
	);
});

test('a signal that says stop while it is asked ends the walk as ever', async () => {
	const abort = new AbortController();
	const {message} = await read(
		(query: Asked) => {
			if (query.page) abort.abort(new Error('enough'));
			return {json: ids(0, 20)};
		},
		{signal: abort.signal},
	);
	match(message, /enough|abort/i);
});
