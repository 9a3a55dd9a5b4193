/** Lists with a gap: each page looks well by itself, and rows between two of them did not come. */
import {deepEqual, match, strictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import {cursor} from '../../src/plugins/paginators/cursor.ts';
import {headerLink} from '../../src/plugins/paginators/header-link.ts';
import {jsonLink} from '../../src/plugins/paginators/json-link.ts';
import {pageNumber} from '../../src/plugins/paginators/page-number.ts';
import {singlePage} from '../../src/plugins/paginators/single-page.ts';
import type {Paginator} from '../../src/resource/paging/paginator.ts';
import type {Answer} from '../helpers/respond.ts';
import {ids, walk} from '../resource/walk.ts';

/** Reads answers one after the other; after them come pages without rows. */
async function read(paginator: unknown, answers: readonly Answer[], params: Record<string, number> = {}) {
	const warned: string[] = [];
	let nth = 0;
	const isRoot = Array.isArray(answers[0]?.json);
	const {rows, message} = await walk(
		{fn: () => answers[nth++] ?? {json: isRoot ? [] : {data: []}}},
		{
			paginator: paginator as Paginator,
			params,
			selector: isRoot ? '$' : 'data',
			onWarning: ({code}) => warned.push(code),
		},
	);
	return {count: rows.length, message, warned};
}

const pages = () => pageNumber({basePage: 1});
const [one, three, four] = [ids(0, 20), ids(30, 50), ids(20, 40)];
const some = (rows: unknown[], more: object = {}): Answer => ({json: {data: rows, ...more}});
const part = (rows: unknown[], range: string): Answer => ({json: rows, headers: {'content-range': range}});
const link = (...links: [relation: string, page: number][]) => ({
	link: links.map(([relation, page]) => `</r?page=${page}>; rel="${relation}"`).join(', '),
});

const gaps: [what: string, paginator: unknown, answers: Answer[], said: RegExp][] = [
	[
		'from and to',
		pages(),
		[some(one, {from: 1, to: 20}), some(three, {from: 31, to: 50})],
		/begins at row 31/,
	],
	[
		'from and to in meta',
		pages(),
		[some(one, {meta: {from: 1, to: 20}}), some(three, {meta: {from: 31, to: 50}})],
		/row 31/,
	],
	[
		'start and end from 0',
		pages(),
		[some(one, {start: 0, end: 20}), some(three, {start: 30, end: 50})],
		/row 30/,
	],
	['a range in words', pages(), [some(one, {range: '1-20'}), some(three, {range: '31-50'})], /row 31/],
	[
		'Content-Range',
		pages(),
		[part(one, 'items 0-19/*'), part(three, 'items 30-49/*')],
		/10 rows between them/,
	],
	[
		'links',
		jsonLink({nextUrlPath: 'next'}),
		[some(one, {next: '/r?o=2', from: 1, to: 20}), some(three, {from: 31, to: 50})],
		/row 31/,
	],
	[
		'a link to the last page',
		headerLink(),
		[
			{json: one, headers: link(['next', 2], ['last', 3])},
			{json: four, headers: link(['last', 3])},
		],
		/rel="last".*page=3/,
	],
	[
		'a link to the last page in the body',
		singlePage(),
		[some(one, {links: {last: '/r?page=3'}})],
		/links\.last.*page=3/,
	],
	[
		'a next link in a header of its own',
		singlePage(),
		[{json: one, headers: {'x-next-link': '/r?page=2'}}],
		/x-next-link/,
	],
	[
		'a token under another name',
		cursor({cursorPath: 'next_cursor'}),
		[some(one, {next_cursor: 'a'}), some(four, {cursor_next: 'b'})],
		/cursor_next/,
	],
	['rows under another key', pages(), [some(one), some([], {items: four})], /now there are rows at "items"/],
];
for (const [what, paginator, answers, said] of gaps)
	test(`a gap fails the walk: ${what}`, async () => {
		match((await read(paginator, answers)).message, said);
	});

const whole: [what: string, paginator: unknown, answers: Answer[], count: number][] = [
	['ranges that follow', pages(), [some(one, {from: 1, to: 20}), some(four, {from: 21, to: 40})], 40],
	[
		'ranges of other things',
		pages(),
		[some(one, {from: 100, to: 300}), some(four, {from: 500, to: 700})],
		40,
	],
	[
		'ranges that overlap',
		jsonLink({nextUrlPath: 'next'}),
		[some(one, {next: '/r?o=2', from: 1, to: 20}), some(four, {from: 19, to: 38})],
		40,
	],
	[
		'the last page was read',
		headerLink(),
		[
			{json: one, headers: link(['next', 2], ['last', 2])},
			{json: four, headers: link(['last', 2])},
		],
		40,
	],
	['a page after the last one', pages(), [some(one, {links: {last: '/r?page=1'}})], 20],
	['another list beside no rows', pages(), [some(one), some([], {facets: [{name: 'x', count: 3}]})], 20],
	['sizes of the last page', pages(), [some(one, {page_size: 20}), some(ids(20, 25), {page_size: 5})], 25],
];
for (const [what, paginator, answers, count] of whole)
	test(`a list without a gap is whole: ${what}`, async () => {
		deepEqual(await read(paginator, answers), {count, message: '', warned: []});
	});

test('ignore_more: true lets a gap pass', async () => {
	const answers = [some(one, {from: 1, to: 20}), some(three, {from: 31, to: 50})];
	const {count, message} = await read(pageNumber({basePage: 1, ignoreMore: true}), answers);
	strictEqual(message, '');
	strictEqual(count, 40);
});

const sizes: [what: string, paginator: unknown, answers: Answer[], warned: string][] = [
	[
		'pages that become smaller',
		pages(),
		[some(one, {page_size: 20}), some(ids(20, 30), {page_size: 10}), some(ids(40, 45), {page_size: 5})],
		'page-size-changed',
	],
	[
		'pages smaller than stated',
		pages(),
		[some(one, {per_page: 100}), some(ids(100, 120), {per_page: 100})],
		'page-size-changed',
	],
	[
		'false in place of a token',
		cursor({cursorPath: 'next'}),
		[some(one, {next: 'a'}), some(four, {next: false})],
		'path-not-found',
	],
];
for (const [what, paginator, answers, code] of sizes)
	test(`a list that may have a gap is told: ${what}`, async () => {
		deepEqual((await read(paginator, answers)).warned, [code]);
	});

test('a key that comes twice in one object is refused', async () => {
	const text = (key: string) => `{"data":${JSON.stringify(one)},"${key}":${JSON.stringify(four)}}`;
	const body = (key: string): Answer => ({text: text(key), headers: {'content-type': 'application/json'}});
	match((await read(singlePage(), [body('data')])).message, /the key "data" twice/);
	strictEqual((await read(singlePage(), [body('rest')])).count, 20);
});
