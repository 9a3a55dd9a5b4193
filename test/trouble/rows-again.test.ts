/** Rows that come again: a walk that would never end, and rows that stand twice in the output. */
import {deepEqual, match, ok, strictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import {cursor} from '../../src/plugins/paginators/cursor.ts';
import {pageNumber} from '../../src/plugins/paginators/page-number.ts';
import type {Paginator} from '../../src/resource/paging/paginator.ts';
import type {ResourceOptions} from '../../src/resource/resource.ts';
import {ids, walk} from '../resource/walk.ts';

const tokens = (more: object = {}) => cursor({cursorPath: 'next', ...more});

/** A server whose token is always new. `rowsOf` returns the rows of one of its answers. */
async function endless(
	rowsOf: (nth: number) => object[],
	options: Partial<ResourceOptions> = {},
	most = 1200,
) {
	let nth = 0;
	const fn = () => ({json: {data: rowsOf(++nth), ...(nth < most && {next: `t${nth}`})}});
	const {message} = await walk({fn}, {paginator: tokens(), selector: 'data', ...options});
	return {message, requests: nth};
}

const changing = (nth: number) => ids(0, 3).map(row => ({...row, value: row.id * nth}));

test('the same rows with a counter of answers in them end the walk', async () => {
	const {message, requests} = await endless(nth => ids(0, 3).map(row => ({...row, seen: nth})));
	match(message, /the rows are the same as for .* but for their order, or for values that change/);
	ok(requests < 200, String(requests));
});

test('the same primary keys with other values end the walk', async () => {
	const {message, requests} = await endless(changing, {primaryKey: ['id']});
	match(message, /the rows are the same as for/);
	ok(requests < 200, String(requests));
});

test('the same ids with values of their own end the walk after 1000 pages', async () => {
	const {message, requests} = await endless(changing);
	match(message, /set repeated_page: keep/);
	ok(requests > 1000 && requests < 1100, String(requests));
});

test('a list of measurements has the same ids on each page', async () => {
	strictEqual((await endless(changing, {}, 300)).message, '');
	const all = await endless(changing, {primaryKey: ['id'], paginator: tokens({repeatedPage: 'keep'})}, 300);
	strictEqual(all.message, '');
});

/** Pages with these rows, by a cursor unless there is another paginator. */
async function read(pages: readonly object[][], options: Partial<ResourceOptions> = {}) {
	const warned: string[] = [];
	let nth = 0;
	const fn = () => {
		const data = pages[nth++] ?? [];
		return {json: {data, ...(nth < pages.length && {next: `t${nth}`})}};
	};
	const {message} = await walk(
		{fn},
		{paginator: tokens(), selector: 'data', onWarning: ({code}) => warned.push(code), ...options},
	);
	strictEqual(message, '');
	return warned;
}

const back = [ids(0, 20), ids(20, 40), ids(15, 35), ids(35, 50)];

test('rows that come again by a cursor are told', async () => {
	deepEqual(await read(back), ['rows-again']);
});

test('rows that come again two pages later by page_number are told', async () => {
	const paginator = pageNumber({basePage: 1}) as Paginator;
	deepEqual(await read([ids(0, 20), ids(20, 40), ids(10, 19)], {paginator}), ['rows-again']);
});

test('rows that come again are right with a primary key, without ids, with other fields, and where declared', async () => {
	deepEqual(await read(back, {primaryKey: ['id']}), []);
	deepEqual(await read([[{level: 'info'}, {level: 'error'}], [{level: 'info'}]]), []);
	deepEqual(
		await read([
			[
				{id: 1, at: 1},
				{id: 2, at: 1},
			],
			[{id: 1, at: 2}],
		]),
		[],
	);
	deepEqual(await read(back, {paginator: tokens({repeatedPage: 'keep'})}), []);
});
