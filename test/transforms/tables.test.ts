import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import {SchemaError} from '../../src/core/errors.ts';
import type {JsonRecord, Page} from '../../src/core/page.ts';
import type {SchemaDefinition} from '../../src/core/schema/schema.ts';
import {dedupePages} from '../../transforms/dedupe.ts';
import {type TablesOptions, tables} from '../../transforms/tables.ts';
import {pageOf, through} from './pages.ts';

/** What comes out for these pages, with de-duplication by `id` where there is a key. */
function tabled(
	pages: readonly (readonly JsonRecord[])[],
	options: Partial<TablesOptions> = {},
	schema?: SchemaDefinition,
): {out: Page[]; of(table: string): JsonRecord[]} {
	const {main, lists} = tables(schema, {table: 't', ...options});
	const unique = dedupePages({key: 'id'});
	const page = (given: Page): Page | undefined => {
		const first = main.page(given);
		const second = first && options.primaryKey !== undefined ? unique.page(first) : first;
		return second && lists.page(second);
	};
	const out = through({page}, ...pages);
	const of = (table: string) =>
		out.flatMap(each => each.tables ?? []).filter(({resource}) => resource === table);
	return {out, of: table => of(table).flatMap(({records}) => [...records])};
}

const schemaOf = (page: Page | undefined) =>
	page?.schema?.columns.map(({name, type, nullable}) => [name, type, nullable]);

test('each table has typed columns of its own; rows name their record by its key', () => {
	const {out} = tabled(
		[[{id: '7', tags: ['a'], o: {lines: [{n: 1}, {n: 2.5, at: '2024-01-01T00:00:00Z'}]}}]],
		{
			primaryKey: 'id',
		},
	);
	assert.deepEqual(out[0]?.records, [{id: '7'}]);
	assert.deepEqual(
		out[0]?.tables?.map(page => [page.resource, page.records, schemaOf(page)]),
		[
			[
				't__tags',
				[{_t_id: '7', _list_index: 0, value: 'a'}],
				[
					['_t_id', 'text', false],
					['_list_index', 'bigint', false],
					['value', 'text', true],
				],
			],
			[
				't__o__lines',
				[
					{_t_id: '7', _list_index: 0, n: 1},
					{_t_id: '7', _list_index: 1, n: 2.5, at: '2024-01-01T00:00:00Z'},
				],
				[
					['_t_id', 'text', false],
					['_list_index', 'bigint', false],
					['n', 'double', true],
					['at', 'timestamp', true],
				],
			],
		],
	);
});

test('without a primary key records get an id that their rows carry, and no two runs share one', () => {
	const records = [[{xs: [1]}, {xs: [2]}], [{xs: [3]}]];
	const first = tabled(records);
	const ids = first.out.flatMap(page => page.records.map(record => record._row_id));
	assert.equal(new Set(ids).size, 3);
	assert.deepEqual(
		first.of('t__xs').map(row => row._t_row_id),
		ids,
	);
	assert.notEqual(tabled(records).out[0]?.records.at(0)?._row_id, ids[0]);
});

test('several columns of a key all go along', () => {
	const {of} = tabled([[{a: 1, b: 'x', xs: [1]}]], {primaryKey: ['a', 'b']});
	assert.deepEqual(of('t__xs'), [{_t_a: 1, _t_b: 'x', _list_index: 0, value: 1}]);
});

test('duplicates and refused records leave no rows in other tables', () => {
	const {out, of} = tabled(
		[
			[
				{id: 1, xs: [1]},
				{id: null, xs: [2]},
				{id: 1, xs: [3]},
				{id: 2, xs: [4]},
			],
			[
				{id: 2, xs: [5]},
				{id: 3, xs: [6]},
			],
		],
		{primaryKey: 'id'},
	);
	assert.deepEqual(
		of('t__xs').map(({value}) => value),
		[1, 4, 6],
	);
	assert.deepEqual(
		out[0]?.rejections?.map(({record, index}) => [record, index]),
		[[{id: null, xs: [2]}, 1]],
		'with the record as it came',
	);
});

test('what was refused before stays refused', () => {
	const {main} = tables(undefined, {table: 't'});
	const rejections = [{record: {}, reason: 'before', page: 0, index: 0}];
	const page = main.page({...pageOf([{xs: [1]}]), rejections});
	assert.deepEqual(page?.rejections, rejections);
	assert.equal(page?.records.length, 1);
});

test('a page without lists has no tables, and a key that widens keeps its rows', () => {
	const {out, of} = tabled([[{id: 1}], [{id: 1, xs: [1]}], [{id: 2.5, xs: [1]}]], {primaryKey: 'id'});
	assert.equal(out[0]?.tables, undefined);
	assert.deepEqual(
		of('t__xs').map(row => row._t_id),
		[2.5],
	);
});

describe('contracts', () => {
	const schema: SchemaDefinition = {
		columns: {id: {type: 'bigint'}, tags: {type: 'list', items: {type: 'text'}}},
	};
	const records = [
		{id: 1, tags: ['a'], xs: []},
		{id: 2, tags: ['b'], xs: [{ys: [1, 2]}, {ys: [3]}]},
	];

	test('a declared list stays a column, and other parts of the contract allow tables', () => {
		const {out} = tabled(
			[records],
			{primaryKey: 'id', contract: {columns: 'freeze', dataType: 'freeze'}},
			schema,
		);
		assert.deepEqual(out[0]?.records.at(0), {id: 1, tags: ['a']});
		assert.deepEqual(
			out[0]?.tables?.map(({resource}) => resource),
			['t__xs', 't__xs__ys'],
		);
	});

	test('freeze fails at the first list that has a row, and not at an empty one', () => {
		for (const contract of ['freeze', {tables: 'freeze'}] as const) {
			tabled([records.slice(0, 1)], {primaryKey: 'id', contract}, schema);
			assert.throws(() => tabled([records.slice(0, 1), records], {primaryKey: 'id', contract}, schema), {
				name: 'SchemaError',
				column: 'xs',
				message:
					'contacts.xs: a list that makes the new table t__xs, in page 2. Declare the column as json or ' +
					'list, or relax the contract tables: freeze',
			});
		}
	});

	for (const mode of ['discard_row', 'discard_value'] as const) {
		test(`${mode} leaves the rows of new tables out, counts them, and keeps the records`, () => {
			const {main, lists} = tables(schema, {table: 't', primaryKey: 'id', contract: {tables: mode}});
			const [page] = through({page: given => lists.page(main.page(given) as Page)}, records);
			assert.deepEqual(page?.records, [
				{id: 1, tags: ['a']},
				{id: 2, tags: ['b']},
			]);
			assert.equal(page?.tables, undefined);
			assert.equal(lists.counts?.discarded, 5);
		});
	}

	test('a row id is no breach of freeze', () => {
		const {out} = tabled([[{a: 1}]], {contract: 'freeze'}, {columns: {a: {type: 'bigint'}}});
		assert.equal(out[0]?.records.at(0)?.a, 1);
	});

	test('the contract of the records holds for the records', () => {
		assert.throws(
			() =>
				tabled(
					[[{id: 1, b: 2, xs: [1]}]],
					{primaryKey: 'id', contract: 'freeze'},
					{columns: {id: {type: 'bigint'}}},
				),
			SchemaError,
		);
	});
});
