import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {
	daysAt,
	secondsAt,
	spelling,
	timeMicrosAt,
	timestampMicrosAt,
	writeSpelling,
} from '../../../src/core/time/from-bytes.ts';

type Reader = (bytes: Uint8Array, start: number, end: number) => number;

// What a reader makes of a text in the middle of others, which must not matter; and of the same text once it
// is spelled.
function read(reader: Reader, text: string): number {
	const bytes = Buffer.from(`2024-01-05T10:00:00Z${text}2024-01-05T10:00:00Z`);
	const number = reader(bytes, 20, bytes.length - 20);
	assert.equal(reader(spelling, 0, writeSpelling(text)), number, text);
	return number;
}

test('timestamps agree with Date from year 0 to 9999', () => {
	const date = fc.date({
		min: new Date('0000-01-01T00:00:00Z'),
		max: new Date('9999-12-31T23:59:59.999Z'),
		noInvalidDate: true,
	});
	fc.assert(
		fc.property(date, moment => {
			const text = moment.toISOString();
			assert.equal(read(secondsAt, text) * 1000 + read(timestampMicrosAt, text) / 1000, moment.getTime());
			assert.equal(read(daysAt, text.slice(0, 10)), Math.floor(moment.getTime() / 86_400_000));
			assert.equal(
				read(timeMicrosAt, text.slice(11, -1)),
				(((moment.getTime() % 86_400_000) + 86_400_000) % 86_400_000) * 1000,
			);
		}),
		{numRuns: 2000},
	);
});

test('every day of four centuries is the day after the one before', () => {
	const first = Date.UTC(1800, 0, 1) / 86_400_000;
	for (let day = first; day < first + 146_097; day++)
		assert.equal(read(daysAt, new Date(day * 86_400_000).toISOString().slice(0, 10)), day);
});

test('decimals of a second count to the microsecond', () => {
	assert.deepEqual(
		['Z', '.1Z', '.12Z', '.123Z', '.1234Z', '.000001Z', '.999999Z'].map(end =>
			read(timestampMicrosAt, `2024-01-05T10:00:00${end}`),
		),
		[0, 100_000, 120_000, 123_000, 123_400, 1, 999_999],
	);
});

test('texts that are no time, too long, or written with other characters are none', () => {
	for (const text of [
		'',
		'Z',
		'2024-01-05',
		'2024-01-05T10:00:00',
		'2024-13-05T10:00:00Z',
		'２024-01-05T10:00:00Z',
	])
		assert.ok(Number.isNaN(read(secondsAt, text)), text);
	const long = `2024-01-05T10:00:00.${'0'.repeat(43)}Z`;
	for (const text of [long, `${long}Z`, `2024-01-05T10:00:00.${'0'.repeat(100)}Z`])
		assert.ok(Number.isNaN(read(timestampMicrosAt, text)), text);
	for (const text of ['', '2024-1-5', '2024-01-05T', '2024-02-30', '2024-01-0é'])
		assert.ok(Number.isNaN(read(daysAt, text)), text);
	for (const text of ['', '10:00', '24:00:00', '10:00:00Z', '10:00:00.1234567', `10:00:00.${'0'.repeat(70)}`])
		assert.ok(Number.isNaN(read(timeMicrosAt, text)), text);
});
