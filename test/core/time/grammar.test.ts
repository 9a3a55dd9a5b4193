import {deepStrictEqual, strictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import {readTime, writeLike} from '../../../src/core/time/grammar.ts';
import {readTimestamp} from '../../../transforms/normalize/time.ts';

const spellings: readonly (readonly [text: string, instant: string | undefined])[] = [
	['2024-10-27 02:59:00 +0200', '2024-10-27T00:59:00.000Z'],
	['2024-10-27T02:59:00,5+02', '2024-10-27T00:59:00.500Z'],
	['20250101T090000Z', '2025-01-01T09:00:00.000Z'],
	['2024-9-30', '2024-09-30T00:00:00.000Z'],
	['2024/12/30 09:00:00', '2024-12-30T09:00:00.000Z'],
	['2024-12-30 09:00:00 UTC', '2024-12-30T09:00:00.000Z'],
	['Mon, 30 Sep 2024 10:00:00 GMT', '2024-09-30T10:00:00.000Z'],
	['30 Sep 2024 10:00 +0200', '2024-09-30T08:00:00.000Z'],
	['Mon Sep 30 10:00:00 2024', '2024-09-30T10:00:00.000Z'],
	['Mon Sep 30 10:00:00 +0000 2024', '2024-09-30T10:00:00.000Z'],
	['/Date(1735549200000)/', '2024-12-30T09:00:00.000Z'],
	['2024-02-30', undefined],
	['12/31/2024', undefined],
	['31-12-2022', undefined],
	['1.10.0', undefined],
	['2024-01-01 10:00:00 PST', undefined],
	['2024-01-01T24:30:00Z', undefined],
];

test('cursors and columns read the same times, and each is written again as it was', () => {
	for (const [text, expected] of spellings) {
		const instant = readTime(text);
		const millis = instant === undefined ? undefined : new Date(Number(instant / 1_000_000n)).toISOString();
		strictEqual(millis, expected, text);
		strictEqual(Date.parse(readTimestamp(text) ?? '') || undefined, expected && Date.parse(expected), text);
		if (instant !== undefined && !/\/Date/.test(text)) strictEqual(writeLike(instant, text), text);
	}
	deepStrictEqual(writeLike(0n, '/Date(5)/'), '/Date(0)/');
});
