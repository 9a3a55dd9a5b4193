import {deepStrictEqual, strictEqual, throws} from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {SelectorError} from '../../src/core/errors.ts';
import type {JsonValue} from '../../src/core/json.ts';
import {parsePath} from '../../src/core/path.ts';

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

test('any key can be reached by quoting it', () => {
	fc.assert(
		fc.property(fc.string({unit: 'binary'}), fc.integer(), (key, value) => {
			const object = Object.fromEntries([[key, value]]);
			const quoted = key.replace(/[\\']/g, '\\$&');
			strictEqual(parsePath(`['${quoted}']`).first(object), value);
		}),
	);
});
