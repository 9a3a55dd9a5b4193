import {deepStrictEqual, match, ok, strictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import type {Cursor, JsonRecord} from '../../src/core/page.ts';
import type {Warning} from '../../src/core/warning.ts';
import {offset} from '../../src/plugins/paginators/offset.ts';
import {pageNumber} from '../../src/plugins/paginators/page-number.ts';
import type {ResourceOptions} from '../../src/resource/resource.ts';
import {ids, walk} from '../resource/walk.ts';
import {atHead, type Moving, moving, random} from './moving.ts';

async function read(list: Moving, options: Partial<ResourceOptions>) {
	const warnings: Warning[] = [];
	const walked = await walk(list.respond, {
		selector: 'data',
		onWarning: warning => void warnings.push(warning),
		...options,
	});
	return {
		...walked,
		read: walked.rows.map(row => Number(row.id)),
		warnings,
		codes: warnings.map(({code}) => code),
	};
}

for (const concurrency of [1, 8]) {
	test(`rows that come in at the head lose none and double none with overlap, at concurrency ${concurrency}`, async () => {
		const list = moving(1000, atHead(3));
		const {
			read: got,
			message,
			codes,
		} = await read(list, {paginator: offset({limit: 50, overlap: 5}), concurrency});
		strictEqual(message, '');
		deepStrictEqual(
			got.filter(id => id < 1000),
			ids(0, 1000).map(({id}) => id),
		);
		deepStrictEqual(codes, ['list-moved']);
	});

	test(`rows that are deleted ahead of the pages lose no other with overlap, at concurrency ${concurrency}`, async () => {
		const list = moving(1000, (rows, nth) => (nth % 3 === 2 ? rows.slice(20) : rows));
		const {
			read: got,
			message,
			codes,
		} = await read(list, {paginator: offset({limit: 50, overlap: 5}), concurrency});
		strictEqual(message, '');
		deepStrictEqual(
			list.rows.filter(({id}) => !got.includes(Number(id))),
			[],
		);
		strictEqual(new Set(got).size, got.length);
		deepStrictEqual(codes, ['list-moved']);
	});

	test(`a list that stays as it is comes whole with overlap, without a warning, at concurrency ${concurrency}`, async () => {
		for (const count of [0, 1, 5, 9, 10, 11, 17, 18, 19, 100]) {
			for (const overlap of [1, 2, 9]) {
				const list = moving(count, rows => rows);
				const {
					read: got,
					message,
					codes,
				} = await read(list, {paginator: offset({limit: 10, overlap}), concurrency});
				deepStrictEqual([message, got, codes], ['', ids(0, count).map(({id}) => id), []]);
			}
		}
	});
}

test('whatever comes and goes between the pages, with overlap no row that was there all the time is lost, and none doubled', async () => {
	for (let seed = 1; seed <= 15; seed++) {
		const next = random(seed);
		const below = (count: number): number => Math.floor(next() * count);
		const overlap = 1 + below(6);
		const limit = overlap + 2 + below(10);
		let added = 10_000;
		const gone = new Set<unknown>();
		const list = moving(below(200), (rows, nth) => {
			const changed = [...rows];
			if (nth > 400) return changed;
			const at = below(2) === 0 ? 0 : below(changed.length + 1);
			const count = below(overlap + 1);
			if (below(2) === 0) {
				changed.splice(at, 0, ...ids(added, added + count));
				added += count;
			} else for (const row of changed.splice(at, count)) gone.add(row.id);
			return changed;
		});
		const concurrency = 1 + below(4);
		const whole = below(2) === 0 ? {} : {totalPath: 'total'};
		const body = list.rows.map(({id}) => id);
		const {read: got, message} = await read(list, {
			paginator: offset({limit, overlap}),
			concurrency,
			primaryKey: ['id'],
			...whole,
		});
		strictEqual(message, '', `seed ${seed}`);
		deepStrictEqual(
			body.filter(id => !gone.has(id) && !got.includes(Number(id))),
			[],
			`seed ${seed}: lost`,
		);
		strictEqual(new Set(got).size, got.length, `seed ${seed}: doubled`);
	}
});

test('a walk that goes on from any page checks it against the one before the break', async () => {
	const still = moving(60, rows => rows);
	const {pages} = await read(still, {paginator: offset({limit: 10, overlap: 3})});
	for (const [index, {cursor}] of pages.entries()) {
		if (cursor == null) continue;
		for (const rows of [ids(4, 60), [...ids(900, 915), ...ids(0, 60)], ids(0, 60)]) {
			const list = moving(0, () => rows);
			const before = pages.slice(0, index + 1).flatMap(page => page.records.map(({id}) => Number(id)));
			const {
				read: after,
				message,
				codes,
			} = await read(list, {
				paginator: offset({limit: 10, overlap: 3}),
				cursor: JSON.parse(JSON.stringify(cursor)) as Cursor,
			});
			strictEqual(message, '');
			const all = [...before, ...after].filter(id => id < 60);
			deepStrictEqual(
				all,
				ids(0, 60).map(({id}) => id),
				`page ${index}, ${rows.length} rows`,
			);
			strictEqual(codes.includes('list-moved'), rows[0]?.id !== 0);
		}
	}
});

test('without overlap, the last row of a page on the next one is told: pages have moved', async () => {
	for (const paginator of [offset({limit: 10}), pageNumber()]) {
		for (const need of ['rows', 'text'] as const) {
			const {warnings} = await read(moving(100, atHead(2)), {paginator, needs: () => need});
			const moves = warnings.filter(({code}) => code === 'list-moved');
			strictEqual(moves.length, 1);
			match(moves[0]?.message ?? '', /row 2 is the last one of the page before.*set overlap/);
		}
	}
});

test('without overlap, a total that changes in mid-walk is told', async () => {
	const body = (data: JsonRecord[], all: readonly JsonRecord[]) => ({data, total: all.length});
	const shrinking = moving(100, (rows, nth) => (nth === 3 ? rows.slice(4) : rows), body);
	const {warnings} = await read(shrinking, {paginator: offset({limit: 10})});
	ok(
		warnings.some(
			({code, message}) => code === 'list-moved' && message.includes('the total went from 100 to 96'),
		),
	);
	const still = await read(
		moving(100, rows => rows, body),
		{paginator: offset({limit: 10})},
	);
	deepStrictEqual(still.codes, []);
});

test('without overlap, rows that come in at the end are read, and are no sign of a move', async () => {
	const body = (data: JsonRecord[], all: readonly JsonRecord[]) => ({data, total: all.length});
	for (const by of [1, 9]) {
		for (const paginator of [offset({limit: 10}), pageNumber()]) {
			const list = moving(
				100,
				(rows, nth) => (nth > 0 && nth < 5 ? [...rows, ...ids(rows.length, rows.length + by)] : rows),
				body,
			);
			const {read: got, codes} = await read(list, {paginator});
			deepStrictEqual([got, codes], [list.rows.map(({id}) => Number(id)), []]);
		}
	}
});

test('without overlap, a total that grows is told where rows may have moved unseen: by a page or more, or alike ones', async () => {
	const body = (data: JsonRecord[], all: readonly JsonRecord[]) => ({data, total: all.length});
	const paginator = offset({limit: 10});
	const many = moving(100, (rows, nth) => (nth === 3 ? [...ids(900, 915), ...rows] : rows), body);
	const alike = moving(
		100,
		(rows, nth) => (nth === 3 ? [{id: 1}, ...rows] : rows.map(() => ({id: 1}))),
		body,
	);
	for (const list of [many, alike]) {
		const {warnings} = await read(list, {paginator: {...paginator, repeatedPage: 'keep'}});
		ok(
			warnings.some(
				({code, message}) => code === 'list-moved' && message.includes('the total went from 100 to'),
			),
		);
	}
});

test('pages asked ahead of a list that moves are asked for again, in order, from the first that shows it', async () => {
	const body = (data: JsonRecord[], all: readonly JsonRecord[]) => ({data, total: all.length});
	const list = moving(200, (rows, nth) => (nth === 6 ? atHead(5)(rows, nth) : rows), body);
	const {read: got, requests} = await read(list, {paginator: offset({limit: 10}), concurrency: 6});
	deepStrictEqual(
		ids(0, 200).filter(({id}) => !got.includes(id)),
		[],
	);
	const offsets = requests.map(({query}) => Number(query.offset?.[0]));
	const again = offsets.findIndex((at, i) => offsets.indexOf(at) < i);
	const rest = offsets.slice(again);
	deepStrictEqual(
		rest,
		rest.toSorted((one, other) => one - other),
	);
});

test('a page that comes in slices hands all of its last rows on to the overlap', async () => {
	const wide = (row: JsonRecord): JsonRecord => ({...row, text: 'x'.repeat(3000)});
	const list = moving(
		5000,
		(rows, nth) => (nth === 1 ? rows.slice(3) : rows),
		page => ({data: page.map(wide)}),
	);
	const {read: got, message} = await read(list, {paginator: offset({limit: 2000, overlap: 1500})});
	deepStrictEqual([message, got.length, new Set(got).size], ['', 5000, 5000]);
});

test('an offset that the server ignores ends in an error with overlap too', async () => {
	const {message} = await walk({json: ids(0, 10)}, {paginator: offset({limit: 10, overlap: 2})});
	match(message, /the server ignores the offset|pages in a row have no new rows/);
});
