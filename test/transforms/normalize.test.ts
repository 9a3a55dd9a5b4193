import assert from 'node:assert/strict';
import {Writable} from 'node:stream';
import {describe, test} from 'node:test';
import {ConfigError, SchemaError} from '../../src/core/errors.ts';
import {Decimal, type JsonValue, parse} from '../../src/core/json/json.ts';
import type {JsonRecord, Page} from '../../src/core/page.ts';
import {pipeline} from '../../src/core/pipeline.ts';
import type {Schema, SchemaDefinition} from '../../src/core/schema/schema.ts';
import {inferSchema, type NormalizeOptions, normalize, normalizePages} from '../../transforms/normalize.ts';
import {pageOf, recordsThrough, through} from './pages.ts';

function types({columns}: Schema): Record<string, string> {
	return Object.fromEntries(columns.map(column => [column.name, column.type]));
}

function normalized(records: JsonRecord[], schema?: SchemaDefinition, options?: NormalizeOptions): Page {
	return normalizePages(schema, options).page(pageOf(records));
}

describe('inference', () => {
	test('the first value that is not null decides', () => {
		const {schema, records} = normalized([
			{
				id: null,
				at: '2024-01-05T10:00:00Z',
				ok: true,
				price: 1.5,
				tags: ['a'],
				address: {city: 'Bern'},
				day: '2024-01-05',
			},
			{id: 7, at: null, ok: false, price: 2, tags: [], address: {}, day: 'x'},
		]);
		assert.deepEqual(types(schema!), {
			id: 'bigint',
			at: 'timestamp',
			ok: 'bool',
			price: 'double',
			tags: 'json',
			address: 'json',
			day: 'text',
		});
		assert.deepEqual(records.at(1), {id: 7, at: null, ok: false, price: 2, tags: [], address: {}, day: 'x'});
	});

	test('a column of nulls is there, of a type that nobody knows, until a value comes, which is no widening', () => {
		const normalizer = normalizePages();
		const [first, second, third] = [[{n: null}], [{n: null}], [{n: 5}]].map((records, n) =>
			normalizer.page(pageOf(records, n)),
		);
		assert.deepEqual(first!.schema, {columns: [{name: 'n', nullable: true, type: 'text', unseen: true}]});
		assert.equal(second!.schema, first!.schema);
		assert.deepEqual(types(third!.schema!), {n: 'bigint'});
		assert.deepEqual(third!.records, [{n: 5}]);
	});

	test('a record that conforms goes on as it is; absent values stay absent, nulls stay null', () => {
		const records = [{id: 1, name: 'a'}, {id: 2}, {id: 3, name: null}];
		const {records: out} = normalized(records);
		assert.deepEqual(out, records);
		for (const [index, record] of out.entries()) assert.equal(record, records[index]);
	});

	test('keys come out in the order of the columns', () => {
		const out = recordsThrough(normalizePages(), [
			{a: 1, b: 2, c: 3},
			{c: 3, a: 1},
			{b: 2, d: 4, a: 1},
		]);
		assert.deepEqual(
			out.map(record => Object.keys(record)),
			[
				['a', 'b', 'c'],
				['a', 'c'],
				['a', 'b', 'd'],
			],
		);
	});

	test('undefined, which only a function of the user makes, counts as absent', () => {
		const [record] = recordsThrough(normalizePages(), [{a: 1, b: undefined as unknown as JsonValue}]);
		assert.deepEqual(Object.keys(record!), ['a']);
	});

	test('a Date that a function of the user made becomes a timestamp', () => {
		const date = new Date(Date.UTC(2024, 0, 5)) as unknown as JsonValue;
		const {records, schema} = normalized([{at: date}], undefined, {nested: 'flatten'});
		assert.deepEqual(records, [{at: '2024-01-05T00:00:00.000Z'}]);
		assert.deepEqual(types(schema!), {at: 'timestamp'});
	});

	test('names that JavaScript treats specially are columns like any other', () => {
		const record = parse(
			'{"__proto__":"a","constructor":1,"toString":true,"10":"x","2":"y","hasOwnProperty":null}',
		) as JsonRecord;
		const changed = parse(
			'{"__proto__":5,"constructor":"1","toString":true,"10":"x","2":"y","hasOwnProperty":null}',
		) as JsonRecord;
		const out = recordsThrough(normalizePages(), [record, changed]);
		assert.deepEqual(Object.entries(out[0]!), Object.entries(record));
		assert.equal(Object.getOwnPropertyDescriptor(out[1], '__proto__')?.value, '5');
		assert.equal(out[1]!.constructor, 1);
		assert.equal(Object.getPrototypeOf(out[1]), Object.prototype);
	});

	test('integers of 64 bits are bigint, longer ones decimal, and beyond 38 digits text', () => {
		const {schema, records} = normalized([
			{
				a: 2n ** 63n - 1n,
				b: -(2n ** 63n),
				c: 2n ** 80n,
				d: 10n ** 40n,
				e: new Decimal('0.1234567890123456789'),
			},
		]);
		assert.deepEqual(types(schema!), {a: 'bigint', b: 'bigint', c: 'decimal', d: 'text', e: 'decimal'});
		assert.deepEqual(records, [
			{
				a: 2n ** 63n - 1n,
				b: -(2n ** 63n),
				c: String(2n ** 80n),
				d: String(10n ** 40n),
				e: '0.1234567890123456789',
			},
		]);
	});

	test('a number that another language printed with 17 digits is a double', () => {
		const {schema, records} = normalized([{lat: 52.5}, {lat: new Decimal('0.10000000000000001')}]);
		assert.deepEqual(types(schema!), {lat: 'double'});
		assert.deepEqual(records.at(1), {lat: 0.1});
	});
});

describe('evolution', () => {
	test('all records of a page conform to its schema, also those before the value that widened it', () => {
		const [first, second] = through(normalizePages(), [{n: 1}, {n: 2n ** 70n}, {n: null}], [{n: 3}]);
		assert.deepEqual(first!.schema!.columns, [
			{name: 'n', nullable: true, type: 'decimal', precision: 38, scale: 0},
		]);
		assert.deepEqual(first!.records, [{n: '1'}, {n: String(2n ** 70n)}, {n: null}]);
		assert.deepEqual(second!.records, [{n: '3'}]);
	});

	test('integers and then a fraction are one double column', () => {
		const [first, second] = through(normalizePages(), [{x: 1}], [{x: 1.5}, {x: 2}]);
		assert.deepEqual(types(first!.schema!), {x: 'bigint'});
		assert.deepEqual(types(second!.schema!), {x: 'double'});
		assert.deepEqual(second!.records, [{x: 1.5}, {x: 2}]);
	});

	test('a column that held an integer beyond 2^53 does not become double: the fraction goes beside it', () => {
		const [, second] = through(normalizePages(), [{x: 2n ** 53n + 1n}], [{x: 1.5}]);
		assert.deepEqual(types(second!.schema!), {x: 'bigint', x__v_double: 'double'});
		assert.deepEqual(second!.records, [{x__v_double: 1.5}]);
	});

	test('what cannot be converted goes to a column beside its own, one for each type', () => {
		const {schema, records} = normalized([
			{x: true},
			{x: 2},
			{x: 0},
			{x: 'yes'},
			{x: 'maybe'},
			{x: {a: 1}},
			{x: 3},
		]);
		assert.deepEqual(types(schema!), {
			x: 'bool',
			x__v_bigint: 'bigint',
			x__v_text: 'text',
			x__v_json: 'json',
		});
		assert.deepEqual(records, [
			{x: true},
			{x__v_bigint: 2},
			{x: false},
			{x__v_text: 'yes'},
			{x__v_text: 'maybe'},
			{x__v_json: {a: 1}},
			{x__v_bigint: 3},
		]);
	});

	test('a variant does not take the place of a column that has its name', () => {
		const out = recordsThrough(normalizePages({columns: {x__v_text: {type: 'bigint'}}}), [
			{x: 1, x__v_text: 5},
			{x: 'a', x__v_text: 6},
		]);
		assert.deepEqual(out[1], {x__v_text: 6, x__v_text__2: 'a'});
	});

	test('a decimal that needs more digits than its variant has gets another', () => {
		const digits = [18, 25, 30].map(length => new Decimal(`1.${'1'.repeat(length)}`));
		const {records, schema} = normalized(
			digits.map(x => ({x})),
			{columns: {x: {type: 'bigint'}}},
		);
		assert.deepEqual(
			records.flatMap(record => Object.values(record)),
			digits.map(String),
		);
		assert.equal(schema!.columns.length, 4);
	});

	test('the schema is the same object until something changes', () => {
		const pages = through(normalizePages(), [{a: 1}], [{a: 2}], [{a: 3, b: 1}], [{a: 4}], [{b: 2}]);
		assert.equal(pages[0]!.schema, pages[1]!.schema);
		assert.notEqual(pages[1]!.schema, pages[2]!.schema);
		assert.equal(pages[2]!.schema, pages[4]!.schema);
		assert.deepEqual(types(pages[0]!.schema!), {a: 'bigint'});
	});

	test('with coerce: false every other type is a misfit, but not the texts of types that JSON lacks', () => {
		const {records} = normalized(
			[
				{x: 1, d: '2024-01-05', at: '2024-01-05T10:00:00+01:00', p: '1.50', n: 1.5},
				{x: '7', d: '2024-01-05T10:00:00Z', at: 5, p: 2, n: 3},
				{x: 1.5},
			],
			{columns: {d: {type: 'date'}, at: {type: 'timestamp'}, p: {type: 'decimal'}}},
			{coerce: false},
		);
		assert.deepEqual(records, [
			{d: '2024-01-05', at: '2024-01-05T09:00:00Z', p: '1.50', x: 1, n: 1.5},
			{d: '2024-01-05', at__v_bigint: 5, p: '2', x__v_text: '7', n: 3},
			{x__v_double: 1.5},
		]);
	});

	test('columns of an earlier run are known, and may widen where declared ones may not', () => {
		const previous: Schema = {columns: [{name: 'n', nullable: true, type: 'bigint'}]};
		assert.deepEqual(normalized([{n: 1.5}], undefined, {previous}).records, [{n: 1.5}]);
		assert.deepEqual(normalized([{n: '2'}], undefined, {previous}).records, [{n: 2}]);
		assert.deepEqual(normalized([{n: 1.5}], previous).records, [{n__v_double: 1.5}]);
		const both = normalized([{n: 1, m: 2}], {columns: {m: {type: 'text'}, n: {type: 'text'}}}, {previous});
		assert.deepEqual(types(both.schema!), {n: 'text', m: 'text'});
	});

	test('objects with ids as keys end in an error that says what to declare, not in a million columns', () => {
		const people = Object.fromEntries(Array.from({length: 10_001}, (_, id) => [`u${id}`, id]));
		assert.throws(
			() => normalized([{people}], undefined, {nested: 'flatten'}),
			/contacts: more than 10000 columns.* declare "people" as json/,
		);
	});
});

describe('nested values', () => {
	test('flattened objects become columns, lists stay json', () => {
		const {schema, records} = normalized([{id: 1, a: {b: {c: 1}, d: [1, {e: 2}]}}], undefined, {
			nested: 'flatten',
		});
		assert.deepEqual(types(schema!), {id: 'bigint', a__b__c: 'bigint', a__d: 'json'});
		assert.deepEqual(records, [{id: 1, a__b__c: 1, a__d: [1, {e: 2}]}]);
	});

	test('maxNesting leaves what lies deeper as json', () => {
		const record = {a: {b: {c: 1}}};
		assert.deepEqual(normalized([record], undefined, {nested: 'flatten', maxNesting: 1}).records, [
			{a__b: {c: 1}},
		]);
		assert.deepEqual(normalized([record], undefined, {nested: 'flatten', maxNesting: 0}).records, [record]);
	});

	test('a scalar and then an object: flattened beside it, or a variant', () => {
		const records = [{x: 'a'}, {x: {k: 1}}];
		assert.deepEqual(normalized(records, undefined, {nested: 'flatten'}).records, [{x: 'a'}, {x__k: 1}]);
		assert.deepEqual(normalized(records).records, [{x: 'a'}, {x__v_json: {k: 1}}]);
	});

	test('an object that is null at first leaves no empty column, unless that was written already', () => {
		const records = [{a: null}, {a: {b: 1}}, {a: null}];
		const flatten = {nested: 'flatten'} as const;
		assert.deepEqual(types(normalized(records, undefined, flatten).schema!), {a__b: 'bigint'});
		const [, second] = through(normalizePages(undefined, flatten), records.slice(0, 1), records.slice(1));
		assert.deepEqual(types(second!.schema!), {a: 'text', a__b: 'bigint'});
	});

	test('a declared json column keeps its objects whole', () => {
		const {records} = normalized(
			[{a: {b: 1}}, {a: [1]}, {a: '{"c":2}'}, {a: '[draft]'}, {a: 5}],
			{columns: {a: {type: 'json'}}},
			{
				nested: 'flatten',
			},
		);
		assert.deepEqual(records, [{a: {b: 1}}, {a: [1]}, {a: {c: 2}}, {a: '[draft]'}, {a: 5}]);
	});

	test('lists and structs are coerced inside; what does not fit goes to a variant whole', () => {
		const schema: SchemaDefinition = {
			columns: {
				tags: {type: 'list', items: {type: 'text'}},
				owner: {type: 'struct', fields: {id: {type: 'bigint', nullable: false}, since: {type: 'date'}}},
			},
		};
		const {records} = normalized(
			[
				{tags: ['a', 5, null], owner: {since: '20240105', id: '7', nickname: null}},
				{tags: [['a']], owner: {since: '2024-01-05'}},
				{tags: 'a', owner: {id: 1, extra: true}},
			],
			schema,
			{nested: 'flatten'},
		);
		assert.deepEqual(records, [
			{tags: ['a', '5', null], owner: {id: 7, since: '2024-01-05'}},
			{tags: ['["a"]'], owner__v_json: {since: '2024-01-05'}},
			{tags__v_text: 'a', owner__v_json: {id: 1, extra: true}},
		]);
	});
});

describe('names', () => {
	test('declared columns may be named as in the source', () => {
		const {schema, records} = normalized(
			[{userName: 5}],
			{columns: {userName: {type: 'text', nullable: false}}},
			{
				naming: 'snake_case',
			},
		);
		assert.deepEqual(schema, {
			columns: [{name: 'user_name', nullable: false, type: 'text', source: 'userName'}],
		});
		assert.deepEqual(records, [{user_name: '5'}]);
	});

	test('the second of two keys with one name keeps its data in a numbered column, in every record', () => {
		const normalizer = normalizePages(undefined, {naming: 'snake_case'});
		const out = recordsThrough(
			normalizer,
			[{userId: 1, user_id: 'x'}],
			[{user_id: 'y'}],
			[{user_id: 'z', userId: 2}],
		);
		assert.deepEqual(out, [{user_id: 1, user_id__2: 'x'}, {user_id__2: 'y'}, {user_id: 2, user_id__2: 'z'}]);
	});

	test('a third key gets its own number, even where the second is absent', () => {
		const normalizer = normalizePages(undefined, {naming: 'snake_case'});
		const out = recordsThrough(normalizer, [{userId: 1, user_id: 2}], [{userId: 3, USER_ID: 4}]);
		assert.deepEqual(out[1], {user_id: 3, user_id__3: 4});
	});

	test('a run that knows the numbered column fills it again', () => {
		const previous = normalized([{userId: 1, user_id: 2}], undefined, {naming: 'snake_case'}).schema!;
		for (const again of [{options: {previous}}, {schema: previous}]) {
			const page = normalized([{userId: 3, user_id: 4}], again.schema, {
				naming: 'snake_case',
				...again.options,
			});
			assert.deepEqual(page.records, [{user_id: 3, user_id__2: 4}]);
		}
	});

	test('a nested path and a key that spells it do not overwrite each other', () => {
		const out = recordsThrough(normalizePages(undefined, {nested: 'flatten'}), [{a: {b: 1}, a__b: 2}]);
		assert.deepEqual(out, [{a__b: 1, a__b__2: 2}]);
	});

	test('a dropped value still holds its name against the second key', () => {
		const out = recordsThrough(
			normalizePages({columns: {user_id: {type: 'bigint'}}}, {naming: 'snake_case'}),
			[{userId: 'bad', user_id: 7}],
		);
		assert.deepEqual(out, [{user_id__v_text: 'bad', user_id__2: 7}]);
	});
});

describe('contract', () => {
	const schema: SchemaDefinition = {
		columns: {id: {type: 'bigint', nullable: false}, name: {type: 'text'}, age: {type: 'bigint'}},
	};

	test('a key that is a path, which no column is called, is explained', () => {
		const {rejections} = normalizePages(undefined, {primaryKey: 'user.id'}).page(pageOf([{user: {id: 1}}]));
		assert.equal(
			rejections?.[0]?.reason,
			'absent, and the column is not nullable; with nested: flatten, user.id would be the column user__id',
		);
	});

	test('freeze names the resource, column, record and page, what came and what was expected, and what to do', () => {
		const normalizer = normalizePages(schema, {contract: 'freeze'});
		normalizer.page(pageOf([{id: 1}]));
		const cases: [JsonRecord, RegExp][] = [
			[
				{id: 2, age: 'x'},
				/^contacts\.age: got "x" \(text\), expected bigint, in record 2 of page 4\. Declare a type that holds it/,
			],
			[
				{id: 2, city: 'Bern'},
				/^contacts\.city: "Bern" \(text\) in a column that the schema does not have, in record 2 of page 4\. Add/,
			],
			[
				{id: null},
				/^contacts\.id: null in a column that is not nullable, in record 2 of page 4\. Declare it nullable/,
			],
			[{name: 'a'}, /^contacts\.id: absent, and the column is not nullable, in record 2 of page 4/],
		];
		for (const [record, message] of cases) {
			assert.throws(
				() => normalizer.page(pageOf([{id: 1}, record], 3)),
				error => error instanceof SchemaError && message.test(error.message) && error.column !== undefined,
			);
		}
	});

	test('discard_row sets the record aside as it came, with the reason', () => {
		const normalizer = normalizePages(schema, {contract: 'discard_row'});
		const before = [{record: {}, reason: 'earlier', page: 0, index: 0}];
		const page = normalizer.page({
			...pageOf([{id: '1'}, {id: 2, x: 1}, {id: 3, age: 'old'}], 4),
			rejections: before,
		});
		assert.deepEqual(page.records, [{id: 1}]);
		assert.deepEqual(page.rejections, [
			...before,
			{
				record: {id: 2, x: 1},
				column: 'x',
				reason: '1 (bigint) in a column that the schema does not have',
				page: 4,
				index: 1,
			},
			{
				record: {id: 3, age: 'old'},
				column: 'age',
				reason: 'got "old" (text), expected bigint',
				page: 4,
				index: 2,
			},
		]);
	});

	test('discard_value drops just the value, and counts it once', () => {
		const normalizer = normalizePages(schema, {contract: 'discard_value'});
		assert.deepEqual(recordsThrough(normalizer, [{id: 1, age: 'old', x: 1, y: null}, {id: 2}]), [
			{id: 1},
			{id: 2},
		]);
		assert.deepEqual(normalizer.counts, {discarded: 2});
	});

	test('columns and dataType may differ', () => {
		const normalizer = normalizePages(schema, {contract: {columns: 'evolve', dataType: 'discard_row'}});
		const page = normalizer.page(
			pageOf([
				{id: 1, x: 1},
				{id: 2, age: 'old'},
			]),
		);
		assert.deepEqual(page.records, [{id: 1, x: 1}]);
		assert.equal(page.rejections?.length, 1);
	});

	test('a null says nothing about a column that the schema does not have', () => {
		assert.deepEqual(normalized([{id: 1, x: null}], schema, {contract: 'freeze'}).records, [{id: 1}]);
	});

	test('nothing declared: the run infers freely under any contract', () => {
		const {records} = normalized([{id: 1}, {id: 'x', y: 1}], undefined, {contract: 'freeze'});
		assert.deepEqual(records, [{id: 1}, {id__v_text: 'x', y: 1}]);
	});

	test('under evolve a record without a value that must be there is set aside, never dropped in silence', () => {
		const page = normalized([{id: 1}, {id: null}, {name: 'a'}, {id: 'x'}], schema);
		assert.deepEqual(page.records, [{id: 1}]);
		assert.deepEqual(
			page.rejections?.map(({index, reason}) => [index, reason]),
			[
				[1, 'null in a column that is not nullable'],
				[2, 'absent, and the column is not nullable'],
				[3, 'got "x" (text), expected bigint'],
			],
		);
	});

	test('a primary key is not nullable, and its type may be inferred', () => {
		const page = normalized([{userId: 1}, {x: 1}], undefined, {primaryKey: 'userId', naming: 'snake_case'});
		assert.deepEqual(page.schema!.columns[0], {
			name: 'user_id',
			nullable: false,
			type: 'bigint',
			source: 'userId',
		});
		assert.equal(page.rejections?.[0]?.column, 'user_id');
	});

	test('a column declared without a type is inferred and keeps its nullability', () => {
		const page = normalized([{a: 1}, {a: null}], {columns: [{name: 'a', nullable: false}]});
		assert.deepEqual(page.schema!.columns, [{name: 'a', nullable: false, type: 'bigint'}]);
		assert.equal(page.rejections?.length, 1);
	});
});

test('a page keeps its cursor and number, also when no record is left', () => {
	const page = normalizePages({columns: {id: {type: 'bigint', nullable: false}}}).page(pageOf([{}], 9));
	assert.deepEqual(
		[page.resource, page.number, page.cursor, page.records.length],
		['contacts', 9, {page: 9}, 0],
	);
});

test('wrong options are all named at once', () => {
	const options = {
		contract: 'strict',
		naming: 'camel',
		nested: 'tables',
		maxNesting: -1,
		primaryKey: '',
	} as unknown as NormalizeOptions;
	assert.throws(
		() => normalizePages(undefined, options),
		error =>
			error instanceof ConfigError &&
			error.issues.length === 5 &&
			error.message.includes('expected one of evolve, freeze'),
	);
	const twice = {columns: {userName: {type: 'text'}, user_name: {type: 'text'}}} as const;
	assert.throws(
		() => normalizePages(twice, {naming: 'snake_case'}),
		/userName and user_name are both called user_name/,
	);
});

test('inferSchema reads all pages', async () => {
	const schema = await inferSchema([pageOf([{id: 1}]), pageOf([{id: 2.5, a: {b: 1}}], 1)], {
		nested: 'flatten',
		primaryKey: 'id',
	});
	assert.deepEqual(schema.columns, [
		{name: 'id', nullable: false, type: 'double'},
		{name: 'a__b', nullable: true, type: 'bigint', source: 'a.b'},
	]);
});

test('as a stage, discarded values are in the summary and a breach fails the pipeline', async () => {
	const schema: SchemaDefinition = {columns: {id: {type: 'bigint'}}};
	const seen: Page[] = [];
	const last = (): Writable =>
		new Writable({
			objectMode: true,
			write(page: Page, _encoding, done) {
				seen.push(page);
				done();
			},
		});
	const summary = await pipeline(
		[pageOf([{id: '1', x: 2}])],
		normalize(schema, {contract: 'discard_value'}),
		last(),
	);
	assert.equal(summary.discarded, 1);
	assert.deepEqual(seen[0]!.records, [{id: 1}]);
	await assert.rejects(
		pipeline([pageOf([{x: 2}])], normalize(schema, {contract: 'freeze'}), last()),
		SchemaError,
	);
});
