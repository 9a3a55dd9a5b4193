import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc, {type Arbitrary} from 'fast-check';
import type {Column} from '../../../../src/core/schema/schema.ts';
import {readRows, write} from './files.ts';

/** A column, values for it, and what hyparquet shall make of each. */
interface Kind {
	readonly column: Column;
	readonly value: Arbitrary<unknown>;
	expected(value: unknown): unknown;
}

const instant = fc.date({
	min: new Date('1900-01-01T00:00:00Z'),
	max: new Date('2100-12-31T23:59:59Z'),
	noInvalidDate: true,
});
const bigint = fc.oneof(fc.maxSafeInteger(), fc.bigInt({min: -(2n ** 63n), max: 2n ** 63n - 1n}));

function scalars(nullable: boolean): Kind[] {
	const same = (value: unknown): unknown => value;
	return [
		{column: {name: '', type: 'text', nullable}, value: fc.string({unit: 'grapheme'}), expected: same},
		{column: {name: '', type: 'text', nullable}, value: fc.constantFrom('a', 'b', ''), expected: same},
		{column: {name: '', type: 'bigint', nullable}, value: bigint, expected: value => BigInt(value as number)},
		{column: {name: '', type: 'double', nullable}, value: fc.double(), expected: same},
		{column: {name: '', type: 'bool', nullable}, value: fc.boolean(), expected: same},
		{
			column: {name: '', type: 'timestamp', nullable},
			value: instant.map(date => date.toISOString()),
			expected: value => BigInt(Date.parse(value as string)) * 1000n,
		},
		{
			column: {name: '', type: 'date', nullable},
			value: instant.map(date => date.toISOString().slice(0, 10)),
			expected: value => Date.parse(value as string) / 86_400_000,
		},
		{
			column: {name: '', type: 'decimal', precision: 9, scale: 0, nullable},
			value: fc.integer({min: -999_999_999, max: 999_999_999}).map(String),
			expected: value => Number(value),
		},
		{
			column: {name: '', type: 'json', nullable},
			value: fc.object(),
			expected: value => JSON.stringify(value),
		},
	];
}

function kind(depth: number): Arbitrary<Kind> {
	const scalar = fc.boolean().chain(nullable => fc.constantFrom(...scalars(nullable)));
	if (depth === 0) return scalar;
	return fc.oneof(
		{weight: 3, arbitrary: scalar},
		{weight: 1, arbitrary: listKind(depth)},
		{weight: 1, arbitrary: structKind(depth)},
	);
}

function listKind(depth: number): Arbitrary<Kind> {
	return fc.tuple(kind(depth - 1), fc.boolean()).map(([item, nullable]) => ({
		column: {name: '', type: 'list', nullable, items: item.column},
		value: fc.array(orNull(item), {maxLength: 5}),
		expected: value => (value as unknown[]).map(one => expectedOf(item, one)),
	}));
}

function structKind(depth: number): Arbitrary<Kind> {
	const fields = fc.array(kind(depth - 1), {minLength: 1, maxLength: 3});
	return fc.tuple(fields, fc.boolean()).map(([parts, nullable]) => {
		const names = parts.map((_, index) => `f${index}`);
		return {
			column: {
				name: '',
				type: 'struct',
				nullable,
				fields: parts.map((part, index) => ({...part.column, name: `f${index}`})),
			},
			value: fc
				.tuple(...parts.map(orNull))
				.map(list => Object.fromEntries(list.map((one, index) => [names[index], one]))),
			expected: value =>
				Object.fromEntries(
					parts.map((part, index) => [
						names[index],
						expectedOf(part, (value as {[name: string]: unknown})[`f${index}`]),
					]),
				),
		};
	});
}

function orNull({column, value}: Kind): Arbitrary<unknown> {
	return column.nullable ? fc.option(value, {freq: 3, nil: null}) : value;
}

function expectedOf(kind: Kind, value: unknown): unknown {
	return value === null ? null : kind.expected(value);
}

// Not `__proto__`, which hyparquet's rows cannot hold.
// A reader that makes plain objects of rows cannot show this one.
const isShown = (text: string): boolean => text !== '__proto__';
const name = fc.oneof(
	fc.string({minLength: 1}).filter(isShown),
	fc.constantFrom('0', '1', 'toString', 'a,b', 'a.b', 'list', 'element'),
);

const file = fc
	.uniqueArray(fc.tuple(name, kind(2)), {selector: ([name]) => name, minLength: 1, maxLength: 6})
	.chain(columns => {
		const record = fc.tuple(...columns.map(([, kind]) => orNull(kind)));
		return fc.tuple(fc.constant(columns), fc.array(record, {maxLength: 40}), fc.integer({min: 1, max: 30}));
	});

// hyparquet says undefined for some nulls.
function plain(value: unknown): unknown {
	if (value === undefined || value === null) return null;
	if (Array.isArray(value)) return value.map(plain);
	return typeof value === 'object'
		? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, plain(one)]))
		: value;
}

test('any rows of any schema come back', async t => {
	await fc.assert(
		fc.asyncProperty(file, async ([columns, rows, rowGroupRows]) => {
			const schema = columns.map(([name, kind]): Column => ({...kind.column, name}));
			const object = (row: readonly unknown[]): {[name: string]: unknown} =>
				Object.fromEntries(row.map((value, index) => [columns[index]?.[0], value]));
			const path = await write(t, [{columns: schema, records: rows.map(object)}], {rowGroupRows});
			const read = await readRows(path);
			const expected = rows.map(row =>
				object(row.map((value, index) => expectedOf(columns[index]![1], value))),
			);
			assert.deepEqual(plain(read), plain(expected));
		}),
		{numRuns: 300},
	);
});
