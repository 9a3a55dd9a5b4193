import {deepStrictEqual, match, strictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import type {Page} from '../../../src/core/page.ts';
import {client} from '../../../src/http/client.ts';
import type {ResponseRule} from '../../../src/http/rules/response-rules.ts';
import {cursor} from '../../../src/plugins/paginators/cursor.ts';
import {headerLink} from '../../../src/plugins/paginators/header-link.ts';
import {offset} from '../../../src/plugins/paginators/offset.ts';
import {pageNumber} from '../../../src/plugins/paginators/page-number.ts';
import type {Paginator} from '../../../src/resource/paging/paginator.ts';
import {type ResourceOptions, resource} from '../../../src/resource/resource.ts';
import type {Answer} from '../../helpers/respond.ts';
import {type Route, startServer} from '../../helpers/server.ts';

async function read(
	answers: readonly Answer[],
	paginator: Paginator,
	responseActions: readonly ResponseRule[],
	options: Partial<ResourceOptions> = {},
) {
	const server = await startServer([
		...answers.map((respond): Route => ({path: '/r', times: 1, respond})),
		{path: '/r', respond: {json: []}},
	]);
	const pages: Page[] = [];
	let error: unknown;
	await using api = client({baseUrl: server.url, retry: {maxRetries: 0}});
	try {
		for await (const page of resource(api, {name: 'r', paginator, responseActions, ...options}))
			pages.push(page);
	} catch (caught) {
		error = caught;
	} finally {
		await server.close();
	}
	const cursors = pages.map(page => page.cursor);
	return {
		rows: pages.flatMap(page => [...page.records]),
		pages: pages.length,
		cursors,
		requests: server.requests.length,
		error,
	};
}

const row = (id: number) => ({id});

test('ignore makes an empty page, and paging goes on where the next place is known', async () => {
	const pages = pageNumber({basePage: 1, maximumPage: 4, stopAfterEmptyPage: false, totalPath: null});
	const answers = [{json: [row(1)]}, {status: 404, json: {error: 'no such page'}}, {json: [row(3)]}];
	const {rows, requests, error} = await read(answers, pages, [{status: 404, action: 'ignore'}]);
	strictEqual(error, undefined);
	deepStrictEqual([rows, requests], [[row(1), row(3)], 3]);
});

const paginators = {
	offset: offset({limit: 1, totalPath: null}),
	page_number: pageNumber({basePage: 1, totalPath: null}),
};
for (const [name, paginator] of Object.entries(paginators)) {
	test(`${name}: after a page that is ignored the next one is read`, async () => {
		const answers = [{json: [row(1)]}, {status: 404, text: 'gone'}, {json: [row(3)]}, {json: [row(4)]}];
		const {rows, requests, error} = await read(answers, paginator, [{status: 404, action: 'ignore'}]);
		strictEqual(error, undefined);
		deepStrictEqual([rows, requests], [[row(1), row(3), row(4)], 5]);
	});

	test(`${name}: a first page that is ignored, and two of them in a row, are the end`, async () => {
		const gone = {status: 404, text: 'gone'};
		const rules: ResponseRule[] = [{status: 404, action: 'ignore'}];
		const first = await read([gone, {json: [row(2)]}], paginator, rules);
		deepStrictEqual([first.rows, first.requests, first.error], [[], 1, undefined]);
		const end = await read([{json: [row(1)]}, gone, gone, {json: [row(4)]}], paginator, rules);
		deepStrictEqual([end.rows, end.requests, end.error], [[row(1)], 3, undefined]);
	});
}

test('ignore follows the link of the answer that it ignores', async () => {
	const answers = [
		{status: 403, headers: {link: '<{{BASE}}/r?page=2>; rel="next"'}, text: 'not for you'},
		{json: [row(2)]},
	];
	const {rows, requests} = await read(answers, headerLink(), [{status: 403, action: 'ignore'}]);
	deepStrictEqual([rows, requests], [[row(2)], 2]);
});

test('ignore ends the resource where the paginator cannot tell the next place', async () => {
	const answers = [{json: {data: [row(1)], next: 'a'}}, {status: 404, text: 'gone'}];
	const {rows, cursors, requests, error} = await read(
		answers,
		cursor({cursorPath: 'next'}),
		[{status: 404, action: 'ignore'}],
		{
			selector: 'data',
		},
	);
	strictEqual(error, undefined);
	deepStrictEqual([rows, requests], [[row(1)], 2]);
	const [first, end] = cursors as [Record<string, unknown>, null];
	deepStrictEqual([first.at, first.seen, end], ['a', {rows: 1, pages: 1, most: 1}, null]);
});

test('stop keeps the rows that came, those of its own page as well, and asks no more', async () => {
	const answers = [
		{json: {data: [row(1), row(2)]}},
		{json: {data: [row(3), row(4)], notice: 'quota reached'}},
	];
	const rules: ResponseRule[] = [{jsonPath: 'notice', action: 'stop'}];
	const {rows, requests, cursors} = await read(answers, offset({limit: 2}), rules, {selector: 'data'});
	deepStrictEqual([rows, requests], [[row(1), row(2), row(3), row(4)], 2]);
	strictEqual(cursors.at(-1), null);
});

test('stop takes a message for no record, with a selector and without', async () => {
	const rules: ResponseRule[] = [{content: 'enough', action: 'stop'}];
	for (const options of [{}, {selector: 'data'}]) {
		const {rows, requests, error} = await read(
			[{json: {message: 'enough'}}],
			offset({limit: 2}),
			rules,
			options,
		);
		deepStrictEqual([rows, requests, error], [[], 1, undefined]);
	}
});

test('skip ends at once, without a page', async () => {
	const {pages, requests, error} = await read([{status: 403, text: 'forbidden'}], offset({limit: 2}), [
		{status: [403, 404], action: 'skip'},
	]);
	deepStrictEqual([pages, requests, error], [0, 1, undefined]);
});

test('fail names the resource and the message of the user', async () => {
	const {error} = await read([{json: {error: {code: 'plan'}}}], offset({limit: 2}), [
		{jsonPath: 'error.code', jsonValue: 'plan', action: 'fail', message: 'Upgrade the plan of the account'},
	]);
	match(
		String(error),
		/^RequestError: r: GET \S+ answered 200: \{"error": ?\{"code": ?"plan"\}\}\. Upgrade the plan of the account$/,
	);
});
