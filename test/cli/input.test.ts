import {deepEqual, equal, match, rejects} from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {pagesFrom} from '../../src/cli/terminal/stdin.ts';
import {DecodeError} from '../../src/core/errors.ts';
import {type JsonValue, stringify} from '../../src/core/json/json.ts';
import type {JsonRecord} from '../../src/core/page.ts';
import {workspace} from '../helpers/binary.ts';

/** What comes out of bytes that come in pieces of so many. */
async function read(bytes: string | Uint8Array, piece = 64 * 1024): Promise<JsonRecord[]> {
	const all = Buffer.from(bytes as Uint8Array);
	async function* pieces(): AsyncGenerator<Buffer> {
		for (let at = 0; at < all.length; at += piece) yield all.subarray(at, at + piece);
	}
	const records: JsonRecord[] = [];
	for await (const page of pagesFrom(pieces())) records.push(...page.records);
	return records;
}

const readable: [about: string, text: string, records: unknown[]][] = [
	['JSON Lines', '{"a":1}\n{"a":2}\n', [{a: 1}, {a: 2}]],
	['JSON Lines without a last newline', '{"a":1}\n{"a":2}', [{a: 1}, {a: 2}]],
	['Windows line ends and empty lines', '\r\n{"a":1}\r\n\r\n{"a":2}\r\n', [{a: 1}, {a: 2}]],
	['one pretty-printed document', '{\n  "a": 1,\n  "b": [\n    2\n  ]\n}\n', [{a: 1, b: [2]}]],
	['a top-level list on one line', '[{"a":1},{"a":2}]', [{a: 1}, {a: 2}]],
	['a pretty-printed list', '[\n  {"a": 1},\n  {"a": 2}\n]\n', [{a: 1}, {a: 2}]],
	['a byte order mark', '\uFEFF{"a":1}\n{"a":2}\n', [{a: 1}, {a: 2}]],
	['a byte order mark before a document', '\uFEFF\n{\n"a":1}', [{a: 1}]],
	['nothing', '', []],
	['white space', ' \n\n', []],
	['letters of several bytes', '{"a":"漢字 🙂"}\n{"a":"ü"}', [{a: '漢字 🙂'}, {a: 'ü'}]],
];

test('every shape of JSON is read, in pieces of any size', async () => {
	for (const [about, text, records] of readable) {
		for (const piece of [1, 2, 7, 1000])
			deepEqual(await read(text, piece), records, `${about}, ${piece} bytes at a time`);
	}
});

const broken: [about: string, bytes: string | Uint8Array, said: RegExp][] = [
	[
		'a broken line',
		'{"a":1}\n{"a":2}\n{"a":\n',
		/^stdin:3: not JSON \(.*\): \{"a":\. Expected one record a line/,
	],
	['a broken first line', '{a:1}\n{"a":2}\n', /^stdin:1: not JSON .*\{a:1\}/],
	['a document that is cut', '{\n  "a": 1,\n  "b": [\n', /^stdin:3: not JSON .*"b": \[/],
	[
		'a document with a mistake in the middle',
		`[\n${'  1,\n'.repeat(99)}oops,\n${'  1,\n'.repeat(99)}1]`,
		/^stdin:101: not JSON .*: oops,\. /,
	],
	['two documents', '{\n  "a": 1\n}\n{\n  "a": 2\n}\n', /^stdin:4: not JSON .*jq -c/],
	['text', 'id,name\n1,Ada\n', /^stdin:1: not JSON .*id,name/],
	['bytes that are no text', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x00, 0x01]), /^stdin:1: not UTF-8: /],
	[
		'a line in Latin-1',
		Buffer.from('{"a":1}\n{"a":"\xfc"}\n', 'latin1'),
		/^stdin:2: not UTF-8: .*Convert it first: iconv/,
	],
	[
		'gzip',
		Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0]),
		/^stdin: compressed with gzip. Decompress it first: gzip -dc$/,
	],
];

test('what is no JSON is refused with its line and its beginning', async () => {
	for (const [about, bytes, said] of broken) {
		for (const piece of [5, 1000]) {
			await rejects(read(bytes, piece), (error: Error) => {
				match(error.message, said, about);
				return error instanceof DecodeError;
			});
		}
	}
});

test('a line of 20 MB is one record', async () => {
	const text = 'x'.repeat(20 * 1024 * 1024);
	const [record, ...others] = await read(`{"text":"${text}"}\n`);
	equal(others.length, 0);
	equal(String(record?.text).length, text.length);
});

test('whatever is written as JSON Lines or as one list is read again', async () => {
	const objects = fc.array(fc.dictionary(fc.string(), fc.jsonValue(), {maxKeys: 4}), {maxLength: 8});
	await fc.assert(
		fc.asyncProperty(objects, fc.integer({min: 1, max: 50}), fc.boolean(), async (records, piece, asList) => {
			const wanted = JSON.parse(JSON.stringify(records));
			const text = asList
				? JSON.stringify(wanted, null, 1)
				: wanted.map((record: JsonValue) => `${stringify(record)}\n`).join('');
			deepEqual((await read(text, piece)).map(stringify), wanted.map(stringify));
		}),
		{numRuns: 150},
	);
});

test('rows come out as they come in, before the input ends', async () => {
	await using place = await workspace();
	const running = place.start(['dedupe']);
	running.process.stdin?.write('{"id":1}\n{"id":');
	for await (const chunk of running.process.stdout as NodeJS.ReadableStream) {
		equal(String(chunk), '{"id":1}\n');
		break;
	}
	running.process.stdin?.end('2}\n');
	equal((await running.ended).code, 0);
});

test('broken input is exit code 1 and one line, empty input is no error', async () => {
	await using place = await workspace();
	const [garbage, empty] = await Promise.all([
		place.sluice(['write', 'x.jsonl'], {stdin: Buffer.from([0, 1, 2, 10, 27, 91, 50, 74])}),
		place.sluice(['write', 'empty.jsonl'], {stdin: ''}),
	]);
	deepEqual([garbage.code, empty.code], [1, 0]);
	match(garbage.stderr, /^sluice: stdin:1: not JSON [^\p{Cc}]*\n$/u);
	deepEqual(await place.list(), ['empty.jsonl']);
	equal(await place.read('empty.jsonl'), '');
});
