import assert from 'node:assert/strict';
import {test} from 'node:test';
import {Decimal, parse} from '../../src/core/json/json.ts';
import type {JsonRecord} from '../../src/core/page.ts';
import {flatten, flattenPages} from '../../transforms/flatten.ts';
import {recordsThrough} from './pages.ts';

test('nested objects become fields; lists, empty objects and exact numbers stay', () => {
	const record = {id: 1, a: {b: {c: null}, d: [{e: 1}], f: {}}, price: new Decimal('1.10000000000000000001')};
	assert.deepEqual(recordsThrough(flattenPages(), [record]), [
		{id: 1, a__b__c: null, a__d: [{e: 1}], a__f: {}, price: record.price},
	]);
});

test('separator and depth are up to the user', () => {
	assert.deepEqual(recordsThrough(flattenPages({separator: '.', maxDepth: 1}), [{a: {b: {c: 1}}}]), [
		{'a.b': {c: 1}},
	]);
	assert.throws(() => flatten({maxDepth: 0.5}), /maxDepth: expected a whole number from 0, got 0.5/);
});

test('a path and a key that make one name both keep their value, the key its name, in any order of keys', () => {
	const entries = Object.entries({a: {b: 1}, a__b: 2, a__b__2: 3} as JsonRecord);
	for (const order of [entries, entries.toReversed()]) {
		const [flat] = recordsThrough(flattenPages(), [Object.fromEntries(order)]);
		assert.deepEqual(flat, {a__b: 2, a__b__2: 3, a__b__3: 1});
	}
});

test('two paths that make one name have the same names in any order of keys', () => {
	for (const record of [
		{a: {b__c: 1}, a__b: {c: 2}},
		{a__b: {c: 2}, a: {b__c: 1}},
	])
		assert.deepEqual(recordsThrough(flattenPages(), [record]), [{a__b__c: 1, a__b__c__2: 2}]);
});

test('a flat record goes on as it is', () => {
	const record = {id: 1, tags: ['a']};
	assert.equal(recordsThrough(flattenPages(), [record])[0], record);
});

test('a key called __proto__ is one like any other', () => {
	const [record] = recordsThrough(flattenPages(), [
		parse('{"__proto__":1,"a":{"__proto__":2}}') as JsonRecord,
	]);
	assert.deepEqual(Object.entries(record!), [
		['__proto__', 1],
		['a____proto__', 2],
	]);
});
