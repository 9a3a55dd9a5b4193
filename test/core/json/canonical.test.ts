import {deepStrictEqual, notStrictEqual, strictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {keyReader} from '../../../sinks/dataset/merge/key.ts';
import {canonical} from '../../../src/core/json/canonical.ts';
import {Decimal, exactNumber, type JsonValue, significantDigits} from '../../../src/core/json/json.ts';
import {hashOf} from '../../../src/resource/incremental/hashes.ts';
import {keyOf} from '../../../transforms/dedupe/key.ts';

const numbers = [
	'0',
	'-0.0',
	'5',
	'5.0',
	'50e-1',
	'1e23',
	'100000000000000000000000',
	'1.2345678901234567890',
	'1.234567890123456789',
	'1234567890123456789e-18',
	'1.2345678901234567891',
	'1299999999999999997',
	'1299999999999999996',
	'5e-325',
	'5e-324',
	'3e-324',
	'3e-323',
	'1e400',
];
const texts = ['', '5', 'd5', 'null', 'true', '[]', '"', '{"a":1}'];

/** A value, and what it says in a spelling of its own. */
interface Spelled {
	readonly value: JsonValue;
	readonly content: string;
}

const number = (text: string): Spelled => ({
	value: exactNumber(text),
	content: `number ${significantDigits(text)};`,
});
const word = (value: JsonValue): Spelled => ({
	value,
	content: `${typeof value} ${String(value).length} ${value};`,
});
const leaves = [
	...numbers.map(number),
	...texts.map(word),
	...[null, true, false].map(word),
	{...number('5'), value: 5n},
];
const list = (items: Spelled[]): Spelled => ({
	value: items.map(({value}) => value),
	content: `list ${items.length}: ${items.map(({content}) => content).join('')}`,
});
const object = (fields: [string, Spelled][]): Spelled => ({
	value: Object.fromEntries(fields.map(([key, {value}]) => [key, value])),
	content: `object ${fields.length}: ${fields
		.map(([key, {content}]) => `${key}=${content}`)
		.toSorted()
		.join('')}`,
});
const {value: anything} = fc.letrec<{value: Spelled}>(tie => ({
	value: fc.oneof(
		{depthSize: 'small'},
		fc.constantFrom(...leaves),
		fc.array(tie('value'), {maxLength: 3}).map(list),
		fc
			.uniqueArray(fc.tuple(fc.constantFrom('a', 'b', 'a"', ''), tie('value')), {
				selector: ([key]) => key,
				maxLength: 3,
			})
			.map(object),
	),
}));

test('two values have one canonical text exactly when they say the same', () => {
	const check = (one: Spelled, other: Spelled): void =>
		strictEqual(
			canonical(one.value) === canonical(other.value),
			one.content === other.content,
			`${one.content} and ${other.content}`,
		);
	for (const one of leaves) for (const other of leaves) check(one, other);
	fc.assert(fc.property(anything, anything, check), {numRuns: 5000});
});

// Null is none; and a merge takes a whole double beyond 2^53 for what it is in truth, as DuckDB does.
function isKey(value: JsonValue): boolean {
	return value !== null && (!Number.isInteger(value) || Number.isSafeInteger(value));
}

test('de-duplication, merge and incremental reading agree about which values are the same', () => {
	const mergeKey = keyReader(['x'], {columns: [{name: 'x', type: 'json', nullable: false}]});
	const ways: ((value: JsonValue) => unknown)[] = [
		x => keyOf(['x'])({x}),
		x => keyOf([])({x}),
		x => mergeKey({x}),
		x => hashOf({x}),
	];
	fc.assert(
		fc.property(anything, anything, (one, other) => {
			if (!isKey(one.value) || !isKey(other.value)) return;
			const agreed = ways.map(way => way(one.value) === way(other.value));
			deepStrictEqual(
				agreed,
				ways.map(() => one.content === other.content),
				`${one.content} and ${other.content}`,
			);
		}),
		{numRuns: 5000},
	);
});

test('long decimals that are equal but for zeros at their end are one row, and those of other powers are not', () => {
	const key = keyReader(['x'], {columns: [{name: 'x', type: 'json', nullable: false}]});
	strictEqual(key({x: new Decimal('1.2345678901234567890')}), key({x: new Decimal('1.234567890123456789')}));
	notStrictEqual(
		key({x: new Decimal('1.2345678901234567891e10')}),
		key({x: new Decimal('1.2345678901234567891e1')}),
	);
});

test('what a function made of a record, and is no JSON, is told apart as it will be written', () => {
	const dated = (date: string) => ({at: new Date(date), left: undefined}) as unknown as JsonValue;
	strictEqual(canonical(dated('2024-01-01')), '{"at":"2024-01-01T00:00:00.000Z"}');
});
