/** Cells: whatever the text of records is, each value stands where its cell says. */
import {deepStrictEqual, strictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {type JsonValue, parse, stringify} from '../../../src/core/json.ts';
import type {JsonRecord} from '../../../src/core/page.ts';
import {cellsOf, firstOf, rememberLines, unparsed} from '../../../src/core/records/lazy-records.ts';
import {type Cells, cellValue, Shape, textAt} from '../../../src/core/records/value-index.ts';

function recordsOf(list: string, shape = new Shape('cells')): readonly JsonRecord[] {
	return unparsed(Buffer.from(`{"data":${list},"next":1}`), ['data'], shape)?.records ?? [];
}

function cut(list: string, shape = new Shape('cells')): Cells | undefined {
	return cellsOf(recordsOf(list, shape));
}

// The records that the cells of a page add up to, keys in the order of the shape.
function joined(cells: Cells): JsonRecord[] {
	return Array.from({length: cells.rows}, (_, row) => {
		const entries = cells.shape.names.map((name, key) => [name, cellValue(cells, row, key)] as const);
		return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as JsonRecord;
	});
}

test('each cell is the text of its value, digit for digit', () => {
	const cells = cut('[{"id":1.50,"s":"a\\u00e9,}"},{"id": -2 , "o" : {"a": [1, {}]}}]');
	deepStrictEqual(cells?.shape.names, ['id', 's', 'o']);
	const texts = Array.from({length: cells?.rows ?? 0}, (_, row) =>
		[0, 1, 2].map(key => {
			const [start = 0, end = 0] = cells?.spans.slice(row * (cells.stride ?? 0) + 2 * key) ?? [];
			return start === 0 ? undefined : textAt(cells?.bytes ?? new Uint8Array(), start, end);
		}),
	);
	deepStrictEqual(texts, [
		['1.50', '"a\\u00e9,}"', undefined],
		['-2', undefined, '{"a": [1, {}]}'],
	]);
});

test('pages of one shape have the same numbers for the same keys, and later ones may have more', () => {
	const shape = new Shape('cells');
	const first = cut('[{"a":1,"b":2}]', shape) as Cells;
	const second = cut('[{"b":3,"c":4}]', shape) as Cells;
	deepStrictEqual(shape.names, ['a', 'b', 'c']);
	deepStrictEqual(joined(first), [{a: 1, b: 2}]);
	deepStrictEqual(joined(second), [{b: 3, c: 4}]);
	strictEqual(shape.indexOf('c'), 2);
	strictEqual(shape.indexOf('d'), -1);
});

test('records with their keys in another order are cut as well, and it is told', () => {
	strictEqual(cut('[{"a":1,"b":2},{"b":3},{"a":4}]')?.isInOrder, true);
	const cells = cut('[{"a":1,"b":2},{"b":3,"a":4}]');
	strictEqual(cells?.isInOrder, false);
	deepStrictEqual(cells && joined(cells), [
		{a: 1, b: 2},
		{a: 4, b: 3},
	]);
});

test('a key that comes twice, one behind an escape, and too many make no table, but stay text', () => {
	const wide = `{${Array.from({length: 257}, (_, i) => `"k${i}":${i}`).join()}}`;
	for (const list of ['[{"a":1,"a":2}]', '[{"a":1,"b":2,"a":2}]', '[{"\\u0061":1}]', `[{"a":1},${wide}]`]) {
		const records = recordsOf(list);
		strictEqual(cellsOf(records), undefined, list.slice(0, 40));
		deepStrictEqual([...records], parse(list));
	}
});

test('a table grows with its keys, up to 256', () => {
	const rows = Array.from({length: 300}, (_, row) => Object.fromEntries([[`k${row % 256}`, row]]));
	const cells = cut(stringify(rows));
	strictEqual(cells?.shape.names.length, 256);
	deepStrictEqual(cells && joined(cells), rows);
});

test('records with few of many keys make no table, which would take far more memory than their text', () => {
	const shape = new Shape('cells');
	const rows = Array.from({length: 3000}, (_, row) => Object.fromEntries([[`k${row % 200}`, row]]));
	const records = recordsOf(stringify(rows), shape);
	strictEqual(cellsOf(records), undefined);
	deepStrictEqual([...records], rows);
	strictEqual(shape.scratch.length <= 2 ** 18, true, String(shape.scratch.length));
	const full = rows.map((_, row) => Object.fromEntries(Array.from({length: 5}, (_, i) => [`k${i}`, row])));
	const cells = cut(stringify(full));
	deepStrictEqual(cells && joined(cells), full);
});

test('a page that came as lines is cut when somebody asks, and those after it as they are checked', () => {
	const shape = new Shape();
	const first = recordsOf('[{"a":1}, {"b":2,"a":3}]', shape);
	const cells = cellsOf(first);
	deepStrictEqual(cells && joined(cells), [{a: 1}, {b: 2, a: 3}]);
	strictEqual(cellsOf(first), cells);
	strictEqual(shape.wanted, 'cells');
	strictEqual(cellsOf(recordsOf('[{"a":3}]', shape))?.rows, 1);
});

test('a page that was parsed is cut all the same when its text is known', () => {
	const records = parse('[{"a":1}, {"a":2.50}]') as JsonRecord[];
	rememberLines(records, Buffer.from('[{"a":1}, {"a":2.50}]'), [], new Shape());
	const cells = cellsOf(records);
	deepStrictEqual(cells && joined(cells), [{a: 1}, {a: 2.5}]);
});

test('of the first records the cells are the first', () => {
	const cells = cellsOf(firstOf(recordsOf('[{"a":1},{"a":2},{"a":3}]'), 2));
	deepStrictEqual(cells && joined(cells), [{a: 1}, {a: 2}]);
});

const space = fc.oneof({arbitrary: fc.constant(''), weight: 10}, fc.constantFrom(' ', '\t', '  '));
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

test('any records come out of their cells as they come out of their text, page after page', () => {
	fc.assert(
		fc.property(fc.array(page, {minLength: 1, maxLength: 4}), pages => {
			const shape = new Shape('cells');
			for (const rows of pages) {
				const texts = rows.map(([members, gap]) => {
					const written = members.map(
						([key, item, before, after]) =>
							`${before}${JSON.stringify(key)}${after}:${before}${stringify(item)}${after}`,
					);
					return `${gap}{${written.join(',')}${gap}}${gap}`;
				});
				const list = `[${texts.join(',')}]`;
				const cells = cut(list, shape);
				deepStrictEqual(cells && joined(cells).map(sorted), (parse(list) as JsonRecord[]).map(sorted), list);
			}
		}),
		{numRuns: 2000},
	);
});

function sorted(row: JsonRecord): unknown {
	return Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1));
}
