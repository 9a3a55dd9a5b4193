/** Bodies as a hostile printer would write them: whatever lines come out must say what JSON.parse says. */
import {deepStrictEqual, strictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {parse} from '../../../src/core/json/json.ts';
import {selector} from '../../../src/core/path/selector.ts';
import {KeyTable} from '../../../src/core/records/key-table.ts';
import {lazyBody} from '../../../src/core/records/lazy-body.ts';
import {linesOf} from '../../../src/core/records/lazy-records.ts';

// The lines of a body as they would be written, next to the records that a selector takes out of it.
function both(body: string, path: string) {
	const {keys, select} = selector(path);
	const {records} = select(parse(body));
	const found = keys && lazyBody(Buffer.from(body), keys, {need: 'index', keys: new KeyTable()});
	const bytes = found && linesOf(found.records);
	const lines = bytes && Buffer.from(bytes).toString();
	if (found) deepStrictEqual([...found.records], [...records], body);
	return {records: [...records], lines};
}

test('of a list that comes twice the last one counts, in lines as in records', () => {
	for (const body of [
		'{"data":[{"a":1}],"data":[{"a":2}]}',
		'{"data":[{"a":1}],"d\\u0061ta":[{"a":2}]}',
		'{"data":[{"a":1}],"x":"]}","y":{"data":3},"data":[{"a":2}]}',
	]) {
		const {records, lines} = both(body, 'data');
		deepStrictEqual(records, [{a: 2}]);
		strictEqual(lines, undefined, body);
	}
	strictEqual(both('{"a":{"b":[{"x":1}]},"a":{"b":[{"x":2}]}}', 'a.b').lines, undefined);
	strictEqual(both('{"a":{"b":[{"x":1}],"b":[{"x":2}]}}', 'a.b').lines, undefined);
});

test('of a key with a dot and a path that reads the same, the key is meant', () => {
	const {records, lines} = both('{"data":{"items":[{"a":1}]},"data.items":[{"a":2}]}', 'data.items');
	deepStrictEqual(records, [{a: 2}]);
	strictEqual(lines, undefined);
});

// JSON text written in every way that the grammar allows.
const space = fc.oneof({arbitrary: fc.constant(''), weight: 40}, fc.constantFrom(' ', '\t', '\n', '\r\n'));
const letters = fc.constantFrom('a', 'b', 'data', '"', '\\', ']', '}', ',', '\u2028', 'é', '😀', '\\\\"', '');
const string = fc.tuple(letters, letters, fc.boolean()).map(([one, two, escaped]) => {
	const text = JSON.stringify(one + two);
	return escaped ? text.replace(/[a-z]/, letter => `\\u00${letter.charCodeAt(0).toString(16)}`) : text;
});
const key = fc.oneof(
	fc.constantFrom(
		'"data"',
		'"data"',
		'"items"',
		'"items"',
		'"d\\u0061ta"',
		'"data.items"',
		'"__proto__"',
		'"1"',
	),
	string,
);
const number = fc.constantFrom(
	'0',
	'-1',
	'1.50',
	'12345678901234567890',
	'0.1234567890123456789',
	'1e2',
	'-0',
);
const deep = {maxDepth: 6, depthIdentifier: 'json'};
const {list, object} = fc.letrec<{value: string; list: string; object: string}>(tie => ({
	value: fc.oneof(
		deep,
		number,
		string,
		fc.constantFrom('null', 'true', 'false'),
		tie('list'),
		tie('object'),
		tie('object'),
	),
	list: fc
		.tuple(
			fc.array(fc.oneof(deep, fc.constant('{}'), {arbitrary: tie('object'), weight: 25}, tie('value')), {
				maxLength: 3,
			}),
			space,
			space,
		)
		.map(([items, before, after]) => `[${before}${items.join(`${after},${before}`)}${after}]`),
	object: fc
		.tuple(
			fc.array(
				fc.tuple(key, space, fc.oneof(deep, number, {arbitrary: tie('list'), weight: 3}, tie('value'))),
				{maxLength: 4},
			),
			space,
		)
		.map(
			([members, after]) =>
				`{${members.map(([name, gap, item]) => `${gap}${name}${gap}:${item}`).join(',')}${after}}`,
		),
}));

test('however a body is written, its lines parse to the selected records', () => {
	let cut = 0;
	fc.assert(
		fc.property(
			fc.oneof(list, object, object, object),
			fc.constantFrom('$', 'data', 'items', 'data.items', 'data[*]'),
			(body, path) => {
				let found: ReturnType<typeof both>;
				try {
					found = both(body, path);
				} catch {
					// The selector found nothing.
					return;
				}
				if (found.lines === undefined) return;
				cut++;
				deepStrictEqual(found.lines.split('\n').slice(0, -1).map(parse), found.records, body);
			},
		),
		{numRuns: 20_000},
	);
	strictEqual(cut > 500, true, `only ${cut} bodies were cut into lines`);
});
