/** Numbers read from bytes are the ones that JSON.parse reads, or none. */
import {strictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {integerAt, numberAt} from '../../../src/core/json/numerals.ts';

function both(text: string): [number, number] {
	const bytes = Buffer.from(`x${text}y`);
	return [numberAt(bytes, 1, bytes.length - 1), integerAt(bytes, 1, bytes.length - 1)];
}

test('short numbers are read as they are, to the last bit', () => {
	const digits = fc.stringMatching(/^-?(0|[1-9]\d{0,12})(\.\d{1,12})?$/);
	fc.assert(
		fc.property(digits, text => {
			const [number] = both(text);
			if (text.replace('-', '').length <= 15) strictEqual(Object.is(number, Number(text)), true, text);
			else strictEqual(number, Number.NaN, text);
		}),
		{numRuns: 20_000},
	);
});

test('whole numbers are read as long as a double holds them', () => {
	fc.assert(
		fc.property(fc.maxSafeInteger(), number => {
			strictEqual(both(String(number))[1], number);
		}),
	);
	strictEqual(both('9007199254740991')[1], 9007199254740991);
	strictEqual(both('-9007199254740991')[1], -9007199254740991);
	strictEqual(both('9007199254740992')[1], Number.NaN);
	strictEqual(both('9007199254740993')[1], Number.NaN);
	strictEqual(both('12345678901234567')[1], Number.NaN);
});

test('what is no plain number is none', () => {
	for (const text of ['', '-', '"1"', 'null', 'true', '1e5', '1E5', '{}', '[1]', '--1', '1-', '1.2.3'])
		strictEqual(both(text)[0], Number.NaN, text);
	for (const text of ['', '-', '1.0', '1.5', '"1"', '1e5', '--1'])
		strictEqual(both(text)[1], Number.NaN, text);
});
