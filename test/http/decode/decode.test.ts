import assert from 'node:assert/strict';
import {describe, it, type TestContext} from 'node:test';
import {brotliCompressSync, deflateRawSync, deflateSync, gzipSync} from 'node:zlib';
import fc from 'fast-check';
import {DecodeError} from '../../../src/core/errors.ts';
import {type JsonValue, parse, stringify} from '../../../src/core/json/json.ts';
import {keysOf} from '../../../src/core/json/key-order.ts';
import {pipeline} from '../../../src/core/pipeline.ts';
import {sink} from '../../../src/core/stage.ts';
import type {Decoder} from '../../../src/http/decode/decoder.ts';
import {rowReader} from '../../../src/http/decode/rows.ts';
import {answers, get, partsOf, serve, testClient, valueFrom} from '../server.ts';

async function received(
	test: TestContext,
	body: string | Buffer,
	headers: Record<string, string> = {},
	status = 200,
): Promise<unknown> {
	const {url} = await serve(test, answers([status, body, headers]));
	return valueFrom(testClient(test, {baseUrl: url, retry: {maxRetries: 0}}), get(url));
}

const text = JSON.stringify({name: 'Zoë '.repeat(50), long: 1});

describe('a content-encoding', () => {
	for (const [encoding, body] of [
		['gzip', gzipSync(text)],
		['x-gzip', gzipSync(text)],
		['br', brotliCompressSync(text)],
		['deflate', deflateSync(text)],
		['Deflate', deflateRawSync(text)],
		['gzip, br', brotliCompressSync(gzipSync(text))],
		['identity', Buffer.from(text)],
	] as const) {
		it(`${encoding} comes off`, async test => {
			assert.deepEqual(await received(test, body, {'content-encoding': encoding}), JSON.parse(text));
		});
	}

	it('that nobody asked for is named', async test => {
		await assert.rejects(
			received(test, text, {'content-encoding': 'zstd'}),
			/answered with content-encoding zstd, which is not known here\. Send the header/,
		);
	});

	it('that is cut short is an error', async test => {
		await assert.rejects(received(test, gzipSync(text).subarray(0, -12), {'content-encoding': 'gzip'}), {
			code: 'ERR_DECODE',
			message: /broken gzip data: unexpected end of file/,
		});
	});

	it('counts as the bytes on the wire', async test => {
		const body = gzipSync(text);
		const {url} = await serve(test, answers([200, body, {'content-encoding': 'gzip'}]));
		const counts = {bytesRead: 0};
		await valueFrom(testClient(test, {baseUrl: url}), get(url), {counts});
		assert.equal(counts.bytesRead, body.length);
	});
});

describe('a charset', () => {
	for (const [what, body, type] of [
		['of the content-type', Buffer.from('["caf\xe9"]', 'latin1'), 'application/json; charset=ISO-8859-1'],
		['in quotes', Buffer.from('["caf\xe9"]', 'latin1'), 'application/json; Charset="windows-1252"'],
		['of a byte order mark', Buffer.from('\uFEFF["café"]', 'utf16le'), 'application/json'],
		['UTF-8 with a byte order mark', Buffer.from('\uFEFF["café"]'), 'application/json; charset=utf-8'],
		['UTF-8 by default, whatever the type', Buffer.from('["café"]'), 'text/plain'],
	] as const) {
		it(`${what} is read`, async test =>
			assert.deepEqual(await received(test, body, {'content-type': type}), ['café']));
	}

	it('that is not known is named', async test => {
		await assert.rejects(
			received(test, '[]', {'content-type': 'application/json; charset=klingon'}),
			/charset klingon, which is not known here/,
		);
	});
});

describe('a body', () => {
	for (const status of [204, 205])
		it(`of ${status} is null`, async test => assert.equal(await received(test, '', {}, status), null));

	it('of HEAD is null', async test => {
		const {url} = await serve(test, answers([200, '[1]']));
		assert.equal(await valueFrom(testClient(test, {baseUrl: url}), get(url, {method: 'HEAD'})), null);
	});

	it('of 201 is read like any other', async test =>
		assert.deepEqual(await received(test, '[1]', {}, 201), [1]));

	it('that is no container is a value all the same', async test =>
		assert.equal(await received(test, ' "text" '), 'text'));

	it('that is nested beyond reason is read, and whoever cannot walk it says so', async test => {
		const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
		const value = await received(test, deep);
		const out = sink({
			name: 'out',
			write: ({records}) => void stringify(records.at(0) as JsonValue),
			async close() {},
		});
		await assert.rejects(
			pipeline([{resource: 'r', number: 0, records: [{value: value as JsonValue}]}], out),
			{
				name: 'SinkError',
				message: 'r: out: a value is nested too deeply',
			},
		);
	});

	it('beyond maxBodyBytes is refused, with the option and a way out', async test => {
		const {url, requests} = await serve(
			test,
			answers([200, gzipSync(`[${' '.repeat(100_000)}]`), {'content-encoding': 'gzip'}]),
		);
		const api = testClient(test, {baseUrl: url, maxBodyBytes: 50_000});
		await assert.rejects(
			valueFrom(api, get(url)),
			/answered 200 with more than .*data_selector.*maxBodyBytes/,
		);
		assert.equal(requests.length, 1);
	});

	it('is read by another decoder when one is given', async test => {
		const lines: Decoder = async function* ({body}) {
			let all = '';
			for await (const chunk of body) all += Buffer.from(chunk);
			yield {
				rows: all
					.trim()
					.split('\n')
					.map(line => parse(line)),
				value: null,
				last: true,
				size: all.length,
			};
		};
		const {url} = await serve(test, answers([200, '{"a":1}\n{"a":2}\n']));
		const parts = await partsOf(testClient(test, {baseUrl: url}), get(url), {decoder: lines});
		assert.deepEqual(
			parts.map(({rows, last}) => ({rows, last})),
			[{rows: [{a: 1}, {a: 2}], last: true}],
		);
	});
});

describe('rowReader', () => {
	const json = fc.jsonValue({maxDepth: 3, noUnicodeString: false}).map(value => value as JsonValue);
	const key = fc.constantFrom('data', 'items', 'a', '__proto__', '');

	// Reads the text in pieces of any size, and takes slices of any size.
	function read(source: string, keys: readonly string[], pieces: readonly number[], limit: number) {
		const reader = rowReader(keys, 500);
		const rows: JsonValue[] = [];
		for (let at = 0, i = 0; at < source.length; i++) {
			const size = pieces[i % pieces.length] ?? 1;
			for (const _ of reader.read(source.slice(at, at + size), () => limit)) rows.push(...reader.take());
			at += size;
		}
		reader.end();
		return {rows: [...rows, ...reader.take()], envelope: reader.envelope};
	}

	it('finds the rows at the keys and keeps what is around them with the last one, wherever the text is cut', () => {
		fc.assert(
			fc.property(
				fc.array(key, {maxLength: 3}),
				fc.array(json, {maxLength: 5}),
				fc.dictionary(fc.constantFrom('before', 'x', 'y'), json),
				fc.array(fc.integer({min: 1, max: 30}), {minLength: 1}),
				fc.integer({min: 1, max: 3}),
				(keys, rows, around, pieces, limit) => {
					const wrap = (list: string) =>
						keys.reduceRight((inner, name) => {
							const others = Object.entries(around).map(
								([other, value]) => `${JSON.stringify(other)}:${stringify(value)},`,
							);
							return `{${others.join('')}${JSON.stringify(name)}: ${inner}, "after":1}`;
						}, list);
					const result = read(wrap(stringify(rows)), keys, pieces, limit);
					assert.equal(stringify(result.rows), stringify(rows));
					assert.equal(
						stringify(result.envelope as JsonValue),
						stringify(parse(wrap(stringify(rows.slice(-1))))),
					);
				},
			),
			{numRuns: 300},
		);
	});

	it('knows the order of keys that are whole numbers', () => {
		const {rows} = read('[{"a":1,"10":{"z":0,"1":1},"9":3,"b":4},{"a":1}]', [], [4], 5);
		const [row, other] = rows as Record<string, object>[];
		assert.deepEqual(keysOf(row as object), ['a', '10', '9', 'b']);
		assert.deepEqual(keysOf(row?.['10'] as object), ['z', '1']);
		assert.deepEqual(keysOf(other as object), ['a']);
	});

	it('reads any JSON as JSON.parse does when there is no list at the keys', () => {
		fc.assert(
			fc.property(json, fc.integer({min: 1, max: 9}), (value, piece) => {
				const {rows, envelope} = read(stringify({value}), ['no', 'list'], [piece], 1);
				assert.deepEqual([rows, stringify(envelope as JsonValue)], [[], stringify({value})]);
			}),
		);
	});

	it('keeps every digit', () => {
		const {rows} = read('[12345678901234567890, 0.10000000000000000000000000001, 1.50]', [], [3], 9);
		assert.equal(stringify(rows), '[12345678901234567890,0.10000000000000000000000000001,1.5]');
	});

	it('refuses a text that is not whole, or not JSON, or too deep', () => {
		assert.throws(() => read('{"data":[1,2', ['data'], [4], 9), /expected ',' at its end/);
		assert.throws(() => read('{"data":[1 2]}', ['data'], [4], 9), SyntaxError);
		assert.throws(() => read('[]]', [], [4], 9), SyntaxError);
		assert.throws(() => read('['.repeat(600), [], [50], 9), /nested deeper than 500/);
	});
});

describe('DecodeError', () => {
	it('is what a broken body becomes', async test => {
		await assert.rejects(
			received(test, '{"a":'),
			(error: unknown) => error instanceof DecodeError && error.code === 'ERR_DECODE',
		);
	});
});
