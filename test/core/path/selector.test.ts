import {deepStrictEqual, strictEqual, throws} from 'node:assert/strict';
import {test} from 'node:test';
import type {JsonValue} from '../../../src/core/json/json.ts';
import {detect, selector} from '../../../src/core/path/selector.ts';

test('a list is taken apart, an object is one record, null is none, and a word is put into {value}', () => {
	const rows = (body: JsonValue) => selector('data').select(body).records;
	deepStrictEqual(rows({data: [{a: 1}, {a: 2}]}), [{a: 1}, {a: 2}]);
	deepStrictEqual(rows({data: {a: 1}}), [{a: 1}]);
	deepStrictEqual(rows({data: null}), []);
	deepStrictEqual(rows({data: ['x', 1, null, ['y']]}), [{value: 'x'}, {value: 1}, {value: ['y']}]);
});

test('several lists are all taken apart, as one is', () => {
	const {records, received} = selector('groups[*].items').select({
		groups: [{items: [{id: 1}, {id: 2}]}, {items: [{id: 3}]}],
	});
	deepStrictEqual(records, [{id: 1}, {id: 2}, {id: 3}]);
	strictEqual(received, 2, 'an offset counts what the server counts: groups');
});

test('a selector that leads nowhere names the keys that were there, and a better path', () => {
	throws(() => selector('data').select({items: [{id: 1}], total: 1}), {
		message: 'no "data" in the response; found: items, total. Try data_selector: items',
	});
	throws(() => selector('data').select([{id: 1}]), {
		message: 'no "data" in the response; the body is a list of 1. Try data_selector: \'$\'',
	});
	throws(() => selector('groups[*].items').select({teams: []}), /no "groups\[\*\]\.items"/);
	throws(() => selector('data.items').select({data: {rows: []}}), /no "data.items"/);
});

test('an empty list below a wildcard, a null on the way, and a filter without a match are empty pages, not errors', () => {
	deepStrictEqual(selector('groups[*].items').select({groups: []}).records, []);
	deepStrictEqual(selector('data.items').select({data: null}).records, []);
	deepStrictEqual(selector('data[?@.ok == true]').select({data: [{ok: false}]}).records, []);
	throws(() => selector('data[?@.ok == true]').select({rows: []}), /no "data/);
	throws(() => selector('data[*]').select({data: 5}), /no "data\[\*\]" in the response; found: data/);
});

test('what the server sent is counted, also what a filter left out and what is null', () => {
	const received = (path: string, body: JsonValue) => selector(path).select(body).received;
	strictEqual(received('data[?@.ok == true]', {data: [{ok: false}, {ok: false}]}), 2);
	strictEqual(received("$['my data'][?@.ok == true].rows[*]", {'my data': [{ok: true, rows: [1, 2, 3]}]}), 1);
	strictEqual(received('$[?@.ok == true]', [{ok: false}, {ok: true}]), 2);
	strictEqual(received('data[0:1]', {data: [1, 2]}), 2);
	strictEqual(received('data', {data: [null, 1]}), 2);
	strictEqual(received('$..id', {a: {id: 1}, b: {id: 2}}), 2, 'no one list is meant');
});

test('nulls among the items are counted, and one in place of a list is an empty list', () => {
	const nulls = (path: string, body: JsonValue) => selector(path).select(body).nulls;
	strictEqual(nulls('data', {data: [null, {id: 1}, 'x', null]}), 2);
	strictEqual(nulls('data[*]', {data: [null, {id: 1}, [null]]}), 2);
	strictEqual(nulls('groups[*].items', {groups: [{items: null}, {items: [null]}]}), 1);
	strictEqual(nulls('data', {data: null}), 0);
	deepStrictEqual(selector('data').take([null, {id: 1}]), {records: [{id: 1}], nulls: 1});
	deepStrictEqual(selector('data[*]').take([null, [{id: 1}]]), {records: [{id: 1}], nulls: 1});
});

test('the list whose items the records are is known by its keys, a dotted one too', () => {
	const keys = (path: string, body: JsonValue) => selector(path).select(body).keys;
	deepStrictEqual(keys('data.items', {data: {items: []}}), ['data', 'items']);
	deepStrictEqual(keys('data.items', {'data.items': []}), ['data.items']);
	deepStrictEqual(keys('data[*]', {data: []}), ['data']);
	deepStrictEqual(keys('$', []), []);
	for (const path of ['data[0].rows', 'data[*].rows', 'data[?@.rows]', '$..rows'])
		strictEqual(keys(path, {data: [{rows: [1]}]}), undefined, path);
	strictEqual(keys('data', {data: {id: 1}}), undefined);
});

const guesses: [about: string, body: JsonValue, path: string][] = [
	['a bare list', [{id: 1}], '$'],
	['an object without lists', {id: 1, name: 'x'}, '$'],
	['the usual name', {errors: [{e: 1}], payload: {results: [{id: 1}]}}, 'payload.results'],
	['the first list of objects', {users: [{id: 1}], links: [{x: 1}]}, 'users'],
	['records before metadata, though it comes first', {meta: {tags: [{x: 1}]}, users: [{id: 1}]}, 'users'],
	['a record that owns a list of words', {id: 1, tags: ['a']}, '$'],
	['a record that owns an empty list', {id: 1, tags: []}, '$'],
	['a list of words that is all there is', {repositories: ['a', 'b']}, 'repositories'],
	['a key with a dot', {'my.items': [{id: 1}]}, "['my.items']"],
	['a key with a quote', {"o'clock": [{id: 1}]}, "['o\\'clock']"],
	['an empty page', {total: 0, rows2: [], page: 1}, 'rows2'],
	['a list with a usual name, however deep', {a: {b: {c: {d: {data: [{id: 1}]}}}}}, 'a.b.c.d.data'],
	['lists too deep to be meant', {a: {b: {c: {users: [{id: 1}]}}}}, '$'],
	['a deep list in a record', {id: 1, a: {b: {c: {data: [{id: 1}]}}}}, '$'],
	['an empty page as Go writes it', {items: null, total: 0}, 'items'],
	['a list before a null', {data: null, users: [{id: 1}]}, 'users'],
	['a record with an empty field', {id: 1, content: null}, '$'],
	['a refusal without data', {data: null, message: 'no such key'}, '$'],
	['OData', {'@odata.context': 'x', value: [{id: 1}]}, 'value'],
];
for (const [about, body, path] of guesses) {
	test(`without a selector, ${about} is found`, () => {
		strictEqual(detect(body), path);
		selector(path).select(body);
	});
}
