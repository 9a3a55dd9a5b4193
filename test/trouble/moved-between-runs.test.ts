/**
 * Lists that are paged by counting, and change between the run that broke off and the one that goes on: rows
 * that go before its place would move rows that were not read onto pages that were.
 */
import {deepStrictEqual, ok, strictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import type {JsonRecord} from '../../src/core/page.ts';
import {auto} from '../../src/plugins/paginators/auto.ts';
import {offset} from '../../src/plugins/paginators/offset.ts';
import {pageNumber} from '../../src/plugins/paginators/page-number.ts';
import type {Paginator} from '../../src/resource/paging/paginator.ts';
import type {ResourceOptions} from '../../src/resource/resource.ts';
import type {RecordedRequest} from '../helpers/server.ts';
import {ids, walk} from '../resource/walk.ts';

const SIZE = 10;

interface Kind {
	readonly paginator: () => unknown;
	/** Of the first page; undefined where the server takes an offset. */
	readonly base?: number;
	readonly around?: (page: number, all: readonly JsonRecord[]) => object;
}

const kinds: Readonly<Record<string, Kind>> = {
	offset: {paginator: () => offset({limit: SIZE})},
	'offset in fixed steps': {paginator: () => offset({limit: SIZE, totalPath: null})},
	'offset with a total': {
		paginator: () => offset({limit: SIZE, requireTotal: false}),
		around: (_, all) => ({total: all.length}),
	},
	'page_number from 0': {paginator: () => pageNumber(), base: 0},
	'page_number from 1': {paginator: () => pageNumber({basePage: 1, totalPath: null}), base: 1},
	'auto by page': {
		paginator: () => auto({requireTotal: false}),
		base: 1,
		around: page => ({page, has_more: true}),
	},
	'auto by offset': {
		paginator: () => auto({requireTotal: false}),
		around: (_, all) => ({offset: 0, limit: SIZE, total: all.length}),
	},
};

function read(
	{paginator, base, around}: Kind,
	all: readonly JsonRecord[],
	options: Partial<ResourceOptions>,
) {
	const fn = ({query}: RecordedRequest) => {
		const page = Number(query.page?.[0] ?? base ?? 0);
		const from = base === undefined ? Number(query.offset?.[0] ?? 0) : (page - base) * SIZE;
		const data = all.slice(from, from + SIZE);
		const beside = around?.(page, all) ?? {};
		return {json: {...beside, ...('has_more' in beside && {has_more: from + SIZE < all.length}), data}};
	};
	const warnings: string[] = [];
	return walk(
		{fn},
		{
			selector: 'data',
			paginator: paginator() as Paginator,
			onWarning: ({code, message}) => void warnings.push(`${code}: ${message}`),
			...options,
		},
	).then(walked => ({...walked, warnings}));
}

async function inTwoRuns(kind: Kind, before: JsonRecord[], after: JsonRecord[], pages: number) {
	const first = await read(kind, before, {limit: {pages}});
	const cursor = JSON.parse(JSON.stringify(first.pages.at(-1)?.cursor ?? null));
	const second = await read(kind, after, {cursor});
	return {first, second, rows: [...first.rows, ...second.rows], cursor};
}

for (const [name, kind] of Object.entries(kinds)) {
	test(`${name}: a list that stays as it is costs one request more`, async () => {
		const all = ids(0, 45);
		const {rows, second, cursor} = await inTwoRuns(kind, all, all, 2);
		deepStrictEqual([rows, second.message, second.warnings], [all, '', []]);
		ok(second.requests.length <= 5, `${second.requests.length} requests`);
		ok(JSON.stringify(cursor).length < 1000);
	});

	test(`${name}: whatever goes or comes between two runs, no row that stays is lost or doubled`, async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.integer({min: 21, max: 70}),
				fc.integer({min: 1, max: 3}),
				fc.array(fc.nat({max: 69}), {maxLength: 25}),
				fc.array(fc.nat({max: 69}), {maxLength: 12}),
				async (count, pages, gone, comes) => {
					const before = ids(0, count);
					fc.pre(pages * SIZE < count);
					const after = before.filter(({id}) => !gone.includes(id as number));
					for (const [i, at] of comes.entries()) after.splice(at, 0, {id: 1000 + i});
					const {rows, second} = await inTwoRuns(kind, before, after, pages);
					strictEqual(second.message, '');
					const isLost = second.warnings.some(text => text.includes('none of the last rows'));
					if (isLost) return;
					const seen = rows.map(({id}) => id);
					const stay = before.filter(row => after.includes(row)).map(({id}) => id);
					deepStrictEqual(
						stay.filter(id => seen.filter(other => other === id).length !== 1),
						[],
					);
				},
			),
			{numRuns: 25},
		);
	});
}

test('rows that went are told, and the walk goes on after the last row that it knows', async () => {
	for (const kind of [kinds.offset, kinds['page_number from 1']]) {
		const {second} = await inTwoRuns(kind as Kind, ids(0, 45), ids(7, 45), 2);
		deepStrictEqual(second.rows, ids(20, 45));
		strictEqual(second.warnings.length, 1);
		ok(second.warnings[0]?.startsWith('list-moved: '), second.warnings[0]);
	}
});

test('where none of the last rows is there any longer, that is told, and what to do', async () => {
	const {second} = await inTwoRuns(kinds.offset as Kind, ids(0, 45), ids(100, 145), 2);
	ok(second.warnings[0]?.includes('--full-refresh'), second.warnings[0]);
});

test('rows whose values change are the same rows', async () => {
	const changed = ids(0, 45).map(row => ({...row, views: 7}));
	const {second, rows} = await inTwoRuns(kinds.offset as Kind, ids(0, 45), changed, 2);
	deepStrictEqual([second.warnings, rows.length], [[], 45]);
});
