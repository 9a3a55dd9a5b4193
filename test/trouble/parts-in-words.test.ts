/**
 * Answers that say by numbers or in words that their rows are not all, and others that only look so. Numbers
 * are failures, words are warnings.
 */
import {deepStrictEqual, match, strictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import {auto} from '../../src/plugins/paginators/auto.ts';
import {cursor} from '../../src/plugins/paginators/cursor.ts';
import {offset} from '../../src/plugins/paginators/offset.ts';
import {pageNumber} from '../../src/plugins/paginators/page-number.ts';
import {singlePage} from '../../src/plugins/paginators/single-page.ts';
import type {Paginator} from '../../src/resource/paging/paginator.ts';
import type {ResourceOptions} from '../../src/resource/resource.ts';
import type {Answer} from '../helpers/respond.ts';
import type {RecordedRequest} from '../helpers/server.ts';
import {ids, walk} from '../resource/walk.ts';

const rows = ids(0, 20);

async function read(
	answer: Answer | ((request: RecordedRequest, nth: number) => Answer),
	paginator: unknown = singlePage(),
	options: Partial<ResourceOptions> = {},
) {
	const warnings: string[] = [];
	let nth = 0;
	const {
		rows: came,
		message,
		requests,
	} = await walk(
		{fn: request => (typeof answer === 'function' ? answer(request, nth++) : answer)},
		{
			paginator: paginator as Paginator,
			onWarning: ({code, message}) => void warnings.push(`${code}: ${message}`),
			...options,
		},
		{retry: {maxRetries: 0}},
	);
	return {count: came.length, message, warnings, requests: requests.length};
}

const signs: Readonly<Record<string, object>> = {
	'from, to, of': {from: 1, to: 20, of: 45},
	'from 0': {range: {from: 0, to: 19, of: 45}},
	'start and end, where the end is the next row': {meta: {start: 0, end: 20, of: 45}},
	'first, last, total': {showing: {first: 1, last: 20, total: 45}},
	'start, end, size': {pagination: {start: 1, end: 20, size: 45}},
	'first_item and last_item': {page: {first_item: 1, last_item: 20, of: 45}},
	'items 1-20 of 350': {summary: 'items 1-20 of 350'},
	'Showing 1 to 20 of 45 entries': {info: {text: 'Showing 1 to 20 of 45 entries'}},
	'1–20/45': {range: '1–20/45'},
	'20 of 1,250 results': {meta: {label: '20 of 1,250 results'}},
	'20 of 45': {shown: '20 of 45'},
	'page 1 of 3': {page: '1 of 3'},
	'Page 1 of 3': {meta: {caption: 'Page 1 of 3'}},
	'1/3': {pagination: {page: '1/3'}},
	'page and of': {page: 1, of: 3},
	'current and of': {page: {current: 1, of: 3}},
	'current and total': {page: {current: 1, total: 3}},
	'number and last': {page: {number: 1, last: 3}},
	remaining: {remaining: 25},
	'remaining as text': {paging: {remaining: '25'}},
	'remaining beside the size of the page': {limit: 20, offset: 0, remaining: 25},
	items_left: {items_left: 25},
	remainingItemCount: {metadata: {remainingItemCount: 25}},
	pages_left: {meta: {pages_left: 2}},
	more: {more: 25},
	more_items: {more_items: 25},
	'has_more: 1': {has_more: 1},
	'has_more: yes': {has_more: 'yes'},
	'state: partial': {status: 'partial'},
	'status: more': {paging: {status: 'more'}},
	partialResults: {responseHeader: {partialResults: true}},
};

for (const [what, around] of Object.entries(signs)) {
	test(`${what}: one page of a list of several is a failure`, async () => {
		const {count, message} = await read({json: {...around, data: rows}});
		strictEqual(count, 20);
		match(message, /20 of \d[\d,]* rows|1 of 3 pages|more rows follow/);
	});
}

test('headers say so as well', async () => {
	const headers = {
		'x-page': '1 of 3',
		'x-range': 'items 0-19/45',
		'x-has-more': 'true',
		'x-more-results': '25',
		'x-items-left': '25',
		'x-truncated': 'true',
		'x-complete': 'false',
	};
	for (const [key, value] of Object.entries(headers)) {
		const {message} = await read({json: rows, headers: {[key]: value}});
		match(message, /20 of 45 rows|1 of 3 pages|more rows follow/, key);
	}
});

test('require_total: false allows numbers that count something else', async () => {
	const allowed = singlePage({requireTotal: false});
	for (const around of [
		{remaining: 25},
		{range: {from: 1, to: 20, of: 45}},
		{page: '1 of 3'},
		{page: 1, of: 3},
	]) {
		const {message, warnings} = await read({json: {...around, data: rows}}, allowed);
		deepStrictEqual([message, warnings], ['', []], JSON.stringify(around));
	}
});

const innocents: Readonly<Record<string, Answer>> = {
	'the last page in words': {json: {data: rows, page: '3 of 3'}},
	'the only page': {json: {data: rows, page: 1, of: 1}},
	'all rows': {json: {data: rows, range: {from: 1, to: 20, of: 20}}},
	'all rows in words': {json: {data: rows, summary: 'Showing 1 to 20 of 20 entries'}},
	'the last slice of a list': {json: {data: rows, range: {from: 26, to: 45, of: 45}}},
	'nothing remains': {json: {data: rows, remaining: 0, more_items: 0, items_left: 0}},
	'requests that remain': {json: {data: rows, rate_limit: {limit: 60, remaining: 59, reset: 1700000000}}},
	'requests that remain, at the root': {json: {data: rows, limit: 60, remaining: 59, reset: 1700000000}},
	'requests that remain, in meta': {json: {data: rows, meta: {limit: 1000, remaining: 999}}},
	'a quota': {json: {data: rows, quota_max: 300, quota_remaining: 299, has_more: false}},
	credits: {json: {data: rows, credits: {left: 12}, credits_left: 12, requests_remaining: 7}},
	'headers of a rate limit': {
		json: rows,
		headers: {
			'x-ratelimit-remaining': '40',
			'ratelimit-remaining': '40',
			'x-remaining': '40',
			'x-rate-limit': '1/60',
		},
	},
	'a box': {json: {data: rows, meta: {left: 10, top: 20, right: 30, bottom: 40}}},
	'a period': {json: {data: rows, from: 1700000000, to: 1700086400, size: 86400}},
	dates: {json: {data: rows, range: {from: '2024-01-01', to: '2024-01-31'}}},
	'a fraction': {json: {data: rows, scale: '1/25000', version: '1 of many'}},
	'a date with slashes': {json: {data: rows, date: '1/2/2024', day: '1-2/2024'}},
	'a title': {json: {data: rows, title: 'Chapter 1 of 3', name: 'Part 2 from 5'}},
	'no warnings': {
		json: {data: rows, warnings: [], warning: null, notices: {}, messages: ['OK']},
		headers: {warning: ''},
	},
	'a deprecation': {
		json: {data: rows, warnings: ['The field name is deprecated']},
		headers: {
			warning: '299 - "v1beta1 is deprecated"',
			deprecation: 'true',
			sunset: 'Sat, 31 Dec 2026 23:59:59 GMT',
		},
	},
	'a message that all is well': {json: {data: rows, message: 'Results found', note: 'no more results'}},
	'costs of GraphQL': {
		json: {
			data: rows,
			extensions: {
				cost: {requestedQueryCost: 12, throttleStatus: {maximumAvailable: 1000, currentlyAvailable: 990}},
			},
		},
	},
	'no errors': {
		json: {data: rows, meta: {errors: [], error: null, error_count: 0}, extensions: {errors: []}},
	},
	'a report of errors': {json: {data: rows, meta: {errors: 3}}},
};

for (const [what, answer] of Object.entries(innocents)) {
	test(`${what}: nothing is said`, async () => {
		const {count, message, warnings} = await read(answer);
		deepStrictEqual([count, message, warnings], [20, '', []]);
	});
}

const pageOf = ({query}: RecordedRequest): number => Number(query.page?.[0] ?? 1);
const byPage =
	(total: number, around: (page: number, rows: object[]) => object) => (request: RecordedRequest) => {
		const page = pageOf(request);
		const data = ids((page - 1) * 20, Math.min(page * 20, total));
		return {json: {...around(page, data), data}};
	};
const counting = () => pageNumber({basePage: 1, totalPath: null});

test('a walk that reads all pages is whole, whatever its pages count', async () => {
	const arounds: Readonly<Record<string, (page: number, rows: object[]) => object>> = {
		range: (page, {length}) =>
			length
				? {range: {from: page * 20 - 19, to: page * 20 - 20 + length, of: 45}}
				: {range: {from: 0, to: 0, of: 45}},
		words: (page, {length}) => ({
			label: length ? `${page * 20 - 19}-${page * 20 - 20 + length} of 45` : '0 of 45',
		}),
		pages: page => ({page: `${page} of 3`}),
		remaining: page => ({remaining: Math.max(45 - page * 20, 0)}),
		messages: page => ({message: `Showing ${page * 20 - 19} to ${page * 20}, there are more results`}),
		'requests that remain': page => ({remaining: 1000 - page}),
	};
	for (const [what, around] of Object.entries(arounds)) {
		const {count, message, warnings} = await read(byPage(45, around), counting());
		deepStrictEqual([count, message, warnings], [45, '', []], what);
	}
});

test('a walk that ends before them is a failure', async () => {
	const arounds: Readonly<Record<string, object>> = {
		'more rows follow': {remaining: 60},
		'of 100 rows': {range: {from: 21, to: 40, of: 100}},
		'of 5 pages': {page: '2 of 5'},
	};
	for (const [text, around] of Object.entries(arounds)) {
		const answer = ({query}: RecordedRequest) => {
			const at = Number(query.at?.[0] ?? 0);
			return {json: {data: ids(at, at + 20), next: at === 0 ? '20' : null, ...(at > 0 && around)}};
		};
		const {message} = await read(answer, cursor({cursorPath: 'next', cursorParam: 'at'}));
		match(message, new RegExp(text));
	}
});

test('auto fails as well, or reads all pages', async () => {
	for (const around of [
		{range: {from: 1, to: 20, of: 45}},
		{label: '1-20 of 45'},
		{page: '1 of 3'},
		{remaining: 25},
	]) {
		const {message} = await read({json: {...around, data: rows}}, auto());
		match(message, /20 of 45 rows|1 of 3 pages|more rows follow/);
	}
});

const errors: Readonly<Record<string, [object, string?]>> = {
	'extensions of GraphQL': [
		{data: {users: rows}, extensions: {errors: [{message: 'timeout'}]}},
		'data.users',
	],
	'one error in extensions': [{data: {users: rows}, extensions: {error: 'timeout'}}, 'data.users'],
	'beside the rows, inside data': [{data: {users: rows, errors: [{message: 'timeout'}]}}, 'data.users'],
	meta: [{data: rows, meta: {errors: ['timeout']}}],
	metadata: [{data: rows, metadata: {error: {message: 'timeout'}}}],
	'a header of the response': [{data: rows, responseHeader: {error: 'timeout'}}],
	status: [{data: rows, status: {error_message: 'timeout'}}],
	'a search that gave up': [{data: rows, meta: {timed_out: true}}],
};

for (const [what, [json, selector]] of Object.entries(errors)) {
	test(`an error in ${what} beside rows is a failure`, async () => {
		const {message} = await read({json}, singlePage(), selector ? {selector} : {});
		match(message, /answered 200 with an error in the body.*time/);
	});
}

const said: Readonly<Record<string, Answer>> = {
	'a Warning header of 199': {json: rows, headers: {warning: '199 - "only some of the shards answered"'}},
	'a Warning header of 299': {json: rows, headers: {warning: '299 api.example "results were cut"'}},
	'a stale copy': {json: rows, headers: {warning: '110 - "Response is Stale"'}},
	'X-Warning': {json: rows, headers: {'x-warning': 'results truncated'}},
	'a header of its own': {json: rows, headers: {'x-api-warning': 'results truncated'}},
	'a list of warnings': {json: {data: rows, warnings: ['results truncated']}},
	'a warning': {json: {data: rows, warning: 'results truncated'}},
	'warnings with messages': {
		json: {data: rows, meta: {warnings: [{code: 'W1', message: 'results truncated'}]}},
	},
	'warnings of MediaWiki': {json: {data: rows, warnings: {main: {'*': 'Unrecognized parameter: limi.'}}}},
	'warnings of GraphQL': {json: {data: rows, extensions: {warnings: [{message: 'results truncated'}]}}},
	'a notice': {json: {data: rows, notice: 'Free accounts see the first 20 rows'}},
	'a message': {json: {data: rows, message: 'Showing the first 20 results. Upgrade your plan to see all'}},
};

for (const [what, answer] of Object.entries(said)) {
	test(`${what} is told as a warning, once`, async () => {
		const {count, message, warnings} = await read(answer);
		deepStrictEqual([count, message, warnings.length], [20, '', 1]);
		match(warnings[0] ?? '', /^api-warning: the API says, at /);
		deepStrictEqual((await read(answer, singlePage({ignoreMore: true}))).warnings, []);
	});
}

test('a 204 after full pages is told, and one after a short page or a total is the end', async () => {
	const until =
		(total: number, around: object = {}) =>
		(request: RecordedRequest) => {
			const at = Number(request.query.offset?.[0] ?? (pageOf(request) - 1) * 20);
			const data = ids(at, Math.min(at + 20, total));
			return data.length === 0 ? {status: 204} : {json: {...around, data}};
		};
	for (const paginator of [counting, () => offset({limit: 20, totalPath: null})]) {
		const full = await read(until(40), paginator());
		deepStrictEqual([full.count, full.message], [40, '']);
		deepStrictEqual(
			full.warnings.map(text => text.split(':')[0]),
			['no-content'],
		);
		for (const answer of [until(45), until(7), until(1)])
			deepStrictEqual((await read(answer, paginator())).warnings, []);
	}
	deepStrictEqual((await read(until(40, {total: 40}), offset({limit: 20}))).warnings, []);
	deepStrictEqual((await read({status: 204})).warnings, []);
});
