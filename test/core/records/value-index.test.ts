/** Whatever the text of records is, each value stands where the index says. */
import {deepStrictEqual, ok, strictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {type JsonValue, parse, stringify} from '../../../src/core/json/json.ts';
import type {JsonRecord} from '../../../src/core/page.ts';
import {KeyTable} from '../../../src/core/records/key-table.ts';
import {withText} from '../../../src/core/records/lazy-body.ts';
import {firstRecords, type LazyRecords, valueIndexOf} from '../../../src/core/records/lazy-records.ts';
import {textAt, type ValueIndex, valueAt} from '../../../src/core/records/value-index.ts';
import {textRecords} from '../../helpers/as-text.ts';

function recordsOf(list: string, keys?: KeyTable, need?: 'text' | 'index'): LazyRecords {
	const records = textRecords(list, keys, need);
	ok(records, list.slice(0, 40));
	return records;
}

function indexOf(list: string, keys?: KeyTable): ValueIndex | undefined {
	return valueIndexOf(recordsOf(list, keys));
}

// The records that the index of a page adds up to, keys in the order of the table.
function joined(index: ValueIndex): JsonRecord[] {
	return Array.from({length: index.rows}, (_, row) => {
		const entries = index.keys.names.map((name, key) => [name, valueAt(index, row, key)] as const);
		return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as JsonRecord;
	});
}

test('each value is the text of the record, digit for digit', () => {
	const index = indexOf('[{"id":1.50,"s":"a\\u00e9,}"},{"id": -2 , "o" : {"a": [1, {}]}}]');
	deepStrictEqual(index?.keys.names, ['id', 's', 'o']);
	const texts = Array.from({length: index?.rows ?? 0}, (_, row) =>
		[0, 1, 2].map(key => {
			const [start = 0, end = 0] = index?.spans.slice(row * (index?.stride ?? 0) + 2 * key) ?? [];
			return start === 0 ? undefined : textAt(index?.bytes ?? new Uint8Array(), start, end);
		}),
	);
	deepStrictEqual(texts, [
		['1.50', '"a\\u00e9,}"', undefined],
		['-2', undefined, '{"a": [1, {}]}'],
	]);
});

test('pages of one table have the same numbers for the same keys, and later ones may have more', () => {
	const keys = new KeyTable();
	const first = indexOf('[{"a":1,"b":2}]', keys) as ValueIndex;
	const second = indexOf('[{"b":3,"c":4}]', keys) as ValueIndex;
	deepStrictEqual(keys.names, ['a', 'b', 'c']);
	deepStrictEqual(joined(first), [{a: 1, b: 2}]);
	deepStrictEqual(joined(second), [{b: 3, c: 4}]);
	strictEqual(keys.indexOf('c'), 2);
	strictEqual(keys.indexOf('d'), -1);
});

test('records with their keys in another order are indexed as well, and the index says so', () => {
	strictEqual(indexOf('[{"a":1,"b":2},{"b":3},{"a":4}]')?.isInOrder, true);
	const index = indexOf('[{"a":1,"b":2},{"b":3,"a":4}]');
	strictEqual(index?.isInOrder, false);
	deepStrictEqual(index && joined(index), [
		{a: 1, b: 2},
		{a: 4, b: 3},
	]);
});

test('a key that comes twice, one behind an escape, and too many make no table, but stay text', () => {
	const wide = `{${Array.from({length: 257}, (_, i) => `"k${i}":${i}`).join()}}`;
	for (const list of ['[{"a":1,"a":2}]', '[{"a":1,"b":2,"a":2}]', '[{"\\u0061":1}]', `[{"a":1},${wide}]`]) {
		const records = recordsOf(list);
		strictEqual(valueIndexOf(records), undefined, list.slice(0, 40));
		deepStrictEqual([...records], parse(list));
	}
});

test('a table grows with its keys, up to 256', () => {
	const rows = Array.from({length: 300}, (_, row) => Object.fromEntries([[`k${row % 256}`, row]]));
	const index = indexOf(stringify(rows));
	strictEqual(index?.keys.names.length, 256);
	deepStrictEqual(index && joined(index), rows);
});

test('records with few of many keys make no table, which would take far more memory than their text', () => {
	const keys = new KeyTable();
	const rows = Array.from({length: 3000}, (_, row) => Object.fromEntries([[`k${row % 200}`, row]]));
	const records = recordsOf(stringify(rows), keys);
	strictEqual(valueIndexOf(records), undefined);
	deepStrictEqual([...records], rows);
	strictEqual(keys.scratch.length <= 2 ** 18, true, String(keys.scratch.length));
	const full = rows.map((_, row) => Object.fromEntries(Array.from({length: 5}, (_, i) => [`k${i}`, row])));
	const index = indexOf(stringify(full));
	deepStrictEqual(index && joined(index), full);
});

test('a page is indexed as it is checked where that is needed, and otherwise when a stage asks', () => {
	const keys = new KeyTable();
	const late = recordsOf('[{"a":1}, {"b":2,"a":3}]', keys, 'text');
	deepStrictEqual(keys.names, []);
	const index = valueIndexOf(late);
	deepStrictEqual(index && joined(index), [{a: 1}, {b: 2, a: 3}]);
	strictEqual(valueIndexOf(late), index);
	recordsOf('[{"c":3}]', keys, 'index');
	deepStrictEqual(keys.names, ['a', 'b', 'c']);
});

test('a page that was parsed is indexed all the same when its text is known', () => {
	const rows = parse('[{"a":1}, {"a":2.50}]') as JsonRecord[];
	const index = valueIndexOf(withText(rows, Buffer.from('[{"a":1}, {"a":2.50}]'), [], new KeyTable()));
	deepStrictEqual(index && joined(index), [{a: 1}, {a: 2.5}]);
});

test('of the first records the index is the first', () => {
	const records = recordsOf('[{"a":1},{"a":2},{"a":3}]');
	valueIndexOf(records);
	const index = valueIndexOf(firstRecords(records, 2));
	deepStrictEqual(index && joined(index), [{a: 1}, {a: 2}]);
});

const space = fc.oneof({arbitrary: fc.constant(''), weight: 10}, fc.constantFrom(' ', '\t', '\n  ', '\r\n'));
const value: fc.Arbitrary<JsonValue> = fc.oneof(
	fc.jsonValue({maxDepth: 2}) as fc.Arbitrary<JsonValue>,
	fc.bigInt({min: -(2n ** 70n), max: 2n ** 70n}),
	fc.constantFrom<JsonValue>('', 'x\\', '"', '{', '\u2028', 'é😀', -0.5, 1e300, 1e-7, 123456789012345),
);
const record = fc.uniqueArray(fc.tuple(fc.constantFrom(...'abcdefgh', 'é', ''), value, space, space), {
	selector: ([key]) => key,
	maxLength: 8,
});
const page = fc.array(fc.tuple(record, space), {minLength: 1, maxLength: 6});

test('any records come out of their index as they come out of their text, page after page', () => {
	fc.assert(
		fc.property(fc.array(page, {minLength: 1, maxLength: 4}), pages => {
			const keys = new KeyTable();
			for (const rows of pages) {
				const texts = rows.map(([members, gap]) => {
					const written = members.map(
						([key, item, before, after]) =>
							`${before}${JSON.stringify(key)}${after}:${before}${stringify(item)}${after}`,
					);
					return `${gap}{${written.join(',')}${gap}}${gap}`;
				});
				const list = `[${texts.join(',')}]`;
				const index = indexOf(list, keys);
				deepStrictEqual(index && joined(index).map(sorted), (parse(list) as JsonRecord[]).map(sorted), list);
			}
		}),
		{numRuns: 2000},
	);
});

function sorted(row: JsonRecord): unknown {
	return Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1));
}
