/** For the tests of parts: schemas, records that conform to them, and formats that write them. */
import {join} from 'node:path';
import fc, {type Arbitrary} from 'fast-check';
import {csvFormat} from '../../../sinks/formats/csv/format.ts';
import type {CompleteFormat, FileFormat} from '../../../sinks/formats/format.ts';
import {gzipped} from '../../../sinks/formats/gzip.ts';
import {jsonlFormat} from '../../../sinks/formats/jsonl/format.ts';
import {type ParquetOptions, parquetFormat} from '../../../sinks/formats/parquet/format.ts';
import {fileOutput} from '../../../sinks/output/output.ts';
import {Decimal, type JsonValue, parse} from '../../../src/core/json/json.ts';
import type {JsonRecord} from '../../../src/core/page.ts';
import type {Column} from '../../../src/core/schema/schema.ts';

/** Every text format, and Parquet with small row groups. */
export const textFormats: readonly CompleteFormat[] = [
	jsonlFormat,
	gzipped(jsonlFormat),
	csvFormat(),
	gzipped(csvFormat()),
];

export function smallParquet(rowGroupRows: number, options: ParquetOptions = {}): CompleteFormat {
	return parquetFormat({rowGroupRows, ...options});
}

/** Writes pages, each with its own columns, to one file. */
export async function writePart(
	format: FileFormat,
	path: string,
	pages: readonly {columns?: readonly Column[]; records: readonly JsonRecord[]}[],
): Promise<string> {
	const target = fileOutput(`${path}.${format.extension}`);
	const output = format.compress?.(target) ?? target;
	await output.open();
	const encoder = format.encoder(output);
	for (const [number, {columns, records}] of pages.entries())
		await encoder.write({resource: 'things', number, records, ...(columns && {schema: {columns}})});
	await encoder.finish();
	await output.close();
	return target.name;
}

export async function collect(batches: AsyncIterable<readonly JsonRecord[]>): Promise<JsonRecord[]> {
	const records: JsonRecord[] = [];
	for await (const batch of batches) records.push(...batch);
	return records;
}

export function at(folder: string, name: string): string {
	return join(folder, name);
}

const instant = fc.date({
	min: new Date('0001-01-01T00:00:00Z'),
	max: new Date('9999-12-31T23:59:59Z'),
	noInvalidDate: true,
});
const micros = fc
	.integer({min: 0, max: 999_999})
	.map(value => (value === 0 ? '' : `.${String(value).padStart(6, '0')}`));
const bigint: Arbitrary<JsonValue> = fc
	.oneof(fc.maxSafeInteger(), fc.bigInt({min: -(2n ** 63n), max: 2n ** 63n - 1n}))
	.map(value => (Number.isSafeInteger(Number(value)) ? Number(value) : value));
const json: Arbitrary<JsonValue> = fc.oneof(
	fc.jsonValue({maxDepth: 2}).map(value => fromText(value as JsonValue)),
	fc.constantFrom<JsonValue>(12345678901234567890n, new Decimal('0.10000000000000000000001'), [2n ** 70n], {
		a: {b: 2n ** 64n},
	}),
);

function fromText(value: JsonValue): JsonValue {
	return parse(JSON.stringify(value));
}

type Make = (name: string, nullable: boolean) => Column;

/** A column and its values, as `normalize()` leaves them. */
export interface Kind {
	readonly column: Make;
	readonly value: Arbitrary<JsonValue>;
}

const scalar = (
	type: Exclude<Column['type'], 'decimal' | 'list' | 'struct'>,
	value: Arbitrary<JsonValue>,
): Kind => ({
	column: (name, nullable) => ({name, nullable, type}),
	value,
});

export const text = fc.oneof(
	fc.string({unit: 'grapheme'}),
	fc.constantFrom('', 'a', '﻿b', 'x,"y"\r\nz', '\u0000', '٣'),
);

export const scalars: readonly Kind[] = [
	scalar('text', text),
	scalar('text', fc.constantFrom('a', 'b', '')),
	scalar('bigint', bigint),
	scalar(
		'double',
		fc.double({noNaN: true, noDefaultInfinity: true}).map(value => (Object.is(value, -0) ? 0 : value)),
	),
	scalar('bool', fc.boolean()),
	scalar(
		'timestamp',
		fc.tuple(instant, micros).map(([date, rest]) => shortest(`${date.toISOString().slice(0, 19)}${rest}Z`)),
	),
	scalar(
		'date',
		instant.map(date => date.toISOString().slice(0, 10)),
	),
	scalar(
		'time',
		fc
			.tuple(instant, micros)
			.map(([date, rest]) => `${date.toISOString().slice(11, 19)}${rest.replace(/0+$/, '')}`),
	),
	scalar(
		'binary',
		fc.uint8Array({maxLength: 20}).map(bytes => Buffer.from(bytes).toString('base64')),
	),
	...[
		{precision: 9, scale: 2},
		{precision: 18, scale: 0},
		{precision: 38, scale: 9},
	].map(
		({precision, scale}): Kind => ({
			column: (name, nullable) => ({name, nullable, type: 'decimal', precision, scale}),
			value: fc
				.bigInt({min: -(10n ** BigInt(precision)) + 1n, max: 10n ** BigInt(precision) - 1n})
				.map(digits => decimal(digits, scale)),
		}),
	),
];

/** Of `json`, CSV keeps only what is no text: a text looks like the JSON it spells. */
export const jsonKind = scalar(
	'json',
	json.filter(value => value !== null),
);
export const objectKind = scalar(
	'json',
	json.filter(value => value !== null && typeof value !== 'string'),
);

function shortest(timestamp: string): string {
	return timestamp.replace(/(\.\d{3})000Z$/, '$1Z');
}

function decimal(digits: bigint, scale: number): string {
	const sign = digits < 0n ? '-' : '';
	const all = String(digits < 0n ? -digits : digits).padStart(scale + 1, '0');
	const whole = `${sign}${all.slice(0, all.length - scale)}`;
	const fraction = scale === 0 ? '' : all.slice(-scale).replace(/0+$/, '');
	return fraction === '' ? (whole === '-0' ? '0' : whole) : `${whole}.${fraction}`;
}

/** A column of any type, nested up to `depth`, without its name. */
export function kinds(leaves: readonly Kind[], depth: number): Arbitrary<Kind> {
	const leaf = fc.constantFrom(...leaves);
	if (depth === 0) return leaf;
	const inner = fc.tuple(kinds(leaves, depth - 1), fc.boolean());
	const list = inner.map(
		([item, itemNullable]): Kind => ({
			column: (name, nullable) => ({name, nullable, type: 'list', items: item.column('item', itemNullable)}),
			value: fc.array(orNull(item, itemNullable), {maxLength: 4}),
		}),
	);
	const struct = fc
		.uniqueArray(fc.tuple(columnName, inner), {selector: ([name]) => name, minLength: 1, maxLength: 3})
		.map(
			(fields): Kind => ({
				column: (name, nullable) => ({
					name,
					nullable,
					type: 'struct',
					fields: fields.map(([field, [kind, isNullable]]) => kind.column(field, isNullable)),
				}),
				value: fc
					.tuple(...fields.map(([, [kind, isNullable]]) => orNull(kind, isNullable)))
					.map(values => Object.fromEntries(values.map((value, i) => [fields[i]![0], value]))),
			}),
		);
	return fc.oneof({weight: 4, arbitrary: leaf}, {weight: 1, arbitrary: list}, {weight: 1, arbitrary: struct});
}

export function orNull(kind: Kind, nullable: boolean): Arbitrary<JsonValue> {
	return nullable ? fc.option(kind.value, {freq: 3, nil: null}) : kind.value;
}

export const columnName = fc.oneof(
	fc.string({minLength: 1, maxLength: 5}),
	fc.constantFrom('0', '7', 'a.b', 'a', 'b', 'toString', '__proto__', 'list', 'element', 'x,y', '"'),
);

export interface Table {
	readonly columns: readonly Column[];
	readonly records: readonly JsonRecord[];
}

/** Columns and rows of them; `depth` of 0 has no lists and structs. */
export function table(leaves: readonly Kind[], depth: number, maxLength = 40): Arbitrary<Table> {
	return fc
		.uniqueArray(fc.tuple(columnName, kinds(leaves, depth), fc.boolean()), {
			selector: ([name]) => name,
			minLength: 1,
			maxLength: 5,
		})
		.chain(columns =>
			fc
				.array(fc.tuple(...columns.map(([, kind, nullable]) => orNull(kind, nullable))), {maxLength})
				.map(rows => ({
					columns: columns.map(([name, kind, nullable]) => kind.column(name, nullable)),
					records: rows.map(row => Object.fromEntries(row.map((value, i) => [columns[i]![0], value]))),
				})),
		);
}
