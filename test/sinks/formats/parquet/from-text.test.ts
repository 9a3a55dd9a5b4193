import assert from 'node:assert/strict';
import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {type TestContext, test} from 'node:test';
import fc, {type Arbitrary} from 'fast-check';
import {type ParquetOptions, parquetFormat} from '../../../../sinks/formats/parquet/format.ts';
import {isCanonical} from '../../../../sinks/formats/parquet/write/canonical-json.ts';
import {parse, stringify} from '../../../../src/core/json/json.ts';
import type {JsonRecord} from '../../../../src/core/page.ts';
import {KeyTable} from '../../../../src/core/records/key-table.ts';
import {valueIndexOf} from '../../../../src/core/records/lazy-records.ts';
import type {RecordList} from '../../../../src/core/records/record-list.ts';
import type {Column, Schema} from '../../../../src/core/schema/schema.ts';
import {textRecords} from '../../../helpers/as-text.ts';
import {folder, page, readRows} from './files.ts';

/** The texts of the records of one page. */
type Texts = readonly string[];

const bodyOf = (texts: Texts): string => `{"data":[${texts.join(',')}]}`;

function withIndex(texts: Texts, keys: KeyTable): RecordList {
	const records = textRecords(`[${texts.join(',')}]`, keys);
	assert.ok(records && valueIndexOf(records), bodyOf(texts));
	return records;
}

function parsed(texts: Texts): readonly JsonRecord[] {
	return (parse(bodyOf(texts)) as {data: JsonRecord[]}).data;
}

/** The bytes of the file, or the message of the refusal. */
async function write(
	name: string,
	schema: Schema,
	pages: readonly (() => RecordList)[],
	options: ParquetOptions,
): Promise<string> {
	const written: Uint8Array[] = [];
	const nothing = async (): Promise<void> => {};
	const encoder = parquetFormat(options).encoder({
		name,
		position: 0,
		open: nothing,
		write: async bytes => {
			written.push(Uint8Array.from(bytes));
		},
		close: nothing,
		discard: nothing,
	});
	try {
		for (const [number, records] of pages.entries()) await encoder.write(page(records(), schema, number));
		await encoder.finish();
		await writeFile(name, written);
		return Buffer.concat(written).toString('latin1');
	} catch (error) {
		return (error as Error).message;
	}
}

/** Writes all pages parsed, then every other one from text, then all: that makes no difference. */
async function same(
	path: string,
	columns: readonly Column[],
	pages: readonly Texts[],
	options: ParquetOptions = {},
): Promise<string> {
	const schema = {columns};
	const expected = await write(
		path,
		schema,
		pages.map(texts => () => parsed(texts)),
		options,
	);
	for (const every of [2, 1]) {
		const keys = new KeyTable();
		const mixed = pages.map(
			(texts, index) => () => (index % every === 0 ? withIndex(texts, keys) : parsed(texts)),
		);
		assert.equal(await write(path, schema, mixed, options), expected);
	}
	return expected;
}

async function file(t: TestContext): Promise<string> {
	return join(await folder(t), 'rows.parquet');
}

const few = fc.constantFrom(
	'"a"',
	'"active"',
	'"請求書"',
	'""',
	'"quite a long text that comes again and again, as a note would"',
);
const digits = (text: string): string =>
	`"${[...text].map(character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')}"`;
const quoted = (text: Arbitrary<string>): Arbitrary<string> => text.map(value => JSON.stringify(value));
const instant = fc
	.date({
		min: new Date('0001-01-01T00:00:00Z'),
		max: new Date('9999-12-31T23:59:59.999Z'),
		noInvalidDate: true,
	})
	.map(date => date.toISOString());
const long = fc.string({unit: 'grapheme', minLength: 100, maxLength: 300});
const integer = fc.oneof(
	fc.integer(),
	fc.maxSafeInteger(),
	fc.bigInt({min: -(2n ** 63n), max: 2n ** 63n - 1n}),
);
const double = fc
	.double({noNaN: true, noDefaultInfinity: true})
	.map(number => JSON.stringify(number))
	.filter(text => typeof parse(text) === 'number');
const space = fc.constantFrom('', '', '', ' ', '\t ');
const key = fc.oneof(
	fc.constantFrom('"id"', '"a"', '"b"', '"7"', '"é"', '"__proto__"', '"toJSON"', '"\\u0061"'),
	quoted(fc.string({maxLength: 4})),
);
const number = fc.oneof(
	integer.map(String),
	double,
	fc.constantFrom(
		'-0',
		'0',
		'1.0',
		'1.50',
		'1e3',
		'1E-7',
		'0.0000001',
		'0.000001',
		'-0.0000000',
		'123456789012345',
		'1e400',
	),
	fc.constantFrom('1234567890123456', '0.1000000000000000055', '99999999999999999999', '0.30000000000000004'),
);

const json: Arbitrary<string> = fc.letrec<{value: string}>(tie => ({
	value: fc.oneof(
		{maxDepth: 3, depthSize: 'small'},
		fc.oneof(number, fc.constantFrom('true', 'false', 'null', '""'), quoted(fc.string()), few),
		fc
			.tuple(space, fc.array(tie('value'), {maxLength: 3}))
			.map(([gap, items]) => `[${gap}${items.join(`${gap},`)}]`),
		fc
			.tuple(space, fc.array(fc.tuple(key, tie('value')), {maxLength: 4}))
			.map(
				([gap, members]) =>
					`{${members.map(([name, value]) => `${name}:${gap}${value}`).join(`,${gap}`)}${gap}}`,
			),
	),
})).value;

/** Columns, with texts of values that fit. */
const fits: readonly {readonly column: Column; readonly text: Arbitrary<string>}[] = [
	{
		column: {name: 'text', type: 'text', nullable: true},
		text: fc.oneof(
			few,
			quoted(fc.string({unit: 'grapheme'})),
			quoted(long),
			fc.string().map(digits),
			fc.constantFrom('"\\ud800"', '"a\\/b"', '"\\""'),
		),
	},
	{column: {name: 'few', type: 'text', nullable: false}, text: few},
	{
		column: {name: 'bigint', type: 'bigint', nullable: true},
		text: fc.oneof(integer.map(String), fc.constantFrom('1.0', '1e3', '-0', '-5.00')),
	},
	{
		column: {name: 'double', type: 'double', nullable: true},
		text: fc.oneof(
			double,
			fc.constantFrom('-0', '1.50', '-1E5', '123.456789012345', '100000000000000', '0.1'),
		),
	},
	{column: {name: 'bool', type: 'bool', nullable: true}, text: fc.constantFrom('true', 'false')},
	{
		column: {name: 'timestamp', type: 'timestamp', nullable: true},
		text: fc.oneof(
			quoted(instant),
			quoted(instant.map(text => `${text.slice(0, -1)}456Z`)),
			quoted(instant.map(text => `${text.slice(0, 19)}Z`)),
			instant.map(digits),
		),
	},
	{
		column: {name: 'date', type: 'date', nullable: true},
		text: quoted(instant.map(text => text.slice(0, 10))),
	},
	{
		column: {name: 'time', type: 'time', nullable: true},
		text: quoted(instant.map(text => text.slice(11, -1))),
	},
	{
		column: {name: 'decimal', type: 'decimal', precision: 9, scale: 2, nullable: true},
		text: fc.integer({min: -9_999_999, max: 9_999_999}).map(whole => `"${whole}.5"`),
	},
	{
		column: {name: 'binary', type: 'binary', nullable: true},
		text: fc.base64String().map(text => JSON.stringify(text)),
	},
	{column: {name: 'json', type: 'json', nullable: true}, text: json},
	{column: {name: 'toString', type: 'json', nullable: true}, text: json},
];
const columns = fits.map(({column}) => column);

// Members in any order; some are null or left out, and some have no column.
const record: Arbitrary<string> = fc
	.record(
		Object.fromEntries(
			fits.map(({column: {name, nullable}, text}) => [
				name,
				nullable ? fc.oneof({arbitrary: text, weight: 5}, fc.constant('null')) : text,
			]),
		),
		{requiredKeys: ['few']},
	)
	.chain(members =>
		fc.tuple(fc.shuffledSubarray(Object.entries(members), {minLength: Object.keys(members).length}), space),
	)
	.map(
		([members, gap]) =>
			`{${[...members, ['unknown', '1']].map(([name, text]) => `"${name}":${gap}${text}`).join(`${gap},`)}}`,
	);

const pages = fc.array(fc.array(record, {minLength: 1, maxLength: 12}), {minLength: 1, maxLength: 6});

test('a file is the same, byte for byte, whether its pages come as text or as records', async t => {
	const path = await file(t);
	await fc.assert(
		fc.asyncProperty(pages, fc.integer({min: 1, max: 20}), async (texts, rowGroupRows) => {
			const bytes = await same(path, columns, texts, {rowGroupRows});
			assert.ok(bytes.startsWith('PAR1'), bytes);
		}),
		{numRuns: 100},
	);
});

test('a value that its column does not take is refused with the same words', async t => {
	const path = await file(t);
	const wrong = fc.oneof(
		number,
		quoted(fc.string()),
		fc.constantFrom('"2024-02-30"', '"x"', 'true', '{}', '[1]', 'null'),
	);
	let refused = 0;
	await fc.assert(
		fc.asyncProperty(
			fc.array(record, {maxLength: 5}),
			fc.constantFrom(...fits),
			wrong,
			async (before, {column}, text) => {
				const last = `{"few":"a","${column.name}":${text}}`.replace('"few":"a","few"', '"few"');
				const outcome = await same(path, columns, [['{"few":"b"}'], [...before, last]], {rowGroupRows: 4});
				if (!outcome.startsWith('PAR1')) refused++;
				else if (column.name !== 'json' && column.name !== 'toString' && !column.nullable)
					assert.match(text, /^"/);
			},
		),
		{numRuns: 300},
	);
	assert.ok(refused > 100, String(refused));
});

test('the words about a refused value say which one and where', async t => {
	const id: Column = {name: 'id', type: 'bigint', nullable: false};
	const path = await file(t);
	assert.match(
		await same(path, [id], [['{"id":1}'], ['{"id":2}', '{"id":"x\\n"}']]),
		/column "id" \(bigint\) takes .+, not "x\\n" in row 3 of .+ \(page 2\)/,
	);
	for (const missing of ['{"id":null}', '{"other":1}', '{}'])
		assert.match(
			await same(path, [id], [['{"id":1}'], ['{"id":2}', missing]], {rowGroupRows: 2}),
			/"id" \(bigint\) is not nullable, but has no value in row 3 of .+ \(page 2\)/,
		);
});

test('a whole number beyond 2^53 is no double', async t => {
	const column: Column = {name: 'x', type: 'double', nullable: true};
	const path = await file(t);
	for (const number of ['9007199254740992', '100000000000000000000'])
		assert.match(
			await same(path, [column], [[`{"x":${number}}`]]),
			new RegExp(`takes a number, not the bigint ${number} in row 1 `),
		);
});

test('a page whose columns are nested is parsed', async t => {
	const list: Column = {
		name: 'l',
		type: 'list',
		nullable: true,
		items: {name: '', type: 'bigint', nullable: true},
	};
	const path = await file(t);
	await same(
		path,
		[list],
		[
			['{"l":[1,2]}', '{"l":null}', '{}'],
			['{"l":[]}', '{"l":[null]}'],
		],
	);
	assert.deepEqual(await readRows(path), [
		{l: [1n, 2n]},
		{l: undefined},
		{l: undefined},
		{l: []},
		{l: [null]},
	]);
});

test('columns that come later, and more of them than a page had room for, are found', async t => {
	const many: Column[] = Array.from({length: 60}, (_, index) => ({
		name: `c${index}`,
		type: 'bigint',
		nullable: true,
	}));
	const texts = [
		['{"c3":3}', '{"c3":4,"c1":1}'],
		[`{${many.map(({name}, index) => `"${name}":${index}`).join(',')}}`],
		['{"c59":1}', '{"c0":2}'],
	];
	const path = await file(t);
	await same(path, many, texts);
	const rows = await readRows(path);
	assert.deepEqual(
		[0, 1, 3, 59].map(index => rows.map(row => row[`c${index}`])),
		[
			[null, null, 0n, null, 2n],
			[null, 1n, 1n, null, null],
			[3n, 4n, 3n, null, null],
			[null, null, 59n, 1n, null],
		],
	);
});

test('texts of any length stand in the file as they are', async t => {
	const text: Column = {name: 's', type: 'text', nullable: false};
	const values = Array.from(
		{length: 700},
		(_, index) => `${['é', 'b', '🙂', '\\'][index % 4]}${'x'.repeat(index % 350)}`,
	);
	const path = await file(t);
	await same(path, [text], [values.map(value => JSON.stringify({s: value}))]);
	assert.deepEqual(
		(await readRows(path)).map(row => row.s),
		values,
	);
});

test('JSON that is stored as it stands is what would be written for its value', () => {
	const isStored = (text: string): boolean => {
		const bytes = Buffer.from(`{"a":${text},"b":1}`);
		return isCanonical(bytes, 5, bytes.length - 7);
	};
	fc.assert(
		fc.property(json, text => {
			if (isStored(text)) assert.equal(stringify(parse(text)), text);
		}),
		{numRuns: 5000},
	);
	const plain =
		'{"country":"DE","zip":"10115","geo":{"lat":52.5,"lon":-13.25},"tags":["a","b"],"all":[{"id":1},{"id":2}],"x":{"zip":null},"id":0}';
	for (const text of [
		plain,
		'"請求書"',
		'-7',
		'0.000001',
		'[]',
		'{}',
		'true',
		'12345678901234567890',
		'0.30000000000000004',
	])
		assert.ok(isStored(text), text);
	for (const text of [
		'{"a":1, "b":2}',
		'{"a":1,"a":2}',
		'{"b":1,"7":2}',
		'"\\u00e9"',
		'1.0',
		'-0',
		'1e5',
		'0.0000001',
		'0.30000000000000000',
	])
		assert.ok(!isStored(text), text);
});

test('JSON is looked at however deep it is and however many keys it has', async t => {
	const column: Column = {name: 'j', type: 'json', nullable: true};
	const wide = `{${Array.from({length: 500}, (_, index) => `"k${index}":${index}`).join(',')}}`;
	const deep = `${'{"a":'.repeat(200)}1${'}'.repeat(200)}`;
	const path = await file(t);
	await same(path, [column], [[`{"j":${wide}}`, `{"j":${deep}}`]]);
	assert.deepEqual(
		(await readRows(path)).map(row => row.j),
		[wide, deep],
	);
});
