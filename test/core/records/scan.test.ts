/** Where JSON values end: the scan must agree with JSON.parse on every text, valid or not. */
import {strictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {endOfValue} from '../../../src/core/records/scan.ts';

function isJson(text: string): boolean {
	try {
		JSON.parse(text);
		return true;
	} catch {
		return false;
	}
}

// Whether the whole text is one value; JSON.parse allows white space around it besides.
function isScanned(text: string): boolean {
	const bytes = Buffer.from(text);
	return endOfValue(bytes, 0) === bytes.length;
}

test('every kind of value, whole and broken', () => {
	const values = [
		'{}',
		'[]',
		'[1]',
		'{"a":1}',
		'{ "a" : [ ] }',
		'"a\\u00e9\\n\\\\\\""',
		'"é😀"',
		'-0',
		'0.5',
		'1e5',
		'-1.25E-07',
		'true',
		'false',
		'null',
	];
	const broken = [
		[
			'',
			' ',
			'{',
			'}',
			'[',
			']',
			'[1',
			'[1,',
			'[,1]',
			'[1,]',
			'[1 2]',
			'{"a"',
			'{"a":',
			'{"a":1',
			'{"a":1,}',
			'{a:1}',
			'{"a" 1}',
			"{'a':1}",
			'{1:2}',
			'{"a":1 "b":2}',
		],
		['"', '"a', '"\\x"', '"\\u12g4"', '"\\u123"', '"\n"', '"\t"', '"\u0000"', '"\\', '"\\"'],
		['-', '+1', '01', '.5', '1.', '1.e5', '1e', '1e+', '--1', '0x1', '1_0', 'NaN', 'Infinity'],
		['tru', 'True', 'nul', 'falsy', 'undefined', 'nulll', '//', '/**/1'],
	].flat();
	for (const text of values) strictEqual(isScanned(text) && isJson(text), true, text);
	for (const text of broken) strictEqual(isScanned(text) || isJson(text), false, text);
});

test('any JSON is a value from its first byte to its last', () => {
	fc.assert(
		fc.property(
			fc.json({depthSize: 'medium', stringUnit: 'binary'}),
			fc.constantFrom(undefined, 1, '\t'),
			(text, indent) => {
				strictEqual(isScanned(text), true);
				strictEqual(isScanned(JSON.stringify(JSON.parse(text), null, indent)), true);
			},
		),
	);
});

test('a text with something changed, left out or put in is valid exactly when JSON.parse says so', () => {
	const pieces = fc.constantFrom(
		...'{}[]",:\\0123456789+-.eEtrufalsn \t\n\u0001é/'.split(''),
		'',
		'\\u',
		'\\u00e9',
		'null',
		'[[',
		'""',
	);
	fc.assert(
		fc.property(
			fc.json(),
			fc.array(fc.tuple(fc.nat(), fc.nat(2), pieces), {minLength: 1, maxLength: 3}),
			(json, changes) => {
				let text = json;
				for (const [place, length, piece] of changes) {
					const at = place % (text.length + 1);
					text = text.slice(0, at) + piece + text.slice(at + length);
				}
				// JSON.parse takes white space around the value, and what is cut out of a pair of surrogates is no UTF-8.
				if (text.trim() === text && Buffer.from(text).toString() === text)
					strictEqual(isScanned(text), isJson(text), text);
			},
		),
		{numRuns: 20_000},
	);
});

test('what is nested too deeply to be scanned is refused, not a crash', () => {
	strictEqual(isScanned('['.repeat(100_000) + ']'.repeat(100_000)), false);
	strictEqual(isScanned('{"a":'.repeat(100_000)), false);
});
