/**
 * Any API of the shape that a paginator is for: every row comes once, or a named error; and any place leads
 * to exactly the rest.
 */
import {deepStrictEqual, match, strictEqual} from 'node:assert/strict';
import {after, test} from 'node:test';
import fc from 'fast-check';
import {auto} from '../../../src/plugins/paginators/auto.ts';
import {cursor} from '../../../src/plugins/paginators/cursor.ts';
import {headerCursor} from '../../../src/plugins/paginators/header-cursor.ts';
import {headerLink} from '../../../src/plugins/paginators/header-link.ts';
import {jsonLink} from '../../../src/plugins/paginators/json-link.ts';
import {offset} from '../../../src/plugins/paginators/offset.ts';
import {pageNumber} from '../../../src/plugins/paginators/page-number.ts';
import {singlePage} from '../../../src/plugins/paginators/single-page.ts';
import type {Paginator} from '../../../src/resource/paging/paginator.ts';
import type {Answer} from '../../helpers/respond.ts';
import {type RecordedRequest, startServer} from '../../helpers/server.ts';
import {ids, walkAt} from '../walk.ts';

type Api = (request: RecordedRequest) => Answer;
let api: Api = () => ({status: 500});
const server = await startServer([{path: '/r', respond: {fn: request => api(request)}}]);
after(() => server.close());

const RUNS = {numRuns: 25};
const shape = fc.record({
	rows: fc.integer({min: 0, max: 12}),
	size: fc.integer({min: 1, max: 5}),
	limit: fc.integer({min: 1, max: 5}),
});
type Shape = {rows: number; size: number; limit: number};

const numberIn = ({query}: RecordedRequest, name: string, fallback = 0) =>
	Number(query[name]?.[0] ?? fallback);
const slice = ({rows}: Shape, from: number, size: number) => ids(from, Math.min(from + size, rows));

/** Walks it all, then again from each place on the way. */
async function yieldsEachRowOnce(given: Shape, paginator: Paginator, answer: Api): Promise<void> {
	api = answer;
	const whole = await walkAt(server.url, {selector: 'data', paginator});
	strictEqual(whole.message, '');
	deepStrictEqual(whole.rows, ids(0, given.rows));
	for (const [i, {cursor: place}] of whole.pages.entries()) {
		if (place === undefined) continue;
		const rest = await walkAt(server.url, {
			selector: 'data',
			paginator,
			cursor: JSON.parse(JSON.stringify(place)),
		});
		strictEqual(rest.message, '');
		deepStrictEqual(
			rest.rows,
			whole.pages.slice(i + 1).flatMap(page => [...page.records]),
		);
	}
}

const walks: Readonly<Record<string, (given: Shape) => readonly [Paginator, Api]>> = {
	'offset with a total, whatever the server makes of the limit': given => [
		offset({limit: given.limit}),
		request => ({json: {data: slice(given, numberIn(request, 'offset'), given.size), total: given.rows}}),
	],
	'offset without a total': given => [
		offset({limit: given.limit}),
		request => ({json: {data: slice(given, numberIn(request, 'offset'), Math.min(given.size, given.limit))}}),
	],
	'offset to the empty page': given => [
		offset({limit: given.limit, totalPath: null}),
		request => ({json: {data: slice(given, numberIn(request, 'offset'), given.limit)}}),
	],
	'offset with has_more': given => [
		offset({limit: given.limit, hasMorePath: 'more'}),
		request => {
			const from = numberIn(request, 'offset');
			return {json: {data: slice(given, from, given.size), more: from + given.size < given.rows}};
		},
	],
	'page_number with a number of pages': given => [
		pageNumber({basePage: 1}),
		request => ({
			json: {
				data: slice(given, (numberIn(request, 'page') - 1) * given.size, given.size),
				total: Math.ceil(given.rows / given.size),
			},
		}),
	],
	'page_number to the empty page': given => [
		pageNumber(),
		request => ({json: {data: slice(given, numberIn(request, 'page') * given.size, given.size)}}),
	],
	'page_number to the 404': given => [
		pageNumber(),
		request => {
			const data = slice(given, numberIn(request, 'page') * given.size, given.size);
			return data.length > 0 || numberIn(request, 'page') === 0
				? {json: {data}}
				: {status: 404, json: {detail: 'Invalid page.'}};
		},
	],
	cursor: given => [
		cursor(),
		request => {
			const from = numberIn(request, 'cursor');
			const next = from + given.size;
			return {
				json: {
					data: slice(given, from, given.size),
					cursors: {next: next < given.rows ? String(next) : null},
				},
			};
		},
	],
	'cursor in the last record': given => [
		cursor({cursorPath: 'data[-1].id', cursorParam: 'after'}),
		request => ({json: {data: slice(given, numberIn(request, 'after', -1) + 1, given.size)}}),
	],
	'cursor that is an object': given => [
		cursor({cursorPath: 'continue'}),
		request => {
			const next = numberIn(request, 'from') + given.size;
			return {
				json: {
					data: slice(given, numberIn(request, 'from'), given.size),
					...(next < given.rows && {continue: {from: next, x: 'y'}}),
				},
			};
		},
	],
	header_cursor: given => [
		headerCursor(),
		request => {
			const next = numberIn(request, 'cursor') + given.size;
			return {
				json: {data: slice(given, numberIn(request, 'cursor'), given.size)},
				headers: next < given.rows ? {next: String(next)} : {},
			};
		},
	],
	json_link: given => [
		jsonLink(),
		request => {
			const next = numberIn(request, 'from') + given.size;
			return {
				json: {
					data: slice(given, numberIn(request, 'from'), given.size),
					next: next < given.rows ? `/r?from=${next}` : null,
				},
			};
		},
	],
	header_link: given => [
		headerLink(),
		request => {
			const next = numberIn(request, 'from') + given.size;
			return {
				json: {data: slice(given, numberIn(request, 'from'), given.size)},
				headers: next < given.rows ? {link: `</r?from=${next}>; rel="next"`} : {},
			};
		},
	],
	single_page: given => [singlePage(), () => ({json: {data: slice(given, 0, given.rows)}})],
	'auto with a number of pages': given => [
		auto(),
		request => {
			const page = numberIn(request, 'page', 1);
			return {
				json: {
					data: slice(given, (page - 1) * given.size, given.size),
					page,
					total_pages: Math.ceil(given.rows / given.size),
				},
			};
		},
	],
	'auto with a page size and a total': given => [
		auto(),
		request => {
			const page = numberIn(request, 'page', 1);
			return {
				json: {
					data: slice(given, (page - 1) * given.size, given.size),
					page,
					per_page: given.size,
					total: given.rows,
				},
			};
		},
	],
};

for (const [name, build] of Object.entries(walks)) {
	test(`${name}: each row once, and from any place exactly the rest`, () =>
		fc.assert(
			fc.asyncProperty(shape, given => yieldsEachRowOnce(given, ...build(given))),
			RUNS,
		));
}

const broken: Readonly<Record<string, (given: Shape) => readonly [Paginator, Api]>> = {
	'a cursor that leads back': given => [
		cursor({cursorPath: 'next'}),
		request => {
			const at = numberIn(request, 'cursor', 1);
			return {json: {data: [{id: at}], next: (at % (given.rows + 1)) + 1}};
		},
	],
	'a link that leads back': given => [
		jsonLink(),
		request => {
			const at = numberIn(request, 'at');
			return {json: {data: [{id: at}], next: `/r?at=${(at + 1) % (given.rows + 1)}`}};
		},
	],
	'an offset that is ignored': given => [
		offset({limit: given.limit, totalPath: null}),
		() => ({json: {data: ids(0, given.rows + 1)}}),
	],
	'a page number that is ignored': given => [pageNumber(), () => ({json: {data: ids(0, given.rows + 1)}})],
	'a promise of more without a cursor': given => [
		cursor({hasMorePath: 'more'}),
		() => ({json: {data: ids(0, given.rows), more: true}}),
	],
};

for (const [name, build] of Object.entries(broken)) {
	test(`${name} ends in an error that names the resource and the place, never in a hang`, () =>
		fc.assert(
			fc.asyncProperty(shape, async given => {
				const [paginator, answer] = build(given);
				api = answer;
				const {message} = await walkAt(server.url, {selector: 'data', paginator});
				match(message, /^r: .+: (the rows are the same|the server leads back|has_more_path)/);
			}),
			RUNS,
		));
}
