import assert from 'node:assert/strict';
import {test} from 'node:test';
import {Decimal, parse} from '../../src/core/json.ts';
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

test('a path and a key that make one name both keep their value', () => {
	assert.deepEqual(recordsThrough(flattenPages(), [{a: {b: 1}, a__b: 2, a__b__2: 3}]), [
		{a__b: 1, a__b__2: 2, a__b__2__2: 3},
	]);
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
