import {deepStrictEqual, strictEqual, throws} from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {SelectorError} from '../../../src/core/errors.ts';
import {exactNumber, type JsonValue, parse} from '../../../src/core/json/json.ts';
import {compareNumbers} from '../../../src/core/json/numbers.ts';
import {parsePath} from '../../../src/core/path/path.ts';

const body = {
	data: {items: [{id: 1}, {id: 2}]},
	'my.items': ['a'],
	'many-results': 7,
	'@odata.nextLink': 'next',
	groups: [{items: [1, 2]}, {items: []}, {items: [3]}],
	map: {x: {n: 1}, y: {n: 2}},
};

const table: [path: string, all: JsonValue[]][] = [
	['$', [body]],
	['data.items', [[{id: 1}, {id: 2}]]],
	['$.data.items', [[{id: 1}, {id: 2}]]],
	['data.items[0].id', [1]],
	['data.items[-1].id', [2]],
	['data.items[*].id', [1, 2]],
	['data.items[5]', []],
	["['my.items']", [['a']]],
	['$["my.items"][0]', ['a']],
	['"my.items"', [['a']]],
	['my.items', [['a']]],
	['many-results', [7]],
	['@odata.nextLink', ['next']],
	["['@odata.nextLink']", ['next']],
	['groups[*].items', [[1, 2], [], [3]]],
	['groups[*].items[*]', [1, 2, 3]],
	['map.*.n', [1, 2]],
	['missing.path', []],
	['data.items[?@.id > 1]', [{id: 2}]],
	['$..n', [1, 2]],
	['data.items[0:1]', [{id: 1}]],
];

for (const [path, all] of table) {
	test(`the path ${path} finds what it should`, () => {
		deepStrictEqual(parsePath(path).all(body), all);
		deepStrictEqual(parsePath(path).first(body), all[0]);
	});
}

for (const path of ['', 'a[', 'a..', 'a[?', "['open", 'a b']) {
	test(`the path ${JSON.stringify(path)} is refused when it is read, not when it is used`, () => {
		throws(() => parsePath(path), SelectorError);
	});
}

test('a path never reaches into the prototype', () => {
	deepStrictEqual(parsePath('constructor.name').all({}), []);
	deepStrictEqual(parsePath('__proto__').all(JSON.parse('{"__proto__": 1}')), [1]);
});

test('filters compare long numbers by all their digits, wherever they stand', () => {
	const long = parse(
		'[1299999999999999997, 1299999999999999996, 0.1000000000000000000001, 1e400, -1e400, 5]',
	);
	const found = (filter: string): JsonValue[] => parsePath(`$[?${filter}]`).all(long);
	const [first, second, third, fourth, fifth, sixth] = long as JsonValue[];
	deepStrictEqual(found('@ == 1299999999999999997'), [first]);
	deepStrictEqual(found('@ != 1299999999999999997'), [second, third, fourth, fifth, sixth]);
	deepStrictEqual(found('@ < 1299999999999999997 && @ > 5'), [second]);
	deepStrictEqual(found('@ >= 1299999999999999997'), [first, fourth]);
	deepStrictEqual(found('@ > 0.1 && @ <= 5.0e0'), [third, sixth]);
	deepStrictEqual(found('@ == 0.10000000000000000000010'), [third]);
	deepStrictEqual(found("@ == '5' || @ < 'x' || @ == null || @ == true"), []);
});

test('a long decimal has nothing in it', () => {
	const long = parse('{"a": 1.2345678901234567890, "b": [5]}') as {a: JsonValue};
	deepStrictEqual(parsePath('$..*').all(long), [long.a, [5], 5]);
});

test('filters know lists, objects, and what is not there', () => {
	const rows = [
		{a: [1n, {b: 2}], x: 1},
		{a: [{b: 2}, 1]},
		{a: {c: 1, d: null}},
		{x: null},
	] satisfies JsonValue;
	const found = (filter: string): JsonValue[] => parsePath(`$[?${filter}]`).all(rows);
	deepStrictEqual(found('@.a == $[0].a'), [rows[0]]);
	deepStrictEqual(found('@.a == @.y'), [rows[3]]);
	deepStrictEqual(found('@.x == null'), [rows[3]]);
	deepStrictEqual(found('@.a != $[2].a && !@.x'), [rows[1]]);
	deepStrictEqual(found('length(@.a) >= 2 && count(@.a[*]) < 2.5'), [rows[0], rows[1], rows[2]]);
	deepStrictEqual(found("match(@.a[1].b, '9') || search(@.y, '1')"), []);
});

test('a pattern that is no regular expression of RFC 9485 is refused with what to write instead', () => {
	for (const [filter, message] of [
		["match(@.a, '(')", /match\(\) cannot read the pattern "\("/],
		["@.x > 1 && !search(@.a, '[z-a]')", /search\(\) cannot read the pattern "\[z-a\]"/],
		["match(@.a, '\\\\d+')", /write \[0-9\] for \\d/],
	] as const)
		throws(() => parsePath(`$.rows[?${filter}]`), message);
	deepStrictEqual(parsePath("$[?match(@.a, '[0-9]+')]").all([{a: '12'}, {a: 'x'}]), [{a: '12'}]);
	// A pattern out of the data matches nothing.
	deepStrictEqual(parsePath('$[?match(@.a, @.b)]').all([{a: '(', b: '('}]), []);
});

test('any two numbers are in one order, whatever holds them', () => {
	const numbers = [
		'-1e400',
		'-1299999999999999997',
		'-10',
		'-9.5',
		'-0.25',
		'0',
		'1e-400',
		'0.1',
		'0.10000000000000000000001',
		'9',
		'10',
		'1e20',
		'100000000000000000001',
		'1e400',
	];
	for (const [a, one] of numbers.entries())
		for (const [b, other] of numbers.entries())
			strictEqual(
				Math.sign(compareNumbers(exactNumber(one), exactNumber(other))) + 0,
				Math.sign(a - b),
				`${one}, ${other}`,
			);
	strictEqual(compareNumbers(Number.POSITIVE_INFINITY, 10n ** 30n), 1);
});

test('any key can be reached by quoting it', () => {
	fc.assert(
		fc.property(fc.string({unit: 'binary'}), fc.integer(), (key, value) => {
			const object = Object.fromEntries([[key, value]]);
			const quoted = key.replace(/[\\']/g, '\\$&');
			strictEqual(parsePath(`['${quoted}']`).first(object), value);
		}),
	);
});
