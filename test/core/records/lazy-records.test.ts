import {deepStrictEqual, strictEqual, throws} from 'node:assert/strict';
import {test} from 'node:test';
import {inspect} from 'node:util';
import fc from 'fast-check';
import {parse, stringify} from '../../../src/core/json.ts';
import type {JsonRecord} from '../../../src/core/page.ts';
import {linesOf, rememberLines, unparsed} from '../../../src/core/records/lazy-records.ts';

function textOf(records: readonly JsonRecord[]): string | undefined {
	const bytes = linesOf(records);
	return bytes && Buffer.from(bytes).toString();
}

function left(body: string, keys: readonly string[] = ['data']) {
	const found = unparsed(Buffer.from(body), keys);
	return found && {...found, text: textOf(found.records)};
}

test('records come out as they stood in the body, digit for digit and escape for escape', () => {
	const body =
		'{"total":2,"note":"data\\":[{","data":[{"id":12345678901234567890,"x":1.0,"s":"a\\u00e9,}{"},{"id":2,"l":[[1,{}],{"a":"]"}]}],"next":null}';
	const found = left(body);
	strictEqual(
		found?.text,
		'{"id":12345678901234567890,"x":1.0,"s":"a\\u00e9,}{"}\n{"id":2,"l":[[1,{}],{"a":"]"}]}\n',
	);
	strictEqual(stringify(found?.value ?? null), stringify(parse(body)));
});

test('spaces between records go, those inside stay, and a line feed may end the body', () => {
	strictEqual(
		left('{"data": [ {"a": 1}, {"a": "é"} ,\t{} ], "next": null}\n')?.text,
		'{"a": 1}\n{"a": "é"}\n{}\n',
	);
});

test('what is not written the plain way is left to be parsed', () => {
	for (const [body, why] of [
		['{"data":[{"a":1},\n{"a":2}]}', 'line feeds'],
		['{"data":[{"a":1}\r]}', 'carriage returns'],
		['{"data":[{"a":1},null]}', 'a null among them'],
		['{"data":["x"]}', 'words'],
		['{"data":{"a":1}}', 'one object'],
		['{"data":[]}', 'none'],
		['{"items":[{"a":1}]}', 'elsewhere'],
		['{"data":[{"a":1}],"data":[{"a":2}]}', 'twice'],
		['{"data":[{"a":1}],"d\\u0061ta":[{"a":2}]}', 'twice, once with an escape'],
		['{"data":[{"a":1}]', 'cut off'],
		['{"data":[{"a":1}]} x', 'more behind it'],
		['{"data":[{"a":nope}]}', 'no JSON in a record'],
		['{"data":[{"a":1}],"next":nope}', 'no JSON beside them'],
		['', 'nothing'],
	])
		strictEqual(left(body as string), undefined, why);
	strictEqual(
		left('{"a":{"b":[{"x":1}]},"a.b":[{"x":2}]}', ['a', 'b']),
		undefined,
		'a key that reads like the path',
	);
});

test('a body that is left is not changed', () => {
	const bytes = Buffer.from('{"data": [{"a":1}, {"a":2}], "data": 1}');
	strictEqual(unparsed(bytes, ['data']), undefined);
	strictEqual(bytes.toString(), '{"data": [{"a":1}, {"a":2}], "data": 1}');
});

test('records are there for whoever looks at them, with every digit, and keep their text', () => {
	const text = '[{"id":9007199254740993,"s":"a,b"},{"id":2,"s":null}]';
	const expected = [
		{id: 9007199254740993n, s: 'a,b'},
		{id: 2, s: null},
	];
	const looks: ((records: readonly JsonRecord[]) => unknown)[] = [
		records => [...records],
		records => records.slice(0),
		records => records.map(record => record),
		records => [records[0], records.at(-1)],
		records => Object.values(records),
		records => ('1' in records ? Array.from(records) : undefined),
	];
	for (const look of looks) {
		const {records} = unparsed(Buffer.from(text), []) ?? {records: []};
		strictEqual(records.length, 2);
		deepStrictEqual(look(records), expected, inspect(look));
		strictEqual(textOf(records), '{"id":9007199254740993,"s":"a,b"}\n{"id":2,"s":null}\n');
		strictEqual(Array.isArray(records), true);
	}
});

test('a list of some of the records has no text', () => {
	const {records} = unparsed(Buffer.from('[{"a":1},{"a":2}]'), []) ?? {records: []};
	strictEqual(linesOf(records.slice(0, 1)), undefined);
	strictEqual(linesOf([...records]), undefined);
});

test('records that were parsed get their text, if there are as many in the body', () => {
	const records = [{a: 1}, {a: 2}];
	rememberLines(records, Buffer.from('[{"a":1.0}, {"a":2}]'), []);
	strictEqual(textOf(records), '{"a":1.0}\n{"a":2}\n');
	const others = [{a: 1}];
	rememberLines(others, Buffer.from('[{"a":1},{"a":2}]'), []);
	strictEqual(textOf(others), undefined);
	const nested = [{a: 1}];
	rememberLines(nested, Buffer.from('{"items":[{"a":1}]}'), ['data']);
	strictEqual(textOf(nested), undefined);
});

test('any compact body gives lines that parse to its records, and what stands around them', () => {
	const record = fc.dictionary(fc.string(), fc.jsonValue());
	fc.assert(
		fc.property(
			fc.array(record, {minLength: 1, maxLength: 5}),
			fc.array(fc.string(), {maxLength: 3}),
			fc.jsonValue(),
			(records, keys, noise) => {
				const around = (list: unknown): string => {
					let body = list;
					for (const key of [...keys].reverse())
						body = Object.fromEntries(
							[
								[`${key}!`, noise],
								[key, body],
								[`!${key}`, noise],
							].filter(([name], i) => i === 1 || name !== key),
						);
					return JSON.stringify(body);
				};
				const found = left(around(records), keys);
				// Integer-like keys move to the front of an object, __proto__ is no key to JSON.stringify, and an escape
				// may hide a key.
				const isOdd = keys.some(
					key => key === '__proto__' || JSON.stringify(key) !== `"${key}"` || key === '',
				);
				if (found === undefined)
					return strictEqual(isOdd || new Set(keys).size < keys.length, true, around(records));
				deepStrictEqual(
					found.text?.split('\n').filter(Boolean),
					records.map(item => JSON.stringify(item)),
				);
				strictEqual(stringify(found.value), stringify(parse(around(records))));
				deepStrictEqual([...found.records], parse(JSON.stringify(records)));
				return undefined;
			},
		),
	);
});

test('records that are read late fail as loudly as any other list', () => {
	const {records} = unparsed(Buffer.from('[{"a":1}]'), []) ?? {records: []};
	throws(() => (records[5] as JsonRecord).a, TypeError);
});

test('a list that stands for records cannot be changed in place, which its text would not know of', () => {
	const {records} = unparsed(Buffer.from('[{"a":1},{"a":2}]'), []) ?? {records: []};
	const list = records as JsonRecord[];
	const changes: (() => unknown)[] = [
		() => list.push({a: 3}),
		() => list.pop(),
		() => list.reverse(),
		() => list.splice(0, 1),
		() => {
			list[0] = {a: 3};
		},
		() => {
			list.length = 1;
		},
	];
	for (const change of changes) throws(change, /cannot be changed in place; return a page/, String(change));
	deepStrictEqual([...list], [{a: 1}, {a: 2}]);
});
