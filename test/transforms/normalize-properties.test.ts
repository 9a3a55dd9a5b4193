import assert from 'node:assert/strict';
import {test} from 'node:test';
import {isDeepStrictEqual} from 'node:util';
import fc from 'fast-check';
import {Decimal, type JsonValue, parse, stringify} from '../../src/core/json/json.ts';
import type {JsonRecord, Page} from '../../src/core/page.ts';
import {isObject} from '../../src/core/path/path.ts';
import {KeyTable} from '../../src/core/records/key-table.ts';
import {linesOf, rowsIn} from '../../src/core/records/lazy-records.ts';
import type {Column, ContractMode, Naming, SchemaDefinition} from '../../src/core/schema/schema.ts';
import {type NormalizeOptions, normalizePages} from '../../transforms/normalize.ts';
import {textRecords} from '../helpers/as-text.ts';
import {pageOf, through} from './pages.ts';

const scalar: fc.Arbitrary<JsonValue> = fc.oneof(
	fc.constantFrom<JsonValue>(
		null,
		true,
		false,
		0,
		1,
		2,
		-0,
		'0',
		'1',
		'yes',
		'No',
		'',
		'NaN',
		'007',
		'0x1f',
		'aGk=',
		'{"a":1}',
		'[x',
	),
	fc.integer(),
	fc.double({noNaN: true, noDefaultInfinity: true}),
	fc.bigInt({min: -(2n ** 66n), max: 2n ** 66n}).map(n => (Number.isSafeInteger(Number(n)) ? Number(n) : n)),
	fc.bigInt({min: 10n ** 36n, max: 10n ** 42n}),
	fc.tuple(fc.maxSafeNat(), fc.maxSafeNat()).map(([a, b]) => new Decimal(`${a}.${b}${'7'.repeat(18)}`)),
	fc.integer().map(String),
	fc.double({noNaN: true, noDefaultInfinity: true}).map(String),
	fc.constantFrom(
		'2024-01-05',
		'10:00:00',
		'20240105',
		'2024-01-05T10:00:00Z',
		'2024-01-05 10:00:00.25+02:00',
		'2024-01-05T10:00:00.123456Z',
	),
	fc.string({maxLength: 5}),
);
const key = fc.constantFrom('a', 'b', 'c', 'B', 'constructor', '__proto__', '7');
const object = (values: fc.Arbitrary<JsonValue>): fc.Arbitrary<JsonRecord> =>
	fc.array(fc.tuple(key, values), {maxLength: 5}).map(entries => Object.fromEntries(entries) as JsonRecord);
const value = fc.letrec<{value: JsonValue}>(tie => ({
	value: fc.oneof(
		{maxDepth: 3, withCrossShrink: true},
		{arbitrary: scalar, weight: 6},
		{arbitrary: fc.array(tie('value'), {maxLength: 3}), weight: 1},
		{arbitrary: object(tie('value')), weight: 1},
	),
})).value;
const pages = fc.array(fc.array(object(value), {maxLength: 5}), {minLength: 1, maxLength: 4});

const declared: fc.Arbitrary<SchemaDefinition | undefined> = fc.option(
	fc
		.uniqueArray(
			fc.record(
				{
					name: fc.constantFrom('a', 'b', 'c', 'a__b', 'a__v_text', 'd'),
					type: fc.constantFrom(
						'text',
						'bigint',
						'double',
						'bool',
						'timestamp',
						'date',
						'time',
						'decimal',
						'binary',
						'json',
					),
					nullable: fc.constantFrom(true, true, true, false),
				},
				{requiredKeys: ['name', 'nullable']},
			),
			{selector: column => column.name, maxLength: 4},
		)
		.map(columns => ({columns}) as SchemaDefinition),
	{nil: undefined},
);
const mode = fc.constantFrom<ContractMode>('evolve', 'discard_row', 'discard_value');
const options: fc.Arbitrary<NormalizeOptions> = fc.record({
	nested: fc.constantFrom('json', 'flatten'),
	maxNesting: fc.constantFrom(0, 1, 1000),
	naming: fc.constantFrom('direct', 'snake_case'),
	coerce: fc.boolean(),
	contract: fc.oneof(fc.constant<ContractMode>('evolve'), fc.record({columns: mode, dataType: mode})),
});

const spelling: Record<string, RegExp> = {
	timestamp: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3}|\.\d{6})?Z$/,
	date: /^\d{4}-\d\d-\d\d$/,
	time: /^\d\d:\d\d:\d\d(\.\d{1,6})?$/,
	binary: /^(?:[\w+/]{4})*(?:[\w+/]{2}==|[\w+/]{3}=)?$/,
	decimal: /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/,
};

// The table of src/core/schema.ts, read by somebody else.
function isAsDocumented(column: Column, value: JsonValue): boolean {
	if (value === null) return column.nullable;
	switch (column.type) {
		case 'text':
			return typeof value === 'string';
		case 'double':
			return typeof value === 'number';
		case 'bool':
			return typeof value === 'boolean';
		case 'bigint':
			if (typeof value === 'number') return Number.isSafeInteger(value);
			return (
				typeof value === 'bigint' &&
				!Number.isSafeInteger(Number(value)) &&
				BigInt.asIntN(64, value) === value
			);
		case 'json':
			return true;
		case 'decimal': {
			if (typeof value !== 'string' || !spelling.decimal!.test(value)) return false;
			const [whole = '', fraction = ''] = value.replace('-', '').split('.');
			return (
				fraction.length <= column.scale && whole.replace(/^0/, '').length <= column.precision - column.scale
			);
		}
		default:
			return typeof value === 'string' && spelling[column.type]!.test(value);
	}
}

function conforms(page: Page): void {
	const columns = new Map(page.schema!.columns.map(column => [column.name, column]));
	const order = [...columns.keys()];
	for (const record of page.records) {
		let last = -1;
		for (const [name, value] of Object.entries(record)) {
			const column = columns.get(name);
			assert.ok(column && isAsDocumented(column, value), `${name}: ${String(value)} is no ${column?.type}`);
			// JavaScript itself puts names that are numbers first.
			if (/^\d+$/.test(name)) continue;
			assert.ok(order.indexOf(name) > last, `${name} is out of order`);
			last = order.indexOf(name);
		}
		for (const column of columns.values()) assert.ok(column.nullable || Object.hasOwn(record, column.name));
	}
}

test('every record conforms to the schema of its page, whatever comes and whatever is declared', () => {
	fc.assert(
		fc.property(pages, declared, options, (pages, schema, options) => {
			for (const page of through(normalizePages(schema, options), ...pages)) conforms(page);
		}),
		{numRuns: 2000},
	);
});

// What an API sends: the same keys with values of the same kinds, now and then another.
const often = (arbitrary: fc.Arbitrary<JsonValue>): fc.Arbitrary<JsonValue> =>
	fc.oneof({arbitrary, weight: 30}, {arbitrary: fc.constant(null), weight: 5}, {arbitrary: value, weight: 1});
const tame = fc.array(
	fc.array(
		fc.record(
			{
				a: often(fc.integer()),
				b: often(fc.constantFrom<JsonValue>('', 'x', 'é"', '2024-01-05')),
				c: often(
					fc.constantFrom<JsonValue>(
						'2024-01-05T10:00:00Z',
						'2024-01-05T10:00:00.123456Z',
						'2024-02-29T23:59:59.000Z',
					),
				),
				d: often(fc.double({noNaN: true, noDefaultInfinity: true})),
				e: often(fc.constantFrom<JsonValue>({z: 1}, [], [{y: null}], {'7': 'x'})),
				f: often(fc.boolean()),
			},
			{requiredKeys: ['a', 'b', 'c', 'e']},
		) as fc.Arbitrary<JsonRecord>,
		{minLength: 1, maxLength: 4},
	),
	{minLength: 1, maxLength: 5},
);

test('pages as text, with their index, come out as the same records do: rows, columns, refusals and counts', () => {
	let kept = 0;
	fc.assert(
		fc.property(
			fc.oneof(pages, tame, tame),
			declared,
			options,
			fc.boolean(),
			(pages, schema, options, ordered) => {
				const keys = new KeyTable();
				const asText = pages.map(records => textRecords(stringify(records as JsonValue), keys) ?? records);
				const [one, other] = [normalizePages(schema, {...options, ordered}), normalizePages(schema, options)];
				const expected = through(
					other,
					...asText.map(records => parse(stringify([...rowsIn(records)])) as JsonRecord[]),
				);
				for (const [number, page] of through(one, ...asText).entries()) {
					const {records, ...rest} = page;
					const {records: wanted, ...wantedRest} = expected[number]!;
					if (linesOf(records)) kept++;
					assert.deepEqual(rest, wantedRest);
					assert.deepEqual([...records], wanted);
					if (ordered) assert.equal(stringify([...records]), stringify([...wanted]));
				}
				assert.deepEqual(one.counts, other.counts);
			},
		),
		{numRuns: 3000},
	);
	assert.ok(kept > 500, `only ${kept} pages stayed text`);
});

test('whether a page stays text does not depend on the order in which it and others were cut', () => {
	const texts = [
		'[{"a":1}]',
		'[{"a":1,"b":1}]',
		'[{"a":1,"c":1}]',
		'[{"a":1,"b":1,"c":1},{"b":1}]',
		'[{"a":1},{"c":1,"b":1}]',
	];
	for (const order of [
		[0, 1, 2, 3, 4],
		[4, 0, 3, 2, 1],
	]) {
		const keys = new KeyTable();
		const cut = new Map(order.map(at => [at, textRecords(texts[at]!, keys)!]));
		const passed = through(normalizePages(), ...texts.map((_, at) => cut.get(at)!));
		assert.deepEqual(
			passed.map(({records}) => linesOf(records) !== undefined),
			[true, true, true, true, false],
		);
	}
});

test('a resource whose values keep wanting to be converted is parsed at once from then on', () => {
	const normalizer = normalizePages({columns: {at: {type: 'timestamp'}}});
	const cut = (at: string) => textRecords(`[{"at":"${at}"}]`) ?? [];
	const page = (at: string) => normalizer.page(pageOf(cut(at)));
	page('2024-01-05T10:00:00Z');
	assert.equal(normalizer.needs?.(), 'index');
	for (let i = 0; i < 7; i++) page('2024-01-05 10:00');
	page('2024-01-05T10:00:00Z');
	for (let i = 0; i < 7; i++) page('2024-01-05 10:00');
	assert.equal(normalizer.needs?.(), 'index');
	const ahead = cut('2024-01-05T10:00:00Z');
	page('2024-01-05 10:00');
	assert.equal(normalizer.needs?.(), 'rows');
	assert.equal(
		linesOf(normalizer.page(pageOf(ahead)).records),
		undefined,
		'a page that was read before stays text',
	);
});

test('nothing is lost: every value is in its column, a variant or a numbered one, in a rejection, or counted', () => {
	fc.assert(
		fc.property(pages, declared, options, (pages, schema, options) => {
			const normalizer = normalizePages(schema, options);
			const whole = new Set(
				(schema?.columns as {name: string; type?: string}[])
					?.filter(({type}) => type === 'json' || (type === 'text' && options.coerce !== false))
					.map(({name}) => name),
			);
			const isWhole = (name: string): boolean =>
				whole.has(options.naming === 'direct' ? name : name.toLowerCase());
			let missing = 0;
			for (const [number, page] of through(normalizer, ...pages).entries()) {
				const rejected = new Map(page.rejections?.map(rejection => [rejection.index, rejection.record]));
				const out = page.records.values();
				for (const [index, record] of pages[number]!.entries()) {
					if (rejected.has(index)) assert.equal(rejected.get(index), record);
					else missing += lost(record, out.next().value!, options, isWhole);
				}
				assert.equal(out.next().done, true);
			}
			if (missing > 0) assert.equal(missing, normalizer.counts?.discarded);
		}),
		{numRuns: 3000},
	);
});

function lost(
	record: JsonRecord,
	out: JsonRecord,
	{nested, maxNesting = 1000, naming = 'direct'}: NormalizeOptions,
	isWhole: (name: string) => boolean,
): number {
	const levels = nested === 'flatten' ? maxNesting : 0;
	const wanted = [...leaves(record, '', levels, isWhole)].filter(([, value]) => value !== null);
	const columns = Object.entries(out).filter(([, kept]) => kept !== null);
	const takenBy = new Map<string, number>();

	// Two keys may share names and notations: a column changes hands when its leaf finds another one.
	function place(leaf: number, tried: Set<string>): boolean {
		const [name, value] = wanted[leaf]!;
		for (const [column, kept] of columns) {
			if (tried.has(column) || !leadsTo(name, column, naming) || !says(kept, value)) continue;
			tried.add(column);
			const other = takenBy.get(column);
			if (other !== undefined && !place(other, tried)) continue;
			takenBy.set(column, leaf);
			return true;
		}
		return false;
	}

	const placed = wanted.filter((_, leaf) => place(leaf, new Set())).length;
	assert.equal(placed, columns.length, 'a value comes from nowhere');
	return wanted.length - placed;
}

function* leaves(
	object: JsonRecord,
	prefix: string,
	levels: number,
	isWhole: (name: string) => boolean,
): Generator<[string, JsonValue]> {
	for (const [key, value] of Object.entries(object)) {
		const name = prefix === '' ? key : `${prefix}__${key}`;
		if (isObject(value) && levels > 0 && !isWhole(name)) yield* leaves(value, name, levels - 1, isWhole);
		else yield [name, value];
	}
}

// A name, then variants and numbers; which underscores snake_case makes of others is another test's matter.
function leadsTo(name: string, column: string, naming: Naming): boolean {
	const simple = (text: string): string =>
		(naming === 'direct' ? text : text.toLowerCase()).replaceAll('_', '');
	const plain = simple(column);
	const wanted = simple(name);
	return (
		plain.startsWith(wanted) &&
		/^\d*(v(text|bigint|double|bool|timestamp|decimal|json))?\d*$/.test(plain.slice(wanted.length))
	);
}

// Whether a value, in any type's notation, still says what the original said.
function says(kept: JsonValue, original: JsonValue): boolean {
	if (isDeepStrictEqual(kept, original)) return true;
	if (typeof original === 'boolean') return String(kept) === String(original);
	// A text holds the JSON of what is nested.
	if (original === null || (typeof original === 'object' && !(original instanceof Decimal)))
		return kept === stringify(original);
	const text = String(original);
	if (typeof kept === 'boolean')
		return (kept ? ['1', 'yes', 't', 'true', 'y'] : ['0', 'no', 'f', 'false', 'n']).includes(
			text.toLowerCase(),
		);
	if (isObject(kept) || Array.isArray(kept)) return spells(text, kept);
	const written = String(kept);
	if (
		written === text ||
		(text !== '' && written !== '' && Number(written) === Number(text) && sameInteger(written, text))
	)
		return true;
	// A number as bytes, a moment in UTC, a day without its time, epoch seconds.
	if (/^(0x[\da-f]*|\d+)$/i.test(text) && bytes(written) === BigInt(/^0x$/i.test(text) ? 0 : text))
		return true;
	return moments(text).some(moment => {
		if (Number.isNaN(new Date(moment).getTime())) return false;
		return (
			Math.abs(Date.parse(written) - moment) < 1 ||
			written === new Date(Math.floor(moment)).toISOString().slice(0, 10)
		);
	});
}

function spells(text: string, value: JsonValue): boolean {
	try {
		return isDeepStrictEqual(parse(text), value);
	} catch {
		return false;
	}
}

// As a date-time, a compact date, or epoch seconds.
function moments(text: string): number[] {
	if (!/^-?[\d.]+(e[+-]?\d+)?$/i.test(text)) return [Date.parse(text.replace(/^(\d{4}-\d\d-\d\d) /, '$1T'))];
	return [Number(text) * 1000, Date.parse(text.replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3'))];
}

function sameInteger(a: string, b: string): boolean {
	return !/^-?\d+$/.test(a) || !/^-?\d+$/.test(b) || BigInt(a) === BigInt(b);
}

function bytes(base64: string): bigint {
	const hex = Buffer.from(base64, 'base64').toString('hex');
	return hex === '' ? 0n : BigInt(`0x${hex}`);
}
