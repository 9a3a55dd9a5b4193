import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {StageError} from '../../src/core/errors.ts';
import type {JsonObject, JsonValue} from '../../src/core/json/json.ts';
import type {JsonRecord} from '../../src/core/page.ts';
import {isObject} from '../../src/core/path/path.ts';
import {tableNames} from '../../transforms/list-tables.ts';
import {LIST_INDEX, type Rows, type SplitOptions, splitter} from '../../transforms/split.ts';

function split(records: readonly JsonRecord[], options: Partial<SplitOptions> = {}) {
	const {take, addRows} = splitter({
		table: 't',
		names: tableNames(options.table ?? 't'),
		declared: new Set(),
		naming: 'direct',
		maxNesting: 1000,
		...options,
	});
	const tables = new Map<string, Rows>();
	const main = records.map((whole, id) => {
		const {record, lists} = take(whole);
		addRows(lists, {_t_id: id}, tables, id);
		return record;
	});
	return {main, tables: Object.fromEntries([...tables].map(([name, {rows}]) => [name, rows]))};
}

test('lists of objects, of plain values and of lists become tables that name the row above and the place in the list', () => {
	const record = {a: 1, xs: [{v: 1, ys: ['p', null]}, {v: 2}], o: {b: 2, zs: [[1], [2, 3]]}, none: []};
	assert.deepEqual(split([record]), {
		main: [{a: 1, o: {b: 2}}],
		tables: {
			t__xs: [
				{_t_id: 0, _list_index: 0, v: 1},
				{_t_id: 0, _list_index: 1, v: 2},
			],
			t__xs__ys: [
				{_t_id: 0, _t__xs_list_index: 0, _list_index: 0, value: 'p'},
				{_t_id: 0, _t__xs_list_index: 0, _list_index: 1},
			],
			t__o__zs: [
				{_t_id: 0, _list_index: 0},
				{_t_id: 0, _list_index: 1},
			],
			t__o__zs__list: [
				{_t_id: 0, _t__o__zs_list_index: 0, _list_index: 0, value: 1},
				{_t_id: 0, _t__o__zs_list_index: 1, _list_index: 0, value: 2},
				{_t_id: 0, _t__o__zs_list_index: 1, _list_index: 1, value: 3},
			],
		},
	});
});

test('a record without lists goes on as it is, and one with lists is not changed in place', () => {
	const plain = {a: {b: 1}};
	const whole = {o: {xs: [1]}};
	assert.equal(split([plain]).main[0], plain);
	split([whole]);
	assert.deepEqual(whole, {o: {xs: [1]}});
});

test('below the deepest level, and in declared columns, lists stay', () => {
	const record = {a: {b: {c: [1]}}, xs: [{ys: [1]}]};
	assert.deepEqual(split([record], {maxNesting: 1}), {
		main: [{a: {b: {c: [1]}}}],
		tables: {t__xs: [{_t_id: 0, _list_index: 0, ys: [1]}]},
	});
	assert.deepEqual(split([record], {declared: new Set(['xs', 'a__b'])}), {main: [record], tables: {}});
});

test('two paths that spell one name make two tables, in every record the same', () => {
	const records = [{a: {b: [1]}, a__b: [2]}, {a__b: [3]}];
	assert.deepEqual(
		Object.entries(split(records).tables).map(([name, rows]) => [name, rows.map(({value}) => value)]),
		[
			['t__a__b', [1]],
			['t__a__b__2', [2, 3]],
		],
	);
});

test('a field that is called like a key keeps its value under another name', () => {
	assert.deepEqual(split([{xs: [{_list_index: 7, _t_id: 8}]}]).tables, {
		t__xs: [{_t_id: 0, _list_index: 0, _list_index__2: 7, _t_id__2: 8}],
	});
});

test('names follow the rule for columns', () => {
	assert.deepEqual(Object.keys(split([{someTags: [{innerTags: [1]}]}], {naming: 'snake_case'}).tables), [
		't__some_tags',
		't__some_tags__inner_tags',
	]);
});

test('keys that are data make no end of tables: the 101st is refused', () => {
	const record = Object.fromEntries(Array.from({length: 101}, (_, i) => [`k${i}`, [1]]));
	assert.throws(
		() => split([record]),
		(error: Error) => {
			assert.ok(error instanceof StageError);
			assert.match(
				error.message,
				/^t: nested lists make more than 100 tables, the last is "t__k100"\. Declare/,
			);
			return true;
		},
	);
});

test('nothing is lost: joined back by key and index, the rows are the records they came from', () => {
	// What a join cannot tell apart is left out: an empty list from none, a field `value` from a plain value. m
	// holds a plain value, a and b objects, x and y lists, so that the name of a table says which row it belongs
	// to.
	const plain = fc.oneof(fc.integer(), fc.string());
	const depth = {maxDepth: 3, depthIdentifier: fc.createDepthIdentifier()};
	const optional: fc.RecordConstraints<never> = {requiredKeys: [], noNullPrototype: true};
	const {object: record} = fc.letrec<{object: JsonObject; list: JsonValue[]}>(tie => ({
		object: fc.oneof(
			depth,
			fc.record({m: plain}, optional),
			fc.record({m: plain, a: tie('object'), b: tie('object'), x: tie('list'), y: tie('list')}, optional),
		) as fc.Arbitrary<JsonObject>,
		list: fc.array(fc.oneof(depth, plain, tie('object'), tie('list')), {minLength: 1, maxLength: 3}),
	}));
	fc.assert(
		fc.property(fc.array(record, {maxLength: 4}), records => {
			const {main, tables} = split(records);
			assert.ok(!main.some(holdsList));
			assert.ok(!Object.values(tables).flat().some(holdsList));
			assert.deepEqual(
				main.map((row, id) => joined(row, 't', {_t_id: id}, tables)),
				records,
			);
		}),
	);
});

function holdsList(value: JsonValue): boolean {
	return Array.isArray(value) || (isObject(value) && Object.values(value).some(holdsList));
}

type Tables = Record<string, readonly JsonRecord[]>;

/** Puts the lists of the tables below back into a row. */
function joined(row: JsonRecord, table: string, keys: JsonRecord, tables: Tables): JsonValue {
	const whole = structuredClone(row) as JsonObject;
	const below = new RegExp(`^${table}__(?:[ab]__)*(?:x|y|list)$`);
	const own = Object.keys(tables).filter(name => below.test(name));
	for (const name of own) {
		const rows = (tables[name] ?? []).filter(each =>
			Object.entries(keys).every(([key, value]) => each[key] === value),
		);
		if (rows.length === 0) continue;
		const items = rows.map((each, index) => {
			assert.equal(each[LIST_INDEX], index);
			const names = [...Object.keys(keys), LIST_INDEX];
			const fields = Object.fromEntries(Object.entries(each).filter(([key]) => !names.includes(key)));
			if ('value' in fields) return fields.value as JsonValue;
			const inner = joined(fields, name, {...keys, [`_${name}_list_index`]: index}, tables) as JsonObject;
			return 'list' in inner ? (inner.list as JsonValue) : inner;
		});
		put(whole, name.slice(table.length + 2).split('__'), items);
	}
	return whole;
}

function put(object: JsonObject, path: readonly string[], items: JsonValue[]): void {
	const [key = '', ...rest] = path;
	if (rest.length === 0) {
		object[key] = items;
		return;
	}
	const inner = isObject(object[key]) ? (object[key] as JsonObject) : {};
	object[key] = inner;
	put(inner, rest, items);
}
