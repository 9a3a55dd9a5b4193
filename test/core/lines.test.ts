import {deepStrictEqual, strictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {linesOf, rememberOrigin} from '../../src/core/lines.ts';
import type {JsonRecord} from '../../src/core/page.ts';

function lines(body: string, keys: readonly string[], records: readonly JsonRecord[]): string | undefined {
	rememberOrigin(records, {bytes: Buffer.from(body), keys});
	const found = linesOf(records);
	return found && Buffer.from(found).toString();
}

test('records come out as they stood in the body, digit for digit and escape for escape', () => {
	const body =
		'{"total":2,"note":"data\\":[{","data":[{"id":12345678901234567890,"x":1.0,"s":"a\\u00e9,}{"},{"id":2,"l":[[1,{}],{"a":"]"}]}],"next":null}';
	strictEqual(
		lines(body, ['data'], [{}, {}]),
		'{"id":12345678901234567890,"x":1.0,"s":"a\\u00e9,}{"}\n{"id":2,"l":[[1,{}],{"a":"]"}]}\n',
	);
});

test('what is not written the plain way is left to be put into words again', () => {
	strictEqual(lines('{"data":[{"a":1},\n{"a":2}]}', ['data'], [{}, {}]), undefined, 'line feeds');
	strictEqual(lines('{ "data":[{"a":1}]}', ['data'], [{}]), undefined, 'spaces before the list');
	strictEqual(lines('{"data":[{"a":1},null]}', ['data'], [{}]), undefined, 'a null among them');
	strictEqual(lines('{"data":["x"]}', ['data'], [{value: 'x'}]), undefined, 'words');
	strictEqual(lines('{"data":{"a":1}}', ['data'], [{}]), undefined, 'one object');
	strictEqual(lines('{"data":[]}', ['data'], []), undefined, 'none');
	strictEqual(lines('{"items":[{"a":1}]}', ['data'], [{}]), undefined, 'elsewhere');
	strictEqual(lines('{"data":[{"a":1}]}', ['data'], [{}, {}]), undefined, 'another number of them');
});

test('asked twice, the same lines come; for another list of the same records none', () => {
	const records = [{a: 1}, {a: 2}];
	strictEqual(lines('[{"a":1},{"a":2}]', [], records), '{"a":1}\n{"a":2}\n');
	strictEqual(Buffer.from(linesOf(records) ?? []).toString(), '{"a":1}\n{"a":2}\n');
	strictEqual(linesOf([...records]), undefined);
});

test('any compact body gives lines that parse to its records', () => {
	const record = fc.dictionary(fc.string(), fc.jsonValue());
	fc.assert(
		fc.property(
			fc.array(record, {minLength: 1, maxLength: 5}),
			fc.array(fc.string(), {maxLength: 3}),
			fc.jsonValue(),
			(records, keys, noise) => {
				let body: unknown = records;
				for (const key of [...keys].reverse())
					body = Object.fromEntries(
						[
							[`${key}!`, noise],
							[key, body],
							[`!${key}`, noise],
						].filter(([name], i) => i === 1 || name !== key),
					);
				const text = JSON.stringify(body);
				// Integer-like keys move to the front of an object, and __proto__ is no key to JSON.stringify: the list may then be elsewhere, but never wrong.
				const found = lines(text, keys, records as JsonRecord[]);
				if (found !== undefined)
					deepStrictEqual(
						found.split('\n').filter(Boolean),
						records.map(item => JSON.stringify(item)),
					);
				else
					strictEqual(
						keys.some(key => key === '__proto__' || /^\d+$/.test(key)),
						true,
					);
			},
		),
	);
});
