import assert from 'node:assert/strict';
import {createHash, createHmac} from 'node:crypto';
import {describe, test} from 'node:test';
import fc from 'fast-check';
import {ConfigError, StageError} from '../../src/core/errors.ts';
import {Decimal, type JsonValue} from '../../src/core/json/json.ts';
import type {JsonRecord} from '../../src/core/page.ts';
import {changesOf, type Step} from '../../src/plugins/steps.ts';
import {explode} from '../../transforms/steps/explode.ts';
import {pageSteps as pagesThrough} from '../../transforms/steps.ts';
import {pageOf} from './pages.ts';

function pageSteps(list: readonly Step[]) {
	return pagesThrough(list.flatMap(changesOf));
}

function through(records: readonly JsonRecord[], ...steps: Step[]) {
	return pageSteps(steps)(pageOf(records));
}

function rows(records: readonly JsonRecord[], ...steps: Step[]): readonly JsonRecord[] {
	return [...through(records, ...steps).records];
}

describe('filter', () => {
	test('keeps what the condition holds for', () => {
		const records = [{status: 'open', n: 1}, {status: 'open', n: 2}, {status: 'shut', n: 3}, {n: 4}];
		assert.deepEqual(rows(records, {filter: "@.status == 'open' && @.n > 1"}), [{status: 'open', n: 2}]);
		assert.deepEqual(rows(records, {filter: '!@.status'}), [{n: 4}]);
	});

	test('compares exact numbers by all their digits, also deep inside', () => {
		const records = [{n: 2n ** 60n}, {n: new Decimal('0.10')}, {n: 1, o: {list: [new Decimal('7.50')]}}];
		assert.deepEqual(rows(records, {filter: '@.n > 1152921504606846975'}), [records[0]]);
		assert.deepEqual(rows(records, {filter: '@.n > 1152921504606846976'}), []);
		assert.deepEqual(rows(records, {filter: '@.n == 0.1 || @.o.list[0] == 7.5'}), records.slice(1));
	});

	test('knows numbers below one, and leaves texts that look like them alone', () => {
		const records = [{n: 0.5}, {n: 0.05}, {n: 0}, {n: '0.5'}];
		assert.deepEqual(rows(records, {filter: '@.n == 0.5'}), [{n: 0.5}]);
		assert.deepEqual(rows(records, {filter: '@.n == 0.5e-1 || @.n == 0.0'}), [{n: 0.05}, {n: 0}]);
		assert.deepEqual(rows(records, {filter: "@.n == '0.5'"}), [{n: '0.5'}]);
	});

	test('gives the record as it came, however deep it is', () => {
		let deep: JsonValue = 12345678901234567890n;
		for (let depth = 0; depth < 100; depth++) deep = {deep};
		const records = [{id: 1, deep}];
		assert.equal(rows(records, {filter: '@.id > 0'})[0], records[0]);
	});

	test('is one expression', () => {
		assert.throws(() => pageSteps([{filter: '@.n > 5, 0'}]), {
			name: 'ConfigError',
			message: /is no condition/,
		});
	});

	test('keeps what the function says true for, and tells it where the record came from', () => {
		assert.deepEqual(rows([{a: 1}, {a: 2}], {filter: (_record, {index}) => index === 1}), [{a: 2}]);
	});
});

describe('functions', () => {
	test('map and yieldMap run record by record, after filter', () => {
		const step: Step = {
			*yieldMap({n}) {
				yield {n};
				yield Number(n) * 10;
			},
			map: ({n}) => ({n: Number(n) + 1}),
			filter: '@.n < 3',
		};
		assert.deepEqual(rows([{n: 1}, {n: 5}, {n: 2}], step), [{n: 2}, {value: 20}, {n: 3}, {value: 30}]);
	});

	test('that return what is no record, or throw, are told with the record they failed at', () => {
		const message = (step: Step) => {
			try {
				rows([{n: 1}], step);
			} catch (error) {
				assert.ok(error instanceof StageError);
				return error.message;
			}
			return 'nothing thrown';
		};
		assert.equal(
			message({map: () => 1 as never}),
			'contacts: map, record 1 of page 1: the function must return a record, got 1',
		);
		assert.equal(
			message({yieldMap: () => 1 as never}),
			'contacts: yield_map, record 1 of page 1: the function must return a list or a generator of ' +
				'records, got 1',
		);
		assert.equal(
			message({map: ({n}) => (n as never as {x: () => JsonRecord}).x()}).includes('record 1 of page 1'),
			true,
		);
		assert.equal(
			message({
				*yieldMap() {
					for (;;) yield {};
				},
			}),
			'contacts: yield_map, record 1 of page 1: more than 1000000 records of one',
		);
	});
});

describe('add', () => {
	test('sets values, texts made of fields, and copies of fields', () => {
		const record = {first: 'Ann', last: null, address: {city: 'Rome'}, n: new Decimal('1.50'), 'odd key': 1};
		assert.deepEqual(
			rows([record], {
				add: {
					kind: 'x{{y}}',
					one: 1,
					list: [1],
					name: '{first} {last}/{address.city} {n} {odd key}',
					city: {path: 'address.city'},
					none: {path: 'address.street'},
				},
			}),
			[{...record, kind: 'x{y}', one: 1, list: [1], name: 'Ann /Rome 1.50 1', city: 'Rome'}],
		);
	});

	test('reads the record as it was, so that fields can be swapped', () => {
		assert.deepEqual(rows([{a: 1, b: 2}], {add: {a: {path: 'b'}, b: {path: 'a'}}}), [{a: 2, b: 1}]);
	});
});

describe('fields', () => {
	test('are removed by name and by path, inside lists too', () => {
		const record = {
			a: 1,
			'b.c': 2,
			b: {c: 3, d: 4},
			people: [{name: 'x', age: 1}, {age: 2}],
			tags: [1, 2, 3],
		};
		assert.deepEqual(
			rows([record], {remove: ['a', 'b.c', 'b.d', 'people[*].age', 'tags[-1]', 'absent', 'a.b.c']}),
			[{b: {c: 3}, people: [{name: 'x'}, {}], tags: [1, 2]}],
		);
		assert.equal(Object.keys(record).length, 5, 'the record that came is as it was');
		assert.deepEqual(record.people[0], {name: 'x', age: 1});
	});

	test('are renamed in their places, and may swap names', () => {
		const [row = {}] = rows([{a: 1, b: 2, c: 3}], {rename: {a: 'b', b: 'a', zz: 'y'}});
		assert.deepEqual(Object.entries(row), Object.entries({b: 1, a: 2, c: 3}));
	});

	test('that would overwrite another are refused, with the record as it came', () => {
		const {records, rejections} = through([{a: 1, b: 2}, {a: 3}], {add: {x: 1}}, {rename: {a: 'b'}});
		assert.deepEqual(records, [{b: 3, x: 1}]);
		assert.deepEqual(rejections, [
			{
				record: {a: 1, b: 2},
				column: 'b',
				reason: 'a second field "b", once it is renamed',
				page: 0,
				index: 0,
			},
		]);
	});

	test('are selected in order', () => {
		assert.deepEqual(Object.keys(rows([{a: 1, b: {c: 2}, d: 3}], {select: ['d', 'b.c', 'e']})[0] ?? {}), [
			'd',
			'c',
		]);
	});

	test('named __proto__ are fields like others', () => {
		const record = JSON.parse('{"__proto__": {"a": 1}, "b": 2}') as JsonRecord;
		const [row = {}] = rows([record], {rename: {b: '__proto__b', __proto__b: 'c'}}, {mask: ['__proto__']});
		assert.deepEqual(Object.keys(row), ['__proto__', '__proto__b']);
	});
});

describe('cast', () => {
	test('converts without loss, nested fields too', () => {
		const cast = {
			id: {type: 'bigint'},
			at: {type: 'timestamp'},
			'o.price': {type: 'decimal', precision: 8, scale: 2},
		} as const;
		assert.deepEqual(rows([{id: '12', at: 0, o: {price: 1.5}}, {id: null}], {cast}), [
			{id: 12, at: '1970-01-01T00:00:00Z', o: {price: '1.5'}},
			{id: null},
		]);
	});

	test('refuses a record with a value that does not fit, and goes on', () => {
		const {records, rejections} = through(
			[{id: 'x', keep: 1}, {id: '2'}],
			{remove: ['keep']},
			{cast: {id: {type: 'bigint'}}},
		);
		assert.deepEqual(records, [{id: 2}]);
		assert.deepEqual(rejections, [
			{record: {id: 'x', keep: 1}, column: 'id', reason: 'cannot cast "x" to bigint', page: 0, index: 0},
		]);
	});
});

describe('hash and mask', () => {
	test('hash is SHA-256, or HMAC with a secret; equal values stay equal', () => {
		const [a = {}, b = {}] = rows(
			[
				{e: 'ä', n: 1, o: {x: null}},
				{e: 'ä', o: {x: 'q'}},
			],
			{hash: ['e', 'n', 'o.x']},
		);
		assert.equal(a.e, createHash('sha256').update('ä').digest('hex'));
		assert.equal(a.n, createHash('sha256').update('1').digest('hex'));
		assert.equal(a.e, b.e);
		assert.deepEqual(a.o, {x: null});
		const [c = {}] = rows([{e: 'ä'}], {hash: {names: ['e'], secret: 's'}});
		assert.equal(c.e, createHmac('sha256', 's').update('ä').digest('hex'));
		assert.throws(() => rows([], {hash: {names: ['e'], secret: ''}}), ConfigError);
	});

	test('mask hides all, or all but the end of what is long enough', () => {
		const record = {card: '4111222233334444', pin: '1234567', e: 'a@b', n: null, id: 12345678};
		assert.deepEqual(rows([record], {mask: ['e', 'n']}), [{...record, e: '***'}]);
		assert.deepEqual(rows([record], {mask: {card: {keep: 4}, pin: {keep: 4}, id: {keep: 2}}}), [
			{...record, card: '***4444', pin: '***', id: '***78'},
		]);
	});
});

describe('flatten and explode', () => {
	test('flatten makes fields of nested objects', () => {
		assert.deepEqual(rows([{a: {b: {c: 1}}}], {flatten: true}), [{a__b__c: 1}]);
		assert.deepEqual(rows([{a: {b: {c: 1}}}], {flatten: {separator: '.', maxDepth: 1}}), [{'a.b': {c: 1}}]);
	});

	test('explode makes one record per item; without items there is null, and what is no list stays', () => {
		const records = [{id: 1, o: {xs: [1, [2]]}}, {id: 2, o: {xs: []}}, {id: 3, o: {xs: 5}}, {id: 4}];
		assert.deepEqual(rows(records, {explode: 'o.xs'}), [
			{id: 1, o: {xs: 1}},
			{id: 1, o: {xs: [2]}},
			{id: 2, o: {xs: null}},
			{id: 3, o: {xs: 5}},
			{id: 4},
		]);
	});

	test('explode takes several lists apart together, and refuses a record whose lists differ in length', () => {
		const {records, rejections} = through(
			[
				{n: 1, a: ['x', 'y'], b: [1, 2]},
				{n: 2, a: [], b: []},
				{n: 3, a: ['x'], b: [1, 2]},
				{n: 4, a: ['z']},
			],
			{explode: ['a', 'b']},
		);
		assert.deepEqual(records, [
			{n: 1, a: 'x', b: 1},
			{n: 1, a: 'y', b: 2},
			{n: 2, a: null, b: null},
			{n: 4, a: 'z'},
		]);
		assert.deepEqual(
			rejections?.map(({reason}) => reason),
			['explode: a has 1 items, and b has 2'],
		);
	});

	test('a list that is as long as the exploded one in each record is told once, and one that is so by chance is not', () => {
		const told: string[] = [];
		const take = pagesThrough([explode('o.xs', (path, sibling) => told.push(`${path} ${sibling}`))]);
		take(pageOf([1, 2, 3, 4].map(n => ({o: {xs: [n, n], ys: ['a', 'b'], zs: n === 2 ? [1] : [1, 2]}}))));
		assert.deepEqual(told, ['o.xs o.ys']);
		const chance = pagesThrough([explode('xs', () => assert.fail())]);
		chance(
			pageOf([
				{xs: [1, 2], ys: [1, 2]},
				{xs: [1, 2, 3], ys: [1]},
				...[4, 5, 6].map(n => ({xs: [n, n], ys: [n, n]})),
			]),
		);
	});

	test('a refusal after explode refuses the whole record, once', () => {
		const {records, rejections} = through(
			[{xs: [1, 'x', 'y']}],
			{explode: 'xs'},
			{cast: {xs: {type: 'bigint'}}},
		);
		assert.deepEqual(records, []);
		assert.equal(rejections?.length, 1);
	});
});

test('a step that says nothing is refused, and so is a field that no plain path leads to', () => {
	assert.throws(() => pageSteps([{}]), ConfigError);
	assert.throws(() => pageSteps([{remove: ['$..a']}]), ConfigError);
	assert.throws(() => pageSteps([{add: {a: {path: 'x', other: 1} as JsonValue}}]), ConfigError);
});

test('steps in one list do what they do one list after the other, and the records that came stay as they were', () => {
	const step = fc.constantFrom<Step>(
		{filter: '@.a > 1'},
		{add: {c: '{a}-{b}'}},
		{remove: ['b']},
		{rename: {a: 'b', b: 'a'}},
		{explode: 'b'},
		{mask: ['a']},
		{cast: {a: {type: 'text'}}},
		{select: ['b', 'c']},
	);
	const value = fc.oneof(
		fc.integer({min: 0, max: 3}),
		fc.constant('x'),
		fc.array(fc.integer({min: 0, max: 2}), {maxLength: 3}),
	);
	const record = fc.record({a: value, b: value}, {requiredKeys: [], noNullPrototype: true});
	fc.assert(
		fc.property(
			fc.array(record, {maxLength: 5}),
			fc.array(step, {minLength: 1, maxLength: 4}),
			(records, list) => {
				const before = structuredClone(records);
				// A refusal concerns the whole record that came, so records go one by one.
				const single = records.flatMap(one => {
					let page = pageOf([one]);
					for (const each of list) page = pageSteps([each])(page);
					return page.rejections ? [] : page.records;
				});
				assert.deepEqual(rows(records, ...list), single);
				assert.deepEqual(records, before);
			},
		),
	);
});
