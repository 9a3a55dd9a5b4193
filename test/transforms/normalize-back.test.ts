/**
 * What was sent can be told from what was stored: the type of a column, its value, and the table of types in
 * the reference.
 */
import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {Decimal, type JsonValue, parse, stringify} from '../../src/core/json/json.ts';
import type {JsonRecord} from '../../src/core/page.ts';
import type {Column} from '../../src/core/schema/schema.ts';
import {normalizePages} from '../../transforms/normalize.ts';
import {through} from './pages.ts';

// Texts that look like something else, and numbers of all kinds.
const odd = fc.constantFrom<JsonValue>(
	...[
		'',
		' ',
		'0',
		'-0',
		'00',
		'+1',
		'1.0',
		'1.50',
		'.5',
		'5.',
		'1e3',
		'1E-3',
		'1e400',
		'0x10',
		'0b11',
		'0o17',
		'1_000',
		' 7 ',
		'９',
	],
	...[
		'NaN',
		'Infinity',
		'null',
		'true',
		'True',
		'FALSE',
		'yes',
		'no',
		'N',
		't',
		'on',
		'off',
		'{"x":1}',
		'[1, 2]',
		'"t"',
		'{bad',
		'[draft]',
	],
	...[
		'2024-01-05',
		'20240105',
		'2024/01/05',
		'10:00:00',
		'2024-01-05T10:00:00Z',
		'2024-01-05 10:00',
		'2024-01-05T10:00:00.123456789Z',
	],
	...[
		'2024-01-05T10:00:00.5+02:00',
		'2024-01-05T10',
		'20240105T100000',
		'1704067200',
		'1704067200.5',
		'2024-02-30T10:00:00Z',
	],
	...[true, false, 0, 1, -1, 2, 1.5, 1e21, 1e-7, 5e-324, 1704067200, 1704067200.123456],
	...[2n ** 53n, 2n ** 63n - 1n, 2n ** 63n, -(2n ** 63n), 10n ** 38n, 10n ** 40n],
	...['0.1234567890123456789', '1e-400', '0.10000000000000001', '1.10000000000000000000'].map(
		text => new Decimal(text),
	),
);
const number = fc.oneof(
	fc.integer(),
	fc.double({noNaN: true, noDefaultInfinity: true}).map(value => (value === 0 ? 0 : value)),
	fc
		.bigInt({min: -(2n ** 66n), max: 2n ** 66n})
		.map(value => (Number.isSafeInteger(Number(value)) ? Number(value) : value)),
);
const scalar = fc.oneof(
	{arbitrary: odd, weight: 6},
	number,
	number.map(String),
	fc.string({maxLength: 4}),
	fc.constant(null),
);
const nested = fc.oneof(
	fc.array(scalar, {maxLength: 2}),
	fc.dictionary(fc.constantFrom('x', 'y', '__proto__'), scalar, {maxKeys: 2}),
);
const value = fc.oneof({arbitrary: scalar, weight: 8}, nested as fc.Arbitrary<JsonValue>);
const record = fc.dictionary(fc.constantFrom('a', 'b'), value, {
	minKeys: 1,
	maxKeys: 2,
}) as fc.Arbitrary<JsonRecord>;

test('what comes out of inferred columns says what was sent, up to what the reference says of their types', () => {
	fc.assert(
		fc.property(
			fc.array(fc.array(record, {minLength: 1, maxLength: 6}), {minLength: 1, maxLength: 3}),
			pages => {
				for (const [number, page] of through(normalizePages(), ...pages).entries()) {
					const columns = new Map(page.schema!.columns.map(column => [column.name, column]));
					for (const [index, sent] of pages[number]!.entries()) check(sent, page.records.at(index)!, columns);
				}
			},
		),
		{numRuns: 10_000},
	);
});

function check(sent: JsonRecord, out: JsonRecord, columns: ReadonlyMap<string, Column>): void {
	for (const key of ['a', 'b']) {
		const given = sent[key] ?? null;
		const kept = Object.entries(out).filter(
			([name, value]) => value !== null && (name === key || name.startsWith(`${key}__v_`)),
		);
		if (given === null) {
			assert.equal(kept.length, 0);
			continue;
		}
		assert.equal(kept.length, 1, `${stringify(given)} is in ${kept.length} columns`);
		const [[name, value]] = kept as [[string, JsonValue]];
		const type = columns.get(name)!.type;
		assert.ok(isSame(type, value, given), `${stringify(given)} as ${type} became ${stringify(value)}`);
	}
}

// The table of types in the reference, read backwards.
function isSame(type: Column['type'], kept: JsonValue, given: JsonValue): boolean {
	switch (type) {
		case 'json':
			return typeof kept === typeof given && stringify(kept) === stringify(given);
		case 'text':
			return kept === (typeof given === 'object' && !(given instanceof Decimal) ? undefined : String(given));
		case 'bool':
			return (kept === true ? [true, 'true', 1] : [false, 'false', 0]).some(one => one === given);
		case 'bigint':
		case 'double':
		case 'decimal':
			return (
				/^-?(0|[1-9]\d*)(\.\d+)?(e[+-]?\d+)?$/i.test(String(given)) &&
				typeof given !== 'boolean' &&
				isEqual(String(kept), String(given), type === 'double')
			);
		case 'timestamp':
			if (typeof given === 'string') return moment(given) === moment(kept as string);
			return typeof given !== 'boolean' && near(Date.parse(kept as string), Number(given) * 1000);
		default:
			return false;
	}
}

// As whole numbers of 10^-500. A double stands for its shortest digits, and for all that are read as that
// double.
function isEqual(kept: string, given: string, isDouble: boolean): boolean {
	return (
		scaled(kept) === scaled(given) ||
		(isDouble && Number(kept) === Number(given) && given.replace(/\D/g, '').length >= 17)
	);
}

function scaled(text: string): bigint {
	const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e');
	const [whole = '', fraction = ''] = mantissa.split('.');
	const power = 500 + Number(exponent) - fraction.length;
	const digits = BigInt(whole + fraction);
	return power >= 0 ? digits * 10n ** BigInt(power) : digits === 0n ? 0n : -1n;
}

// Microseconds, by Date; what is finer is cut.
function moment(text: string): string {
	const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = '', zone = 'Z'] =
		/^(\d{4})[-/]?(\d\d)[-/]?(\d\d)(?:[T ](\d\d):?(\d\d)?:?(\d\d)?(?:\.(\d+))?(Z|[+-]\d\d:\d\d)?)?$/.exec(
			text,
		) ?? [];
	const seconds = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}${zone}`) / 1000;
	return `${seconds}.${fraction.padEnd(6, '0').slice(0, 6)}`;
}

function near(one: number, other: number): boolean {
	return Math.abs(one - other) < 1;
}

test('JSON that is sent as a text in a column of objects is told from the objects', () => {
	const sent = parse(
		'[{"a":{"x":1}},{"a":"{\\"x\\":1}"},{"a":"1"},{"a":1},{"a":"[1, 2]"},{"a":[1,2]}]',
	) as JsonRecord[];
	const [page] = through(normalizePages(), sent);
	assert.equal(stringify([...page!.records] as JsonValue), stringify(sent as JsonValue));
});
