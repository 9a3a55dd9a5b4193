import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import fc from 'fast-check';
import {ConfigError} from '../../../src/core/errors.ts';
import type {JsonValue} from '../../../src/core/json/json.ts';
import {type Column, scalarTypes} from '../../../src/core/schema/schema.ts';
import {definitionFromJson, schemaToJson} from '../../../src/core/schema/schema-file.ts';
import {schemaFromJson} from '../../helpers/schema-from-json.ts';

const name = fc.oneof(
	fc.constantFrom('id', '__proto__', 'constructor', 'columns', '10', 'a.b'),
	fc.string({minLength: 1, maxLength: 6}),
);
const column = fc.letrec<{column: Column}>(tie => ({
	column: fc.oneof(
		{maxDepth: 2},
		fc.record({name, nullable: fc.boolean(), type: fc.constantFrom(...scalarTypes)}, {noNullPrototype: true}),
		fc
			.record({name, nullable: fc.boolean(), precision: fc.integer({min: 1, max: 38}), scale: fc.nat(38)})
			.map(column => ({
				...column,
				type: 'decimal' as const,
				scale: Math.min(column.scale, column.precision),
			})),
		fc.record({name, nullable: fc.boolean(), items: tie('column')}).map(column => ({
			...column,
			type: 'list' as const,
			items: {...column.items, name: 'item'},
		})),
		fc
			.record({name, nullable: fc.boolean(), fields: columns(tie('column'), 1)})
			.map(column => ({...column, type: 'struct' as const})),
	),
})).column;

function columns(column: fc.Arbitrary<Column>, minLength = 0): fc.Arbitrary<Column[]> {
	return fc.uniqueArray(column, {selector: ({name}) => name, minLength, maxLength: 4}).map(inKeyOrder);
}

// An object puts keys that are numbers first, so a file cannot keep another order.
function inKeyOrder(columns: Column[]): Column[] {
	return Object.keys(Object.fromEntries(columns.map(({name}) => [name, 0]))).map(
		key => columns.find(({name}) => name === key)!,
	);
}

test('a schema comes back from its file as it was', () => {
	fc.assert(
		fc.property(columns(column), columns => {
			const text = JSON.stringify(schemaToJson({columns}));
			assert.deepEqual(schemaFromJson(JSON.parse(text)), {columns});
		}),
	);
});

test("a file is written in dlt's words", () => {
	const schema = {
		columns: [
			{name: 'id', nullable: false, type: 'bigint'},
			{name: 'price', nullable: true, type: 'decimal', precision: 10, scale: 2},
		],
	} as const;
	assert.deepEqual(schemaToJson(schema), {
		columns: {
			id: {data_type: 'bigint', nullable: false},
			price: {data_type: 'decimal', nullable: true, precision: 10, scale: 2},
		},
	});
});

describe('reading', () => {
	test('columns by name or in a list, data_type or type, with what dlt lets one leave out', () => {
		const expected = {
			columns: [
				{name: 'id', nullable: false, type: 'bigint'},
				{name: 'p', nullable: true, type: 'decimal', precision: 38, scale: 9},
				{name: 'w', nullable: true, type: 'decimal', precision: 38, scale: 0},
				{name: 'small', nullable: true, type: 'decimal', precision: 4, scale: 4},
			],
		};
		const byName = {
			id: {data_type: 'bigint', primary_key: true, description: 'ours'},
			p: {type: 'decimal'},
			w: {data_type: 'wei'},
			small: {data_type: 'decimal', precision: 4},
		};
		const list = Object.entries(byName).map(([name, hints]) => ({name, ...hints}));
		for (const json of [{columns: byName}, byName, {columns: list}, list])
			assert.deepEqual(schemaFromJson(json as JsonValue), expected);
	});

	test('hints without a type are for a definition only', () => {
		const json = {columns: {id: {nullable: false}, at: {data_type: 'timestamp', precision: 6}}};
		assert.deepEqual(definitionFromJson(json), {columns: {id: {nullable: false}, at: {type: 'timestamp'}}});
	});

	test('every problem is named at once, with its place', () => {
		const json = {
			columns: {
				a: {data_type: 'integer'},
				b: {data_type: 'text', nulable: true},
				c: {data_type: 'decimal', precision: 40},
				d: {data_type: 'decimal', precision: 5, scale: 6},
				e: {data_type: 'list'},
				f: {data_type: 'struct', fields: {x: {}}},
				g: {data_type: 'text', nullable: 'no'},
				h: 'text',
				'': {data_type: 'text'},
			},
		};
		assert.throws(
			() => definitionFromJson(json, 'schema.json'),
			error => {
				assert.ok(error instanceof ConfigError);
				assert.deepEqual(error.issues.map(issue => issue.path).sort(), [
					'columns.',
					'columns.a',
					'columns.b.nulable',
					'columns.c.precision',
					'columns.d.scale',
					'columns.e',
					'columns.f.fields.x',
					'columns.g.nullable',
					'columns.h',
				]);
				assert.match(
					error.message,
					/^schema\.json: columns\.b\.nulable: not a column hint; known: name, data_type/m,
				);
				assert.match(error.message, /"integer" is not a type; known: text, bigint/);
				return true;
			},
		);
	});

	test('a list needs names, each once', () => {
		const json = [{data_type: 'text'}, {name: 'a', data_type: 'text'}, {name: 'a', data_type: 'text'}];
		assert.throws(
			() => schemaFromJson(json),
			/columns\[0\]: a column in a list needs a name\n.*columns\[2\]: the column "a" is declared twice/,
		);
	});

	test('anything but columns is refused', () => {
		for (const json of [null, 5, 'x'])
			assert.throws(
				() => definitionFromJson(json, 'a.json'),
				/^ConfigError: a\.json: columns: expected columns by name, or a list/,
			);
		assert.throws(() => definitionFromJson({columns: 5}), ConfigError);
	});
});
