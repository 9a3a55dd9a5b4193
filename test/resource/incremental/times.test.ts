/** Times as APIs write them: instants, formats, durations, and which value is further on. */
import {deepStrictEqual, match, ok, strictEqual, throws} from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {Decimal, type JsonValue} from '../../../src/core/json/json.ts';
import {readDuration, shifted} from '../../../src/core/time/duration.ts';
import {readTime, writeIso, writeLike} from '../../../src/core/time/grammar.ts';
import {orderOf} from '../../../src/resource/incremental/order.ts';
import {timeFormat, writeUp} from '../../../src/resource/incremental/time-format.ts';

const at = (text: string): bigint => {
	const instant = readTime(text);
	if (instant === undefined) throw new Error(`${text} is no time`);
	return instant;
};

test('ISO texts are read as instants, and what is none is left alone', () => {
	strictEqual(at('1970-01-01'), 0n);
	strictEqual(at('1970-01-01T00:00:00.000000001Z'), 1n);
	strictEqual(at('2024-01-01T02:30:00+02:30'), at('2024-01-01'));
	strictEqual(at('2024-01-01 10:00'), at('2024-01-01T10:00:00Z'));
	for (const text of [
		'2024-02-30',
		'2024-13-01',
		'2024-01-01T25:00',
		'2024-01-01T10:60',
		'1704067200',
		'2024-01-01T10:00+25:00',
		'x',
		'',
	]) {
		strictEqual(readTime(text), undefined, text);
	}
});

test('an instant is written in the form of another', () => {
	const instant = at('2024-05-06T07:08:09.123456Z');
	const forms = ['2020-01-01', '2020-01-01T00:00Z', '2020-01-01 00:00:00', '2020-01-01T00:00:00.000+01:00'];
	deepStrictEqual(
		forms.map(form => writeLike(instant, form)),
		['2024-05-06', '2024-05-06T07:08Z', '2024-05-06 07:08:09', '2024-05-06T08:08:09.123+01:00'],
	);
});

test('any instant survives the way through ISO text, seconds, milliseconds and patterns', () => {
	const seconds = fc.integer({min: Date.UTC(1900, 0) / 1000, max: Date.UTC(2200, 0) / 1000});
	fc.assert(
		fc.property(seconds, fc.integer({min: 0, max: 999_999_999}), (whole, nanos) => {
			const instant = BigInt(whole) * 1_000_000_000n + BigInt(nanos);
			strictEqual(readTime(writeIso(instant)), instant);
			for (const name of ['epoch', 'epoch_ms', '%Y-%m-%dT%H:%M:%S.%f%z', '%d/%m/%Y %H:%M', 'date']) {
				const format = timeFormat(name);
				const [down, up] = [
					format.read(format.write(instant)) ?? 0n,
					format.read(writeUp(format, instant)) ?? 0n,
				];
				ok(
					down <= instant && instant <= up && up - down <= format.resolution(),
					`${name}: ${down} ${instant} ${up}`,
				);
			}
		}),
	);
});

test('a count since 1970 goes out as it came: as a number, or as digits', () => {
	const format = timeFormat('epoch');
	deepStrictEqual(
		[format.read(1704067200), format.read('1704067200'), format.read(new Decimal('1704067200.5'))],
		[at('2024-01-01'), at('2024-01-01'), at('2024-01-01T00:00:00.5Z')],
	);
	deepStrictEqual(
		[format.write(at('2024-01-01')), format.write(at('2024-01-01'), '5')],
		[1704067200, '1704067200'],
	);
	strictEqual(format.read('2024-01-01'), undefined);
});

test('a pattern that says too little, or what is not known, is refused', () => {
	throws(() => timeFormat('%Y-%q-%d'), /%q is not known in a time; write iso, date, epoch/);
	throws(() => timeFormat('%H:%M'), /does not say when/);
	throws(() => timeFormat('utc'), /does not say when/);
	throws(() => timeFormat('%Y%Y%m%d'), /once each/);
});

test('months end on their last day, and come back to the first one', () => {
	const month = readDuration('P1M');
	deepStrictEqual(
		[0, 1, 2, 3, -2].map(times => writeIso(shifted(at('2024-01-31T10:00:00Z'), month, times)).slice(0, 10)),
		['2024-01-31', '2024-02-29', '2024-03-31', '2024-04-30', '2023-11-30'],
	);
	strictEqual(shifted(0n, readDuration('P1Y2M3W4DT5H6M7S'), 1), at('1971-03-26T05:06:07Z'));
	for (const text of ['P', 'PT', 'P0D', '1D', 'P1.5D', 'PT1D', 'P1S'])
		throws(() => readDuration(text), /expected a duration/, text);
});

test('values compare as what they are', () => {
	const {compare} = orderOf('max');
	const rising: JsonValue[][] = [
		[-2, 0.5, 10, 9007199254740993n, new Decimal('9007199254740993.5')],
		['2024-01-05', '2024-01-05T00:00:00.001Z', '2024-01-05T12:00:00+02:00', '2024-01-05T10:30:00Z'],
		['2024-01-05T10:00:00Z', '2024-01-05T10:00:00.5Z', '2024-01-05T10:00:01Z'],
		['9', '10', '1704067200'],
		['00ff', '0a00', 'ffff'],
		['', 'a', 'b'],
		['1503435956.000247', '1503435957.000001'],
		['2024-10-27 02:59:00 +0200', '2024-10-27 02:01:00 +0100', 'Sun, 27 Oct 2024 03:00:00 GMT'],
	];
	for (const values of rising)
		for (const [i, a] of values.entries())
			for (const [j, b] of values.entries())
				strictEqual(Math.sign(compare(a, b)), Math.sign(i - j), `${a} and ${b}`);
	strictEqual(compare('2024-01-01', '2024-01-01T01:00:00+01:00'), 0);
	throws(() => compare('2024-01-01', 5), /the text "2024-01-01" cannot be compared with the number 5/);
	throws(() => compare([1], [1]), /\[1\] cannot be compared/);
});

test('a count as a number compares with one as digits, by its format', () => {
	const {compare} = orderOf('max', timeFormat('epoch'));
	ok(compare('1704067201', 1704067200) > 0);
	strictEqual(compare(1704067200, '1704067200'), 0);
});

test('values of several formats compare by their times, and are written as they came', () => {
	const format = timeFormat('epoch | iso | %d.%m.%Y');
	const {compare} = orderOf('max', format);
	ok(compare('2024-01-01T00:00:01Z', 1704067200) > 0);
	ok(compare('02.01.2024', '2024-01-01T10:00:00Z') > 0);
	const instant = format.read('2024-01-01T00:00:00Z') ?? 0n;
	deepStrictEqual(
		[undefined, '17', '2023-01-01T00:00:00Z', '31.12.2023'].map(like => format.write(instant, like)),
		[1704067200, '1704067200', '2024-01-01T00:00:00Z', '01.01.2024'],
	);
});

test('texts whose order is not certain are refused, with a way out', () => {
	const {compare} = orderOf('max');
	const doubtful = [
		['31-12-2022', '01-01-2023', '%d-%m-%Y'],
		['12/31/2024', '01/02/2025', '%m/%d/%Y'],
		['12/30/2024 09:00', '01/02/2025 08:00', '%m/%d/%Y %H:%M'],
		['12/30/2024 09:00 PM', '01/02/2025 08:00 AM', '%m/%d/%Y %I:%M %p'],
		['1.9.0', '1.10.0', ''],
		['evt_9', 'evt_10', ''],
		['9f', '10a', ''],
		['30 Sep 2024', '01 Oct 2024', ''],
		['2024-10-01 10:00:00 PST', '2024-10-01 11:00:00 PDT', ''],
		['1735549200', '2024-12-31T09:00:00Z', 'epoch'],
		['0000-00-00', '2024-12-31', ''],
	];
	for (const [a = '', b = '', pattern = ''] of doubtful)
		throws(
			() => compare(a, b),
			({message}: Error) =>
				message.includes(`"${a}" cannot be compared with the text "${b}"`) &&
				(/^\d\.\d/.test(a) ||
					message.includes(`cursor_format how the times are written (such as ${pattern}`)),
			a,
		);
	ok(orderOf('max', timeFormat('text')).compare('1.9.0', '1.10.0') > 0);
});

test('patterns know names of months and days, the half of the day, and short years', () => {
	for (const [pattern, text, iso] of [
		['%a %b %d %H:%M:%S %Y', 'Mon Sep 30 10:00:00 2024', '2024-09-30T10:00:00Z'],
		['%m/%d/%Y %I:%M %p', '12/31/2024 12:05 AM', '2024-12-31T00:05:00Z'],
		['%d %b %y %H:%M %Z', '30 Sep 24 10:00 UTC', '2024-09-30T10:00:00Z'],
	] as const) {
		const format = timeFormat(pattern);
		strictEqual(format.read(text), at(iso), pattern);
		strictEqual(format.write(at(iso)), text, pattern);
	}
	throws(() => timeFormat('%Y-%m-%d %I:%M'), /which hour/);
});

test('a format decides how texts compare, and refuses others', () => {
	const {compare} = orderOf('max', timeFormat('%d.%m.%Y'));
	ok(compare('01.02.2024', '31.01.2024') > 0);
	throws(() => compare('01.02.2024', '2024-01-31'), /"2024-01-31" is not written in the cursor_format/);
});

test('min turns the order around, and a function has its own', () => {
	ok(orderOf('min').compare(1, 2) > 0);
	const byLength = orderOf(values => values.reduce((a, b) => (String(b).length > String(a).length ? b : a)));
	ok(byLength.compare('aaa', 'zz') > 0);
	strictEqual(byLength.compare('zz', 'zz'), 0);
	match(String(byLength.compare('z', 'aa')), /^-/);
});
