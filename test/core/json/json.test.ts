import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import fc from 'fast-check';
import {Decimal, exactNumber, type JsonValue, parse, stringify} from '../../../src/core/json/json.ts';
import {keysOf} from '../../../src/core/json/key-order.ts';

// A decimal as a big integer and a power of ten: what a number token means, without any double in between.
function oracle(token: string): {digits: bigint; power: number} {
	const [mantissa = '', exponent = '0'] = token.toLowerCase().split('e');
	const [whole = '', fraction = ''] = mantissa.split('.');
	let digits = BigInt(whole + fraction);
	let power = Number(exponent) - fraction.length;
	if (digits === 0n) return {digits, power: 0};
	while (digits % 10n === 0n) {
		digits /= 10n;
		power++;
	}
	return {digits, power: power || 0};
}

const digits = (minLength: number, maxLength: number) =>
	fc.string({unit: fc.constantFrom(...'0123456789'), minLength, maxLength});
const whole = fc.oneof(
	fc.constant('0'),
	fc.tuple(fc.constantFrom(...'123456789'), digits(0, 24)).map(([first, rest]) => first + rest),
);
const exponent = fc
	.tuple(fc.constantFrom('e', 'E', 'e+', 'e-'), fc.integer({min: 0, max: 40}))
	.map(([e, n]) => `${e}${n}`);
const token = fc
	.tuple(
		fc.constantFrom('', '-'),
		whole,
		fc.option(
			digits(1, 24).map(text => `.${text}`),
			{nil: ''},
		),
		fc.option(exponent, {nil: ''}),
	)
	.map(parts => parts.join(''));

describe('parse', () => {
	it('leaves every long number inside a text alone', () => {
		const inner = '[9007199254740993,0.1234567890123456789,-9007199254740995]';
		assert.deepEqual(parse(JSON.stringify({a: inner, b: inner})), {a: inner, b: inner});
		assert.deepEqual(parse(`{"a":${JSON.stringify(inner)},"b":9007199254740993}`), {
			a: inner,
			b: 9007199254740993n,
		});
	});

	it('keeps every digit of every number, wherever it stands', () => {
		fc.assert(
			fc.property(fc.array(token, {minLength: 1, maxLength: 6}), fc.string(), (numbers, noise) => {
				const text = `{${JSON.stringify(noise)}: [${numbers.join(', ')}], "long": 12345678901234567890}`;
				const list = (parse(text) as Record<string, JsonValue>)[noise === 'long' ? '' : noise];
				if (noise === 'long') return;
				assert.deepEqual(
					(list as JsonValue[]).map(value => oracle(String(value))),
					numbers.map(oracle),
				);
			}),
			{numRuns: 500},
		);
	});

	it('finds a long number at any offset', () => {
		for (let pad = 0; pad < 40; pad++) {
			for (const number of ['1234567890123456789', '-9007199254740993', '9007199254740993']) {
				assert.deepEqual(parse(`${' '.repeat(pad)}[${number}]`), [BigInt(number)]);
			}
			assert.equal(stringify(parse(`${' '.repeat(pad)}0.12345678901234567890`)), '0.12345678901234567890');
		}
	});

	it('and stringify together change nothing that JSON.stringify wrote', () => {
		fc.assert(
			fc.property(fc.jsonValue({noUnicodeString: false}), value => {
				const text = JSON.stringify(value);
				assert.equal(stringify(parse(text)), text);
			}),
		);
	});

	it('leaves numbers alone that a double holds, whatever their length', () => {
		const text =
			'[0.1234567890123456, 9007199254740991, 1.0000000000000000000, 0.0000000000000000000, ' +
			'1.0e0000000000000001, -1e00000000000000005]';
		assert.deepEqual(parse(text), [0.1234567890123456, 9007199254740991, 1, 0, 10, -100_000]);
	});

	it('does not round a long mantissa with an exponent to an integer', () => {
		assert.deepEqual(parse('[90071992547409914e-1]'), [new Decimal('90071992547409914e-1')]);
	});

	it('never reads digits in a string, or in a key, as a number', () => {
		const text =
			'{"1234567890123456789": "1234567890123456789", "a": ["x\\"12345678901234567890"], "n": ' +
			'1234567890123456789}';
		assert.deepEqual(parse(text), {
			'1234567890123456789': '1234567890123456789',
			a: ['x"12345678901234567890'],
			n: 1234567890123456789n,
		});
	});

	it('keeps private-use characters and __proto__ as the plain data they are', () => {
		const text = '{"\uE0F0a": "\\ue0f0123", "__proto__": {"n": 1234567890123456789}}';
		const value = parse(text) as {[key: string]: JsonValue};
		assert.equal(value['\uE0F0a'], '\uE0F0123');
		assert.deepEqual(Object.keys(value), ['\uE0F0a', '__proto__']);
		assert.equal(Object.getPrototypeOf(value), Object.prototype);
		assert.equal(stringify(value), '{"\uE0F0a":"\uE0F0123","__proto__":{"n":1234567890123456789}}');
	});

	it('reads a string of many megabytes beside a long number', () => {
		const long = 'x\\n'.repeat(3_000_000);
		const value = parse(`{"text": "${long}", "n": 1234567890123456789}`) as {text: string; n: bigint};
		assert.equal(value.text.length, 6_000_000);
		assert.equal(value.n, 1234567890123456789n);
	});

	it('reads a long list of long numbers', () => {
		const list = parse(`[${'12345678901234567890,'.repeat(200_000)}"12345678901234567890"]`) as JsonValue[];
		assert.equal(list.length, 200_001);
		assert.equal(list[199_999], 12345678901234567890n);
		assert.equal(list[200_000], '12345678901234567890');
	});

	it('tells where it stumbled in the text as it came', () => {
		assert.throws(() => parse('[12345678901234567890, oops]'), /34567890, oops\]" is not valid JSON/);
	});

	it('keeps short numbers beyond the range of a double', () => {
		assert.deepEqual(parse('{"a": [1e400,-1E+400, 2e-400], "b": "x 1e400, 5", "c": 0e400, "d": 1e100}'), {
			a: [new Decimal('1e400'), new Decimal('-1E+400'), new Decimal('2e-400')],
			b: 'x 1e400, 5',
			c: 0,
			d: 1e100,
		});
		assert.deepEqual(parse('{"hash": "1e4001", "a": 12345678901234567890, "b": 1e999, "hex": "f1e400"}'), {
			hash: '1e4001',
			a: 12345678901234567890n,
			b: new Decimal('1e999'),
			hex: 'f1e400',
		});
		assert.deepEqual(parse('1e400'), new Decimal('1e400'));
	});

	it('knows the order of keys that are whole numbers', () => {
		const value = parse(
			'{"b": {"10": "\\"7\\": 1", "9": 1e400}, "2": [{"a": 1, "0": 2}], "__proto__": 3, "c\\"1": 4}',
		);
		assert.deepEqual(keysOf(value as object), ['b', '2', '__proto__', 'c"1']);
		const {b, '2': list} = value as Record<string, JsonValue>;
		assert.deepEqual(keysOf(b as object), ['10', '9']);
		assert.deepEqual(b, {'10': '"7": 1', '9': new Decimal('1e400')});
		assert.deepEqual(keysOf((list as object[])[0] as object), ['a', '0']);
		delete (b as Record<string, JsonValue>)['10'];
		(b as Record<string, JsonValue>).new = 1;
		assert.deepEqual(keysOf(b as object), ['9', 'new']);
	});

	it('refuses what JSON.parse refuses', () => {
		for (const text of [
			'',
			'[',
			'{"a":01234567890123456789}',
			'[1234567890123456789.]',
			'[12345678901234567-8]',
			'{"n":1234567890123456789',
		]) {
			assert.throws(() => parse(text), SyntaxError, text);
		}
	});
});

describe('stringify', () => {
	it('writes back every value that was parsed, digit for digit', () => {
		const text =
			'{"a":[12345678901234567890,{"b":0.10000000000000000001,"c":"text"}],"d":null,"e":true,"f":1.5}';
		assert.equal(stringify(parse(text)), text);
	});

	it('agrees with JSON.stringify on everything else', () => {
		fc.assert(
			fc.property(fc.jsonValue(), value =>
				assert.equal(stringify(value as JsonValue), JSON.stringify(value)),
			),
		);
	});

	it('agrees with JSON.stringify also beside a bigint', () => {
		fc.assert(
			fc.property(fc.jsonValue(), value =>
				assert.equal(stringify([value as JsonValue, 7n]), `[${JSON.stringify(value)},7]`),
			),
		);
	});
});

describe('exactNumber', () => {
	it('means what its token means', () => {
		fc.assert(
			fc.property(token, text => assert.deepEqual(oracle(String(exactNumber(text))), oracle(text))),
			{numRuns: 1000},
		);
	});

	it('keeps what lies outside the range of a double', () => {
		for (const text of ['1e400', '-1e400', '1e-400', '3e-324', '123456789012345678e999']) {
			assert.deepEqual(exactNumber(text), new Decimal(text));
		}
		assert.equal(exactNumber('5e-324'), 5e-324);
		assert.equal(exactNumber('1E5'), 100_000);
	});
});
