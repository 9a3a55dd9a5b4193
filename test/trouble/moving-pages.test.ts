/** Lists that move while they are read by page number: what is seen, and what `overlap: 1` puts right. */
import {deepStrictEqual, match, ok, strictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import type {Cursor, JsonRecord} from '../../src/core/page.ts';
import type {Warning} from '../../src/core/warning.ts';
import {type PageNumberOptions, pageNumber} from '../../src/plugins/paginators/page-number.ts';
import type {ResourceOptions} from '../../src/resource/resource.ts';
import type {RecordedRequest} from '../helpers/server.ts';
import {ids, walk} from '../resource/walk.ts';
import {atHead, type Moving, moving, random} from './moving.ts';

async function read(list: Moving, paginator: PageNumberOptions = {}, options: Partial<ResourceOptions> = {}) {
	const warnings: Warning[] = [];
	const walked = await walk(list.respond, {
		selector: 'data',
		primaryKey: ['id'],
		paginator: pageNumber({totalPath: null, ...paginator}),
		onWarning: warning => void warnings.push(warning),
		...options,
	});
	const read = walked.rows.map(row => Number(row.id));
	return {...walked, read, warnings, codes: warnings.map(({code}) => code)};
}

const numbers = (count: number): number[] => ids(0, count).map(({id}) => id);
const withTotal = (data: JsonRecord[], all: readonly JsonRecord[]) => ({data, rows_total: all.length});
const fromHead = (by: number, every: number) => (rows: JsonRecord[], nth: number) =>
	nth > 0 && nth % every === 0 ? rows.slice(by) : rows;

for (const concurrency of [1, 8]) {
	test(`rows that come in at the head while pages are read are told, at concurrency ${concurrency}`, async () => {
		const {codes} = await read(moving(300, atHead(2)), {}, {concurrency});
		ok(codes.includes('list-moved'), codes.join());
	});

	test(`rows that go at the head while pages are read are told where a total is stated, at concurrency ${concurrency}`, async () => {
		const list = moving(300, fromHead(2, 5), withTotal);
		const {codes, message} = await read(list, {totalPath: 'pages'}, {concurrency});
		ok(codes.includes('list-moved') || message !== '', codes.join());
	});

	test(`with overlap, rows that come and go at the head lose no other and double none, at concurrency ${concurrency}`, async () => {
		for (const move of [atHead(3), fromHead(3, 4), fromHead(9, 7), fromHead(25, 9)]) {
			const list = moving(300, move);
			const {read: got, message, codes} = await read(list, {overlap: 1}, {concurrency});
			strictEqual(message, '');
			deepStrictEqual(
				list.rows.filter(({id}) => Number(id) < 300 && !got.includes(Number(id))),
				[],
			);
			strictEqual(new Set(got).size, got.length);
			deepStrictEqual(codes, ['list-moved']);
		}
	});
}

test('with overlap, a list that stays as it is comes whole, in order, without a warning', async () => {
	for (const count of [0, 1, 9, 10, 11, 20, 100]) {
		for (const base of [0, 1]) {
			const list = moving(count, rows => rows);
			const fn = ({query}: RecordedRequest) => {
				const from = (Number(query.page?.[0]) - base) * 10;
				return {json: {data: list.rows.slice(from, from + 10)}};
			};
			const got = await read({...list, respond: {fn}}, {overlap: 1, basePage: base});
			deepStrictEqual([got.message, got.read, got.codes], ['', numbers(count), []]);
		}
	}
});

test('with overlap, each page is asked for once more when the one after it is there', async () => {
	const {requests} = await read(
		moving(25, rows => rows),
		{overlap: 1},
		{concurrency: 8},
	);
	deepStrictEqual(
		requests.map(({query}) => Number(query.page?.[0])),
		[0, 1, 0, 2, 1, 3, 2],
	);
});

test('with overlap, no row that was there all the time is lost or doubled, whatever comes and goes', async () => {
	for (let seed = 1; seed <= 25; seed++) {
		const next = random(seed);
		const below = (count: number): number => Math.floor(next() * count);
		let added = 10_000;
		const gone = new Set<unknown>();
		const list = moving(below(200), (rows, nth) => {
			const changed = [...rows];
			// A list has to rest at times: what moves there and back between two requests is not seen.
			if (nth % 4 > 0) return changed;
			const at = below(2) === 0 ? 0 : below(changed.length + 1);
			const count = below(5);
			if (below(2) === 0) {
				changed.splice(at, 0, ...ids(added, added + count));
				added += count;
			} else for (const row of changed.splice(at, count)) gone.add(row.id);
			return changed;
		});
		const all = list.rows.map(({id}) => id);
		const {read: got, message} = await read(list, {overlap: 1});
		strictEqual(message, '', `seed ${seed}`);
		deepStrictEqual(
			all.filter(id => !gone.has(id) && !got.includes(Number(id))),
			[],
			`seed ${seed}: lost`,
		);
		strictEqual(new Set(got).size, got.length, `seed ${seed}: doubled`);
	}
});

test('with overlap, a list that shrinks until the next page is refused is read to its end', async () => {
	let rows = ids(0, 40);
	let nth = 0;
	const fn = ({query}: RecordedRequest) => {
		if (nth++ === 5) rows = rows.slice(25);
		const page = Number(query.page?.[0]);
		const data = rows.slice(page * 10, page * 10 + 10);
		return data.length > 0 ? {json: {data}} : {status: 404, json: {detail: 'Invalid page.'}};
	};
	const {read: got, message} = await read({respond: {fn}, rows}, {overlap: 1});
	deepStrictEqual([message, got.toSorted((one, other) => one - other)], ['', numbers(40)]);
});

test('with overlap, a walk that goes on from any page knows the rows of the pages before', async () => {
	const {pages} = await read(
		moving(45, rows => rows),
		{overlap: 1},
	);
	for (const [index, {cursor}] of pages.entries()) {
		if (cursor == null) continue;
		for (const gone of [0, 4]) {
			const before = pages.slice(0, index + 1).flatMap(page => page.records.map(({id}) => Number(id)));
			const list = moving(0, () => ids(gone, 45));
			const after = await read(list, {overlap: 1}, {cursor: JSON.parse(JSON.stringify(cursor)) as Cursor});
			const all = [...before, ...after.read].toSorted((one, other) => one - other);
			deepStrictEqual([after.message, all], ['', numbers(45)], `page ${index}, ${gone} gone`);
		}
	}
});

test('with overlap, totals and flags are held against the pages, not against those that are read once more', async () => {
	const body = (data: JsonRecord[], all: readonly JsonRecord[]) => ({
		data,
		total_count: all.length,
		has_more: Number(data.at(-1)?.id ?? 0) < 44,
	});
	const list = moving(45, rows => rows, body);
	const got = await read(list, {overlap: 1, hasMorePath: 'has_more'});
	deepStrictEqual([got.message, got.read, got.codes], ['', numbers(45), []]);
	const short = moving(
		45,
		rows => rows,
		data => ({data, total_count: 46}),
	);
	match((await read(short, {overlap: 1})).message, /45 of 46 rows/);
});

test('with overlap, page 1 that is page 0 again is left out and told as ever', async () => {
	const fn = ({query}: RecordedRequest) => {
		const from = (Math.max(Number(query.page?.[0]), 1) - 1) * 10;
		return {json: {data: ids(0, 25).slice(from, from + 10)}};
	};
	const got = await read({respond: {fn}, rows: []}, {overlap: 1});
	deepStrictEqual([got.message, got.read, got.codes], ['', numbers(25), ['first-page-again']]);
});

test('with overlap, a page that the server ignores ends in an error', async () => {
	const fn = () => ({json: {data: ids(0, 10)}});
	match(
		(await read({respond: {fn}, rows: []}, {overlap: 1, basePage: 1})).message,
		/the server ignores the page/,
	);
});

test('overlap of page_number needs a key', async () => {
	const {message} = await read(
		moving(1, rows => rows),
		{overlap: 1},
		{primaryKey: []},
	);
	match(message, /needs a primary_key/);
});
