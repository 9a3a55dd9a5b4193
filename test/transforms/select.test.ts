import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import {ConfigError, SelectorError} from '../../src/core/errors.ts';
import {parse} from '../../src/core/json/json.ts';
import type {JsonRecord} from '../../src/core/page.ts';
import {select, selectPages} from '../../transforms/select.ts';
import {pageOf, recordsThrough} from './pages.ts';

describe('a path', () => {
	test('takes a whole body apart', () => {
		const out = recordsThrough(selectPages('data.items'), [
			{data: {items: [{id: 1}, {id: 2}]}},
			{data: {items: []}},
			{data: {items: null}},
		]);
		assert.deepEqual(out, [{id: 1}, {id: 2}]);
	});

	test('puts kept fields in front of each row', () => {
		const record = {id: 7, user: {name: 'Ada'}, tags: ['x', 'y'], lines: [{sku: 'a'}]};
		assert.deepEqual(recordsThrough(selectPages('tags', {keep: ['id', 'user.name']}), [record]), [
			{id: 7, name: 'Ada', value: 'x'},
			{id: 7, name: 'Ada', value: 'y'},
		]);
		assert.deepEqual(
			recordsThrough(selectPages('lines', {keep: {order_id: 'id', absent: 'nothing'}}), [record]),
			[{order_id: 7, sku: 'a'}],
		);
	});

	test('a kept field never overwrites one of the row', () => {
		assert.throws(
			() => recordsThrough(selectPages('lines', {keep: ['id']}), [{id: 7, lines: [{id: 1}]}]),
			/contacts: select: the rows have a field id of their own.*keep: \{parent_id: "id"\}/,
		);
	});

	test('that finds nothing names the record and the keys that were there', () => {
		const definition = selectPages('items');
		assert.throws(
			() => definition.page(pageOf([{items: []}, {id: 1, rows: [{a: 1}]}], 2)),
			error =>
				error instanceof SelectorError &&
				error.message ===
					'contacts: select: no "items" in record 2 of page 3; found: id, rows. Try select("rows")',
		);
	});

	test('of wrong syntax fails at once', () => {
		assert.throws(() => select('a[?('), SelectorError);
	});
});

describe('columns', () => {
	test('come out in the order asked for, nested ones under their last key or a name of their own', () => {
		const record = {id: 1, a: {b: {c: 2}}, 'odd key': 3, d: [{e: 4}], 'x.y': 5};
		const out = recordsThrough(selectPages(['a.b.c', 'id', 'odd key', 'd[0].e', 'x.y']), [record]);
		assert.deepEqual(Object.entries(out[0]!), [
			['c', 2],
			['id', 1],
			['odd key', 3],
			['e', 4],
			['y', 5],
		]);
		assert.deepEqual(recordsThrough(selectPages({key: 'id', deep: 'a.b'}), [record]), [
			{key: 1, deep: {c: 2}},
		]);
	});

	test('a record that lacks one goes without it; null stays null', () => {
		assert.deepEqual(recordsThrough(selectPages(['a', 'b']), [{a: 1}, {b: null, c: 1}, {c: 1}]), [
			{a: 1},
			{b: null},
			{},
		]);
	});

	test('that no record of a page has are an error that names the keys', () => {
		assert.throws(
			() => recordsThrough(selectPages(['emial', 'nmae']), [{id: 1, email: 'x'}]),
			/contacts: select: none of "emial", "nmae" in any record of page 1; found: id, email/,
		);
		assert.deepEqual(recordsThrough(selectPages(['emial']), []), []);
	});

	test('two of one name, or none at all, are a mistake', () => {
		assert.throws(() => select(['id', 'user.id']), /two columns called id; give one a name/);
		assert.throws(() => select([]), ConfigError);
	});

	test('a column called __proto__ is one like any other', () => {
		const [record] = recordsThrough(selectPages(['__proto__']), [parse('{"__proto__":1}') as JsonRecord]);
		assert.deepEqual(Object.keys(record!), ['__proto__']);
	});
});

test('a column that no record has had yet takes no types from the others', () => {
	const schema = {columns: [{name: 'id', type: 'bigint', nullable: false} as const]};
	const {page: project} = selectPages(['id', 'late']);
	assert.deepEqual(project({...pageOf([{id: 1}]), schema}), {...pageOf([{id: 1}]), schema});
	assert.equal(project({...pageOf([{id: 1, late: {}}]), schema})?.schema, undefined);
});

test('the page stays, without the schema that is true no more', () => {
	const page = selectPages(['id']).page({...pageOf([{id: 1, a: 2}], 4), schema: {columns: []}});
	assert.deepEqual(page, pageOf([{id: 1}], 4));
});
