import {deepStrictEqual, strictEqual, throws} from 'node:assert/strict';
import {test} from 'node:test';
import {inspect} from 'node:util';
import fc from 'fast-check';
import {parse, stringify} from '../../../src/core/json/json.ts';
import type {JsonRecord} from '../../../src/core/page.ts';
import {KeyTable} from '../../../src/core/records/key-table.ts';
import {lazyBody, withText} from '../../../src/core/records/lazy-body.ts';
import {
	firstRecords,
	type LazyRecords,
	lastRows,
	lastValues,
	linesOf,
	rowsIn,
	valueIndexOf,
} from '../../../src/core/records/lazy-records.ts';
import type {RecordList} from '../../../src/core/records/record-list.ts';
import {textRecords} from '../../helpers/as-text.ts';

const keyTable = () => new KeyTable();

function textOf(records: RecordList): string | undefined {
	const bytes = linesOf(records);
	return bytes && Buffer.from(bytes).toString();
}

function left(body: string, keys: readonly string[] = ['data']) {
	const found = lazyBody(Buffer.from(body), keys, {need: 'text', keys: keyTable()});
	return found && {...found, text: textOf(found.records)};
}

function list(text: string): LazyRecords {
	const records = textRecords(text);
	if (!records) throw new Error(`not left as text: ${text}`);
	return records;
}

test('records come out as they stood in the body, digit for digit and escape for escape', () => {
	const records = '{"id":12345678901234567890,"x":1.0,"s":"a\\u00e9,}{"},{"id":2,"l":[[1,{}],{"a":"]"}]}';
	const found = left(`{"total":2,"note":"data\\":[{","data":[${records}],"next":null}`);
	strictEqual(
		found?.text,
		'{"id":12345678901234567890,"x":1.0,"s":"a\\u00e9,}{"}\n{"id":2,"l":[[1,{}],{"a":"]"}]}\n',
	);
});

test('the body has all that stands around the records, and the last one alone in its list', () => {
	deepStrictEqual(left('{"total":2,"data":[{"id":1},{"id":2}],"next":{"a":1}}')?.value, {
		total: 2,
		data: [{id: 2}],
		next: {a: 1},
	});
	deepStrictEqual(left('[{"id":1},{"id":2}]', [])?.value, [{id: 2}]);
});

test('spaces between records go, those inside stay, and a line feed may end the body', () => {
	strictEqual(
		left('{"data": [ {"a": 1}, {"a": "é"} ,\t{} ], "next": null}\n')?.text,
		'{"a": 1}\n{"a": "é"}\n{}\n',
	);
});

test('records of an indented body are put on one line each, without line breaks and indentation', () => {
	const rows = [{id: 1, s: 'a\nb', l: [1, {x: []}]}, {}, {id: 2, o: {deep: {er: null}}}];
	const lines = '{"id": 1,"s": "a\\nb","l": [1,{"x": []}]}\n{}\n{"id": 2,"o": {"deep": {"er": null}}}\n';
	for (const [indent, lineBreak] of [
		['  ', '\n'],
		['\t', '\r\n'],
		[' ', '\r'],
	] as const) {
		const body = JSON.stringify({total: 2, data: rows, next: null}, null, indent).replaceAll('\n', lineBreak);
		const found = left(body);
		strictEqual(found?.text, lines, JSON.stringify(lineBreak));
		deepStrictEqual([...(found?.records ?? [])], rows);
	}
	strictEqual(left('{"data":[{"a":1},\n{"a":2}\n]}')?.text, '{"a":1}\n{"a":2}\n');
});

test('what is not written the plain way is left to be parsed', () => {
	for (const [body, why] of [
		['{"data":[{"a":"x\ny"}]}', 'a line feed in a text, which is no JSON'],
		['{"data":[{"a":"x\\\ny"}]}', 'a line feed behind a backslash'],
		['{"data":[{"a":1},\n\u0001{"a":2}]}', 'a control character in the indentation'],
		['{"data":[{"a":1},\n{"a":"x', 'a text without an end'],
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
	for (const body of [
		'{"data": [{"a":1}, {"a":2}], "data": 1}',
		'{\n "data": [\n  {"a":1},\n  {"a":2}\n ],\n "data": 1\n}',
	]) {
		const bytes = Buffer.from(body);
		strictEqual(lazyBody(bytes, ['data'], {need: 'index', keys: keyTable()}), undefined);
		strictEqual(bytes.toString(), body);
	}
});

const text = '[{"id":9007199254740993,"s":"a,b"},{"id":2,"s":null}]';
const rows = [
	{id: 9007199254740993n, s: 'a,b'},
	{id: 2, s: null},
];
/** All ways to look at a list, each with what an array says. */
const looks: ((records: RecordList) => unknown)[] = [
	records => [...records],
	records => records.slice(),
	records => records.slice(1, 2),
	records => records.at(-1),
	records => records.map((record, index) => [record, index]),
	records => records.flatMap((record, index) => [record, index]),
	records => records.filter((_, index) => index === 1),
	records => records.find(({id}) => id === 2),
	records => records.findIndex(({id}) => id === 2),
	records => records.some(({id}) => id === 2),
	records => records.every(({id}) => id === 2),
	records => records.reduce((ids, {id}) => `${ids} ${id}`, ''),
	records => [...records.entries()],
	records => [...records.values()],
	records => {
		const seen: unknown[] = [];
		records.forEach((record, index) => void seen.push(record, index));
		return seen;
	},
];

test('each way to look at the records sees what an array has, and then their text is forgotten', () => {
	for (const look of looks) {
		const records = list(text);
		strictEqual(records.length, 2);
		deepStrictEqual(look(records), look(rows), inspect(look));
		strictEqual(linesOf(records), undefined, inspect(look));
		strictEqual(records.index(), undefined, inspect(look));
		deepStrictEqual([...records], rows);
	}
});

test('what is done to a record is there for all who look later, and cannot be in a text', () => {
	const records = list(text);
	for (const record of records) record.s = 'changed';
	deepStrictEqual(
		rowsIn(records).map(({s}) => s),
		['changed', 'changed'],
	);
	strictEqual(linesOf(records), undefined);
});

test('nobody gets hold of the list itself, so its length is right for ever', () => {
	const records = list(text);
	records.slice().pop();
	records.filter(() => true).reverse();
	records.toJSON().length = 0;
	deepStrictEqual([...records], rows);
	strictEqual(records.length, 2);
});

test('stages of Sluice see the records, and their text stays', () => {
	const records = list(text);
	deepStrictEqual(rowsIn(records), rows);
	strictEqual(inspect(records), inspect(rows));
	strictEqual(textOf(records), '{"id":9007199254740993,"s":"a,b"}\n{"id":2,"s":null}\n');
	strictEqual(rowsIn(rows), rows);
});

test('JSON has the records as a list', () => {
	strictEqual(stringify({records: list(text)} as never), `{"records":${text}}`);
});

test('of the first records the text is the first lines', () => {
	strictEqual(textOf(firstRecords(list(text), 1)), '{"id":9007199254740993,"s":"a,b"}\n');
	const seen = list(text);
	rowsIn(seen);
	deepStrictEqual([...firstRecords(seen, 1)], rows.slice(0, 1));
	seen.at(0);
	strictEqual(linesOf(firstRecords(seen, 1)), undefined);
	deepStrictEqual([...firstRecords(seen, 1)], rows.slice(0, 1));
});

test('of the last records single values are known without parsing them', () => {
	const some = '[{"id":1,"s":"a"},{"s":"b","id":9007199254740993,"x":{"id":7}},{"s":null},{"id":"4"}]';
	const names = ['id', 's', 'none'];
	const values = [{id: 9007199254740993n, s: 'b'}, {s: null}, {id: '4'}];
	for (const read of [list(some), indexed(some)]) {
		deepStrictEqual(lastValues(read, 3, names), values);
		strictEqual(lastValues(read, 9, names)?.length, 4);
		strictEqual(textOf(read)?.split('\n').length, 5);
	}
	deepStrictEqual(lastRows(list(some), 2), [{s: null}, {id: '4'}]);
	strictEqual(lastValues(list('[{"id":1,"id":2}]'), 1, names), undefined);
	strictEqual(lastValues(rows, 1, names), undefined);
});

function indexed(text: string): RecordList {
	const records = list(text);
	valueIndexOf(records);
	return records;
}

test('records that were parsed get their text, if there are as many in the body', () => {
	const known = (records: JsonRecord[], body: string, keys: string[] = []) =>
		textOf(withText(records, Buffer.from(body), keys, keyTable()));
	strictEqual(known([{a: 1}, {a: 2}], '[{"a":1.0}, {"a":2}]'), '{"a":1.0}\n{"a":2}\n');
	strictEqual(known([{a: 1}, {a: 2}], '[\n\t{"a": 1.0},\n\t{"a": 2}\n]'), '{"a": 1.0}\n{"a": 2}\n');
	strictEqual(known([{a: 1}], '[{"a":1},{"a":2}]'), undefined);
	strictEqual(known([{a: 1}], '{"items":[{"a":1}]}', ['data']), undefined);
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
				strictEqual(stringify(found.value), stringify(parse(around(records.slice(-1)))));
				deepStrictEqual([...found.records], parse(JSON.stringify(records)));
				return undefined;
			},
		),
	);
});

test('records that are read late fail as loudly as any other list', () => {
	throws(() => (list('[{"a":1}]').at(5) as JsonRecord).a, TypeError);
});
