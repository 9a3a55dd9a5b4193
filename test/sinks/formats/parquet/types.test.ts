import assert from 'node:assert/strict';
import {test} from 'node:test';
import type {Column, ScalarType} from '../../../../src/core/schema/schema.ts';
import {ask, metadata, query, readRows, values, write} from './files.ts';

function column(name: string, type: ScalarType, nullable = true): Column {
	return {name, type, nullable};
}

test('every type arrives in DuckDB as the type it should be, and digit for digit', async t => {
	const columns: Column[] = [
		column('id', 'bigint', false),
		column('name', 'text'),
		column('at', 'timestamp'),
		column('day', 'date'),
		column('clock', 'time'),
		{name: 'price', type: 'decimal', precision: 9, scale: 2, nullable: true},
		{name: 'total', type: 'decimal', precision: 18, scale: 4, nullable: true},
		{name: 'exact', type: 'decimal', precision: 38, scale: 10, nullable: true},
		column('raw', 'binary'),
		column('ok', 'bool'),
		column('number', 'double'),
		column('any', 'json'),
		{name: 'tags', type: 'list', nullable: true, items: column('', 'text')},
		{
			name: 'place',
			type: 'struct',
			nullable: true,
			fields: [column('city', 'text'), column('floor', 'bigint')],
		},
	];
	const record = {
		id: 9223372036854775807n,
		name: 'Åsa 😀',
		at: '2024-01-05T10:00:00.123456Z',
		day: '1969-12-31',
		clock: '23:59:59.5',
		price: '-1234567.89',
		total: '12345678901234.5678',
		exact: '-1234567890123456789012345678.0123456789',
		raw: 'AAH/',
		ok: false,
		number: 0.1,
		any: {deep: [1, 12345678901234567890n]},
		tags: ['a', null, ''],
		place: {city: 'Oslo', floor: -2},
	};
	const path = await write(t, [{columns, records: [record, {id: 0}]}]);

	const types = await query('describe select * from file', path);
	assert.deepEqual(Object.fromEntries(types.map(row => [row.column_name, row.column_type])), {
		id: 'BIGINT',
		name: 'VARCHAR',
		at: 'TIMESTAMP WITH TIME ZONE',
		day: 'DATE',
		clock: 'TIME',
		price: 'DECIMAL(9,2)',
		total: 'DECIMAL(18,4)',
		exact: 'DECIMAL(38,10)',
		raw: 'BLOB',
		ok: 'BOOLEAN',
		number: 'DOUBLE',
		any: 'VARCHAR',
		tags: 'VARCHAR[]',
		place: 'STRUCT(city VARCHAR, floor BIGINT)',
	});
	const [first, second] = await query('select * exclude raw, hex(raw) as raw from file', path);
	assert.deepEqual(first, {
		...record,
		id: '9223372036854775807',
		at: '2024-01-05 10:00:00.123456+00',
		raw: '0001FF',
		any: '{"deep":[1,12345678901234567890]}',
		place: {city: 'Oslo', floor: '-2'},
	});
	assert.deepEqual(
		second,
		Object.fromEntries(Object.keys(first ?? {}).map(name => [name, name === 'id' ? '0' : null])),
	);
});

test('a column that is not nullable is REQUIRED in the file, at every depth', async t => {
	const columns: Column[] = [
		column('id', 'bigint', false),
		column('name', 'text'),
		{name: 'list', type: 'list', nullable: false, items: column('', 'bool', false)},
		{
			name: 'struct',
			type: 'struct',
			nullable: false,
			fields: [column('a', 'date', false), column('b', 'date')],
		},
	];
	const path = await write(t, [{columns, records: [{id: 1, list: [true], struct: {a: '2024-01-05'}}]}]);
	const {schema} = await metadata(path);
	assert.deepEqual(
		schema.slice(1).map(({name, repetition_type}) => [name, repetition_type]),
		[
			['id', 'REQUIRED'],
			['name', 'OPTIONAL'],
			['list', 'REQUIRED'],
			['list', 'REPEATED'],
			['element', 'REQUIRED'],
			['struct', 'REQUIRED'],
			['a', 'REQUIRED'],
			['b', 'OPTIONAL'],
		],
	);
	assert.deepEqual(await readRows(path), [{id: 1n, name: null, list: [true], struct: {a: 19727, b: null}}]);
});

test('bigints beyond 2^53 keep every digit', async t => {
	const given = [
		2 ** 53 - 1,
		-(2 ** 53 - 1),
		2n ** 53n + 1n,
		-(2n ** 53n) - 1n,
		2n ** 63n - 1n,
		-(2n ** 63n),
		0,
		-0,
		-1,
		2 ** 32,
	];
	const path = await write(t, [{columns: [column('n', 'bigint')], records: given.map(n => ({n}))}]);
	assert.deepEqual(
		(await readRows(path)).map(row => row.n),
		given.map(BigInt),
	);
});

test('decimals beyond the 38 digits of DuckDB are near there, not nonsense', async t => {
	for (const precision of [39, 50, 58, 76]) {
		const column: Column = {name: 'd', type: 'decimal', precision, scale: 2, nullable: true};
		const nines = `-${'9'.repeat(precision - 2)}.99`;
		const path = await write(t, [{columns: [column], records: [{d: '12.50'}, {d: nines}]}]);
		const rows = await values('select d from file', path);
		assert.equal(rows[0]?.[0], 12.5);
		assert.ok(Math.abs(Number(rows[1]?.[0]) / Number(nines) - 1) < 1e-12);
	}
});

test('doubles keep NaN, infinities, the smallest number and the sign of zero', async t => {
	const given = [
		Number.NaN,
		Number.POSITIVE_INFINITY,
		Number.NEGATIVE_INFINITY,
		-0,
		0,
		5e-324,
		1.7976931348623157e308,
	];
	const path = await write(t, [{columns: [column('n', 'double')], records: given.map(n => ({n}))}]);
	const read = (await readRows(path)).map(row => row.n);
	assert.ok(read.every((value, index) => Object.is(value, given[index])));
});

test('json columns hold arrays, scalars and empty things as they are, and null as null', async t => {
	const given = [[1], [], [1, 2], ['x'], {}, {a: null}, 'text', '', 0, false, true, null, [[]]];
	const path = await write(t, [{columns: [column('v', 'json')], records: given.map(v => ({v}))}]);
	assert.deepEqual(
		(await query('select v::varchar as v from file', path)).map(row => row.v),
		given.map(value => (value === null ? null : JSON.stringify(value))),
	);
});

test('lists tell null, empty and a list of null apart, at every depth', async t => {
	const list = (items: Column): Column => ({name: 'v', type: 'list', nullable: true, items});
	const columns = [list(list(column('', 'bigint')))];
	const given = [null, [], [null], [[]], [[null]], [[1], [2, null, 3], null, []], [[], []]];
	const path = await write(t, [{columns, records: given.map(v => ({v}))}]);
	const text = (value: unknown): string =>
		JSON.stringify(value, (_, item) => (typeof item === 'bigint' ? Number(item) : (item ?? null)));
	assert.deepEqual(
		(await readRows(path)).map(row => text(row.v)),
		given.map(text),
	);
	assert.deepEqual(
		(await query('select to_json(v)::varchar as v from file', path)).map(row => row.v),
		given.map(value => (value === null ? null : text(value))),
	);
});

test('structs inside of lists inside of structs come back, null structs and empty ones apart', async t => {
	const columns: Column[] = [
		{
			name: 'order',
			type: 'struct',
			nullable: true,
			fields: [
				column('number', 'text'),
				{
					name: 'lines',
					type: 'list',
					nullable: true,
					items: {
						name: '',
						type: 'struct',
						nullable: true,
						fields: [column('sku', 'text'), column('count', 'bigint')],
					},
				},
			],
		},
	];
	const given = [
		null,
		{number: null, lines: null},
		{number: 'a', lines: []},
		{number: 'b', lines: [null, {sku: null, count: null}, {sku: 'x', count: 2}]},
	];
	const path = await write(t, [{columns, records: given.map(order => ({order}))}]);
	assert.deepEqual(
		(await query('select to_json("order")::varchar as v from file', path)).map(row =>
			JSON.parse(String(row.v)),
		),
		given,
	);
});

test('columns may have any name', async t => {
	const names = [
		'7',
		'0',
		'a,b',
		'a.b',
		'a',
		'__proto__',
		'toString',
		'constructor',
		'hasOwnProperty',
		'日本 😀',
		'',
		' ',
		'"',
		'list',
		'element',
	];
	const columns = names.map(name => column(name, 'text'));
	const record = Object.fromEntries(names.map((name, index) => [name, `value ${index}`]));
	const path = await write(t, [{columns, records: [record, {}]}]);
	const {schema} = await metadata(path);
	assert.deepEqual(
		schema.slice(1).map(element => element.name),
		names,
	);
	assert.deepEqual(await values('select * from file', path), [
		names.map((_, index) => `value ${index}`),
		names.map(() => null),
	]);
});

test('a flat column named a,b and a struct a with a field b are not mixed up', async t => {
	const columns: Column[] = [
		column('a,b', 'text'),
		column('a.b', 'text'),
		{name: 'a', type: 'struct', nullable: true, fields: [column('b', 'text'), column('toString', 'text')]},
	];
	const path = await write(t, [{columns, records: [{'a,b': 'comma', 'a.b': 'dot', a: {b: 'field'}}]}]);
	assert.deepEqual(await query('select * from file', path), [
		{'a,b': 'comma', 'a.b': 'dot', a: {b: 'field', toString: null}},
	]);
});

test('a schema without rows makes a file with columns and no rows', async t => {
	const path = await write(t, [{columns: [column('id', 'bigint', false)], records: []}]);
	assert.equal(await ask('select count(*) from file', path), '0');
	assert.equal(await ask('select column_type from (describe select * from file)', path), 'BIGINT');
	assert.deepEqual(await readRows(path), []);
});

test('without a page there is a file all the same, with a column of JSON', async t => {
	const path = await write(t, []);
	assert.deepEqual(await query('select column_name, column_type from (describe select * from file)', path), [
		{column_name: 'json', column_type: 'VARCHAR'},
	]);
	assert.equal(await ask('select count(*) from file', path), '0');
});

test('records without a single column still count', async t => {
	const path = await write(t, [{columns: [], records: [{}, {}, {}]}], {rowGroupRows: 2});
	assert.equal(await ask('select count(*) from file', path), '3');
	assert.equal(await ask('select count(json) from file', path), '0');
});

test('lone surrogates become U+FFFD, and records without a prototype are read', async t => {
	const record = Object.assign(Object.create(null), {s: 'a\ud800b', toString: 'own'});
	const path = await write(t, [
		{columns: [column('s', 'text'), column('toString', 'text')], records: [record]},
	]);
	assert.deepEqual(await readRows(path), [{s: 'a\ufffdb', toString: 'own'}]);
});

for (const compression of ['snappy', 'gzip', 'brotli', 'none'] as const) {
	test(`${compression} is read by DuckDB and hyparquet`, async t => {
		const records = Array.from({length: 5000}, (_, id) => ({
			id,
			word: `word ${id % 7}`,
			tags: id % 3 ? ['x'] : null,
		}));
		const columns: Column[] = [
			column('id', 'bigint', false),
			column('word', 'text'),
			{name: 'tags', type: 'list', nullable: true, items: column('', 'text')},
			column('none', 'double'),
		];
		const path = await write(t, [{columns, records}], {compression, rowGroupRows: 1999});
		const rows = await readRows(path);
		assert.deepEqual(
			rows.map(({id, word}) => [id, word]),
			records.map(({id, word}) => [BigInt(id), word]),
		);
		assert.deepEqual(
			await query(
				'select sum(id)::bigint as a, count(distinct word) as b, count(tags) as c, count("none") as d ' +
					'from file',
				path,
			),
			[{a: '12497500', b: '7', c: '3333', d: '0'}],
		);
		const {row_groups} = await metadata(path);
		assert.deepEqual(
			row_groups.map(group => group.num_rows),
			[1999n, 1999n, 1002n],
		);
		const codecs = {snappy: 'SNAPPY', gzip: 'GZIP', brotli: 'BROTLI', none: 'UNCOMPRESSED'};
		assert.equal(row_groups[0]?.columns[0]?.meta_data?.codec, codecs[compression]);
	});
}
