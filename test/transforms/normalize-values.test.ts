import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import fc from 'fast-check';
import {Decimal, type JsonValue} from '../../src/core/json/json.ts';
import type {Column, DataType, Naming} from '../../src/core/schema/schema.ts';
import {coerce} from '../../transforms/normalize/coerce.ts';
import {exactDouble, isDecimal, toDecimal} from '../../transforms/normalize/digits.ts';
import {infer} from '../../transforms/normalize/infer.ts';
import {columnName} from '../../transforms/normalize/naming.ts';
import {fromEpoch, isDate, isTime, isTimestamp, parseDateTime} from '../../transforms/normalize/time.ts';
import {normalizePages} from '../../transforms/normalize.ts';
import {textRecords} from '../helpers/as-text.ts';
import {recordsThrough} from './pages.ts';

function column(type: DataType): Column {
	if (type === 'decimal') return {name: 'x', nullable: true, type, precision: 38, scale: 9};
	return {name: 'x', nullable: true, type} as Column;
}

describe('conversion', () => {
	const cases: [from: JsonValue, type: DataType, to: JsonValue | undefined][] = [
		['5', 'bigint', 5],
		['0x1f', 'bigint', 31],
		['9007199254740993', 'bigint', 9007199254740993n],
		[5n, 'bigint', 5],
		[1e18, 'bigint', 10n ** 18n],
		[3.391486566859283e16, 'bigint', 33914865668592830n],
		[5.5, 'bigint', undefined],
		['5.5', 'bigint', undefined],
		['007', 'bigint', undefined],
		['+5', 'bigint', undefined],
		['', 'bigint', undefined],
		[true, 'bigint', undefined],
		[2n ** 63n, 'bigint', undefined],
		['5.5', 'double', 5.5],
		['1e400', 'double', undefined],
		['1e-400', 'double', undefined],
		['0.1234567890123456789', 'double', undefined],
		[10n ** 18n, 'double', 1e18],
		['0.100000000000000006', 'double', undefined],
		[2n ** 60n, 'double', undefined],
		[2n ** 60n + 1n, 'double', undefined],
		[5, 'text', '5'],
		[5.5, 'text', '5.5'],
		[true, 'text', 'true'],
		[2n ** 64n, 'text', String(2n ** 64n)],
		[new Decimal('1.10'), 'text', '1.10'],
		[{a: 1}, 'text', '{"a":1}'],
		[[1, '2', null], 'text', '[1,"2",null]'],
		['YES', 'bool', true],
		['f', 'bool', false],
		[1, 'bool', true],
		[0n, 'bool', false],
		[2, 'bool', undefined],
		['on', 'bool', undefined],
		[5, 'timestamp', '1970-01-01T00:00:05Z'],
		['-1.5', 'timestamp', '1969-12-31T23:59:58.500Z'],
		[1704067200.123456, 'timestamp', '2024-01-01T00:00:00.123456Z'],
		[1704067200000, 'timestamp', undefined],
		['2024-01-05', 'timestamp', '2024-01-05T00:00:00Z'],
		['2024-02-30', 'timestamp', undefined],
		['soon', 'timestamp', undefined],
		['0x1f', 'timestamp', undefined],
		['2024-01-05T23:30:00-05:00', 'date', '2024-01-06'],
		['20240105', 'date', '2024-01-05'],
		[5, 'date', '1970-01-01'],
		['10:00', 'time', '10:00:00'],
		['10:00:00.1234567', 'time', '10:00:00.123456'],
		['24:00:00', 'time', undefined],
		[10, 'time', undefined],
		[1.1, 'decimal', '1.1'],
		['12.30', 'decimal', '12.30'],
		[1e21, 'decimal', '1000000000000000000000'],
		[1.5e-7, 'decimal', '0.00000015'],
		[1e-10, 'decimal', undefined],
		['1.10000000000000', 'decimal', '1.1'],
		['-0', 'decimal', '0'],
		['0x1f', 'decimal', '31'],
		[10n ** 29n, 'decimal', undefined],
		[Number.NaN, 'decimal', undefined],
		['aGk=', 'binary', 'aGk='],
		['aGk', 'binary', undefined],
		['0x1f', 'binary', 'Hw=='],
		['0x001f', 'binary', 'AB8='],
		['5', 'binary', undefined],
		[256, 'binary', 'AQA='],
		[-1, 'binary', undefined],
		['', 'binary', ''],
	];
	for (const [from, type, to] of cases) {
		const name =
			from instanceof Decimal ? from.text : typeof from === 'bigint' ? `${from}n` : JSON.stringify(from);
		test(`${name} as ${type} is ${to === undefined ? 'a misfit' : String(to)}`, () => {
			assert.deepEqual(coerce(column(type), from), to);
		});
	}
});

describe('conversion in a column that nobody declared', () => {
	const cases: [from: JsonValue, type: DataType, to: JsonValue | undefined][] = [
		['5', 'bigint', 5],
		['0x10', 'bigint', undefined],
		['0XFF', 'bigint', undefined],
		['5.5', 'double', 5.5],
		['0x10', 'double', undefined],
		['1.5', 'decimal', '1.5'],
		['0x10', 'decimal', undefined],
		['true', 'bool', true],
		['false', 'bool', false],
		[1, 'bool', true],
		[0, 'bool', false],
		['yes', 'bool', undefined],
		['N', 'bool', undefined],
		['t', 'bool', undefined],
		['1', 'bool', undefined],
		['TRUE', 'bool', undefined],
		[5, 'timestamp', '1970-01-01T00:00:05Z'],
		['5', 'timestamp', undefined],
		['2024-01-05', 'timestamp', '2024-01-05T00:00:00Z'],
		['20240105', 'timestamp', '2024-01-05T00:00:00Z'],
		[5, 'text', '5'],
		['{"x":1}', 'json', '{"x":1}'],
		['[1, 2]', 'json', '[1, 2]'],
		['1', 'json', '1'],
	];
	for (const [from, type, to] of cases)
		test(`${JSON.stringify(from)} as ${type} is ${to === undefined ? 'a misfit' : String(to)}`, () => {
			assert.deepEqual(coerce(column(type), from, 'inferred'), to);
		});

	test('a text that holds JSON is that in a declared column, and stays a text in an inferred one', () => {
		for (const text of ['{"x":1}', '[1, 2]', '{bad', ' {"x": 1}']) {
			const records = [{a: {x: 1}}, {a: text}];
			const expected = [{a: {x: 1}}, {a: text === '{"x":1}' ? {x: 1} : text === '[1, 2]' ? [1, 2] : text}];
			const cut = textRecords(JSON.stringify(records)) ?? [];
			for (const page of [records, cut]) {
				assert.deepEqual([...recordsThrough(normalizePages(), page)], records);
				assert.deepEqual([...recordsThrough(normalizePages({columns: {a: {type: 'json'}}}), page)], expected);
			}
		}
	});

	test('what an earlier run has inferred is inferred', () => {
		const previous = {columns: [column('bool')]};
		assert.deepEqual(recordsThrough(normalizePages(undefined, {previous}), [{x: 'yes'}]), [
			{x__v_text: 'yes'},
		]);
		assert.deepEqual(recordsThrough(normalizePages({columns: {x: {type: 'bool'}}}), [{x: 'yes'}]), [
			{x: true},
		]);
	});
});

describe('date-times', () => {
	const spellings: [text: string, timestamp: string | undefined][] = [
		['2024-01-01T10:00:00', '2024-01-01T10:00:00Z'],
		['2024-01-01 10:00:00', '2024-01-01T10:00:00Z'],
		['2024-01-01 10:00:00 +0200', '2024-01-01T08:00:00Z'],
		['2024-01-01T10:00:00+02:00', '2024-01-01T08:00:00Z'],
		['2024-01-01T00:30:00+02', '2023-12-31T22:30:00Z'],
		['20240101T100000Z', '2024-01-01T10:00:00Z'],
		['2024-01-01T10:00', '2024-01-01T10:00:00Z'],
		['2024-01-01T10', '2024-01-01T10:00:00Z'],
		['2024/01/01 10:00', '2024-01-01T10:00:00Z'],
		['2024-01-01T10:00:00.5Z', '2024-01-01T10:00:00.500Z'],
		['2024-01-01T10:00:00.123456789Z', '2024-01-01T10:00:00.123456Z'],
		['2024-01-01', undefined],
		['2024-01-01 10', undefined],
		['10:00:00', undefined],
		['2024-W01-1T10:00', undefined],
		['1704067200', undefined],
		['2023-02-29T10:00:00Z', undefined],
		['2024-01-01T25:00:00Z', undefined],
		['2024-01-01T10:00:00+25:00', undefined],
		['0001-01-01T00:00:00+01:00', undefined],
		['0000-00-00 00:00:00', undefined],
		['2024-01-01T10:00:00Z and more', undefined],
	];
	for (const [text, timestamp] of spellings) {
		test(`${text} is ${timestamp ?? 'none'}`, () => {
			assert.equal(parseDateTime(text), timestamp);
			assert.equal(infer(text).type, timestamp === undefined ? 'text' : 'timestamp');
		});
	}

	const moment = fc.date({min: new Date('0002-01-01'), max: new Date('9998-12-31'), noInvalidDate: true});

	test('a timestamp with any offset is the same moment in UTC', () => {
		fc.assert(
			fc.property(moment, fc.integer({min: -23 * 60, max: 23 * 60}), (date, offset) => {
				const local = new Date(date.getTime() + offset * 60_000).toISOString().slice(0, -1);
				const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60].map(n =>
					String(n).padStart(2, '0'),
				);
				const written = parseDateTime(`${local}${offset < 0 ? '-' : '+'}${hours}:${minutes}`);
				assert.equal(written, date.toISOString());
				assert.ok(isTimestamp(written));
			}),
		);
	});

	test('epoch seconds are the moment they are for Date', () => {
		fc.assert(
			fc.property(moment, date => {
				const milliseconds = BigInt(date.getTime());
				const absolute = milliseconds < 0n ? -milliseconds : milliseconds;
				const digits = `${milliseconds < 0n ? '-' : ''}${absolute / 1000n}.${String(absolute % 1000n).padStart(3, '0')}`;
				const written = fromEpoch(digits);
				assert.ok(written !== undefined && isTimestamp(written));
				assert.equal(Date.parse(written), date.getTime());
			}),
		);
	});

	test('a text is in its final spelling just when Date agrees', () => {
		const digits = fc.integer({min: 0, max: 99}).map(number => String(number).padStart(2, '0'));
		const text = fc
			.tuple(
				fc.integer({min: 1, max: 2400}),
				fc.integer({min: 0, max: 14}),
				fc.integer({min: 0, max: 33}),
				digits,
				digits,
				digits,
			)
			.map(([year, month, day, ...clock]) => {
				const date = [
					String(year).padStart(4, '0'),
					...[month, day].map(n => String(n).padStart(2, '0')),
				].join('-');
				return `${date}T${clock.join(':')}Z`;
			});
		fc.assert(
			fc.property(text, text => {
				const date = new Date(text);
				const isReal = !Number.isNaN(date.getTime()) && date.toISOString() === text.replace('Z', '.000Z');
				assert.equal(isTimestamp(text), isReal);
			}),
			{numRuns: 2000},
		);
	});

	test('near misses are not in their final spelling', () => {
		for (const text of [
			'2024-01-01T10:00:00z',
			'2024-01-01T10:00:00',
			'2024-01-01T10:00:00.1Z',
			'2024-01-01 10:00:00Z',
			'2024-1-01T10:00:00ZZ',
		])
			assert.equal(isTimestamp(text), false, text);
		for (const text of ['2024-02-30', '2024-1-1', '0000-01-01', '2024-13-01', '2100-02-29'])
			assert.equal(isDate(text), false, text);
		for (const text of ['10:00', '10:00:00.', '10:60:00', '10:00:00.1234567'])
			assert.equal(isTime(text), false, text);
	});
});

describe('decimals', () => {
	const number = fc.oneof(
		fc.double({noNaN: true, noDefaultInfinity: true}).map(String),
		fc.bigInt({min: -(10n ** 30n), max: 10n ** 30n}).map(String),
		fc
			.tuple(fc.maxSafeInteger(), fc.maxSafeNat(), fc.integer({min: -30, max: 30}))
			.map(([a, b, e]) => `${a}.${b}e${e}`),
	);

	// The value as an integer of 10^-400, worked out another way than the code does.
	function scaled(text: string): bigint {
		const [mantissa = '', exponent = '0'] = text.split('e');
		const [whole = '', fraction = ''] = mantissa.split('.');
		return BigInt(whole + fraction) * 10n ** BigInt(400 + Number(exponent) - fraction.length);
	}

	test('a decimal has the value of the number, digit for digit, or does not fit', () => {
		fc.assert(
			fc.property(number, fc.integer({min: 1, max: 38}), fc.nat(38), (text, precision, nat) => {
				const scale = nat % (precision + 1);
				const decimal = toDecimal(text, precision, scale);
				const unit = 10n ** BigInt(400 - scale);
				const value = scaled(text);
				const fits = value % unit === 0n && (value < 0n ? -value : value) < unit * 10n ** BigInt(precision);
				assert.equal(decimal !== undefined, fits);
				if (decimal === undefined) return;
				assert.equal(scaled(decimal), value);
				assert.ok(isDecimal(decimal, precision, scale));
			}),
			{numRuns: 2000},
		);
	});

	test('other spellings are not final', () => {
		for (const text of ['', '-', '.5', '5.', '05', '-0', '-0.0', '1e5', '1.2.3', '+1', ' 1'])
			assert.equal(isDecimal(text, 38, 9), false, text);
		for (const text of ['0', '-0.5', '0.50', '12']) assert.equal(isDecimal(text, 38, 9), true, text);
	});

	test('a double survives both its shortest spelling and the one with 17 digits', () => {
		fc.assert(
			fc.property(fc.double({noNaN: true, noDefaultInfinity: true}), double => {
				assert.equal(exactDouble(String(double)), double === 0 ? exactDouble('0') : double);
				if (double !== 0) assert.equal(exactDouble(double.toPrecision(17)), double);
			}),
		);
	});
});

describe('naming', () => {
	const names: Record<Naming, Record<string, string>> = {
		snake_case: {
			id: 'id',
			userId: 'user_id',
			UserID: 'user_id',
			HTTPServerError: 'http_server_error',
			__lead: 'lead',
			trail__: 'trail',
			a__b: 'a__b',
			'a+b': 'axb',
			'@a': 'aa',
			'a|b': 'alb',
			'a-b': 'a_b',
			'9lives': '_9lives',
			ÄÖ: 'x',
			naïve: 'na_ve',
			'emoji😀': 'emojix',
			x_: 'xx',
			_: 'x',
			'': 'x',
			$price: '_price',
			'per cent %': 'per_centx',
			a1B2: 'a1_b2',
			'MiXeD_Case-Name': 'mi_xe_d_case_name',
			'  pad  ': 'pad',
		},
		sql_cs_v1: {userId: 'userId', 'a b': 'a_b', '9lives': '_9lives', x_: 'x', '%': 'x'},
		sql_ci_v1: {userId: 'userid', 'a b__C': 'a_b__c'},
		direct: {userId: 'userId', 'a b': 'a b', a__b: 'a__b', '': 'x'},
	};
	for (const [naming, table] of Object.entries(names)) {
		test(`${naming} gives each key its name, and keeps a name that it gave`, () => {
			for (const [key, name] of Object.entries(table)) {
				assert.equal(columnName(key, naming as Naming), name);
				assert.equal(columnName(name, naming as Naming), name);
			}
		});
	}
});
