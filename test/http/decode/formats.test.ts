import assert from 'node:assert/strict';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {PassThrough} from 'node:stream';
import {describe, it} from 'node:test';
import {brotliCompressSync, gzipSync} from 'node:zlib';
import fc from 'fast-check';
import {csv} from '../../../sinks/csv.ts';
import {DecodeError} from '../../../src/core/errors.ts';
import {pipeline} from '../../../src/core/pipeline.ts';
import {client} from '../../../src/http/client.ts';
import {autoDecoder} from '../../../src/http/decode/auto.ts';
import {type CsvDecoderOptions, csvDecoder} from '../../../src/http/decode/csv.ts';
import {jsonlDecoder} from '../../../src/http/decode/jsonl.ts';
import {xmlDecoder} from '../../../src/http/decode/xml.ts';
import type {BodyPart, SendOptions} from '../../../src/http/send-options.ts';
import {answers, get, partsOf, serve, testClient, valueFrom} from '../server.ts';

const rowsOf = (parts: readonly BodyPart[]) => parts.flatMap(part => part.rows ?? []);
const lines = (count: number) =>
	Array.from({length: count}, (_, i) => `{"id":${i},"big":12345678901234567890}\n`).join('');

type Body = string | Buffer;

/** The rows of one body. */
async function rowsFrom(
	body: Body,
	decoder: SendOptions['decoder'],
	headers: Record<string, string> = {},
	path = '/',
) {
	const server = createServer((_request, response) => void response.writeHead(200, headers).end(body));
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	await using api = client({baseUrl: url, retry: {maxRetries: 0}});
	try {
		return rowsOf(await partsOf(api, get(url + path), decoder ? {decoder} : {}));
	} finally {
		server.closeAllConnections();
		server.close();
	}
}

describe('what waits for its turn', () => {
	const json = `{"data":[${'{"a":"é"},'.repeat(200)}{"a":1}]}`;
	const bodies: [
		format: string,
		body: Body,
		decoder: SendOptions['decoder'],
		headers?: Record<string, string>,
	][] = [
		['JSON', json, undefined],
		['JSON that is compressed', gzipSync(json), undefined, {'content-encoding': 'gzip'}],
		[
			'JSON that is not UTF-8',
			Buffer.from(json, 'latin1'),
			undefined,
			{'content-type': 'application/json; charset=latin1'},
		],
		['XML', `<r>${'<i>a</i>'.repeat(200)}</r>`, xmlDecoder()],
		['JSON Lines', lines(50), jsonlDecoder],
		['JSON Lines in slices', lines(500), jsonlDecoder],
		['CSV', `a\n${'value\n'.repeat(199)}`, csvDecoder()],
	];
	for (const [format, body, decoder, headers = {}] of bodies) {
		it(`is bounded by maxBufferBytes, of ${format}`, async test => {
			const {url} = await serve(test, answers([200, body, headers]));
			for (const maxBufferBytes of [2000, 100_000]) {
				const api = testClient(test, {baseUrl: url, maxBufferBytes, streamAboveBytes: 40_000});
				await partsOf(api, get(url), decoder ? {decoder} : {});
				assert.equal(api.hasRoom(0, 1), maxBufferBytes > 2000);
			}
		});
	}
});

describe('JSON Lines', () => {
	it('are rows, digit for digit; blank lines, CRLF and a missing last line feed are fine', async () => {
		assert.deepEqual(await rowsFrom('{"id":12345678901234567890}\r\n\n7\n  \n{"id":2}', jsonlDecoder), [
			{id: 12345678901234567890n},
			7,
			{id: 2},
		]);
	});

	it('come in slices, whatever keys are asked for', async test => {
		const {url} = await serve(test, answers([200, lines(500)]));
		const parts = await partsOf(testClient(test, {baseUrl: url}), get(url), {decoder: jsonlDecoder});
		assert.deepEqual(
			parts.map(({rows, last}) => [rows?.length, last]),
			[
				[200, false],
				[200, false],
				[100, true],
			],
		);
		assert.deepEqual(rowsOf(parts)[499], {id: 499, big: 12345678901234567890n});
	});

	it('go on after a broken connection without a row twice', async test => {
		const body = lines(2500);
		const {url, requests} = await serve(test, (_request, response, number) => {
			response.writeHead(200, {'content-length': String(body.length)});
			if (number > 0) response.end(body);
			else response.write(body.slice(0, -100), () => setImmediate(() => response.destroy()));
		});
		const parts = await partsOf(testClient(test, {baseUrl: url}), get(url), {decoder: jsonlDecoder});
		assert.equal(requests.length, 2);
		assert.deepEqual(
			rowsOf(parts).map(row => (row as {id: number}).id),
			Array.from({length: 2500}, (_, i) => i),
		);
	});

	it('name the line that is broken', async () => {
		await assert.rejects(rowsFrom('{"id":1}\n\n{"id":\n{"id":3}\n', jsonlDecoder), (error: unknown) => {
			assert.ok(error instanceof DecodeError);
			assert.match(error.message, /answered 200 with broken JSON Lines \(no content-type\): line 3: /);
			return true;
		});
	});

	it('have an end to their length', async test => {
		const {url} = await serve(test, answers([200, 'x'.repeat(3 << 20)]));
		const api = testClient(test, {baseUrl: url, maxBodyBytes: 1 << 20});
		await assert.rejects(
			partsOf(api, get(url), {decoder: jsonlDecoder}),
			/a row of more than 1 MiB. Check that this is JSON Lines/,
		);
	});

	it('are none in an answer without a body', async test => {
		const {url} = await serve(test, answers(204));
		const parts = await partsOf(testClient(test, {baseUrl: url}), get(url), {decoder: jsonlDecoder});
		assert.deepEqual(
			parts.map(({rows, last}) => [rows, last]),
			[[[], true]],
		);
	});
});

describe('CSV', () => {
	const read = (body: Body, options?: CsvDecoderOptions) => rowsFrom(body, csvDecoder(options));

	for (const [what, body, options, rows] of [
		[
			'values stay text, and an empty field is null',
			'id,name\r\n1,\r\n2,""\r\n',
			{},
			[
				{id: '1', name: null},
				{id: '2', name: ''},
			],
		],
		[
			'quoted fields hold delimiters, quotes and line breaks',
			'a,b\n"x,""y""","1\r\n2"\n',
			{},
			[{a: 'x,"y"', b: '1\r\n2'}],
		],
		['a quote inside an unquoted field is itself', 'a\n5" pipe\n', {}, [{a: '5" pipe'}]],
		['a byte order mark is dropped', '\ufeffid\n1', {}, [{id: '1'}]],
		[
			'lines may end in CR alone, and blank ones are skipped',
			'a,b\r1,2\r\r3,4',
			{},
			[
				{a: '1', b: '2'},
				{a: '3', b: '4'},
			],
		],
		['a blank line is a null where there is one column', 'a\r\n\r\n1\r\n', {}, [{a: null}, {a: '1'}]],
		['another delimiter', 'a;b\n1,5;2', {delimiter: ';'}, [{a: '1,5', b: '2'}]],
		[
			'names that the file does not have',
			'1,2\n3,4\n',
			{header: ['a', '__proto__']},
			[
				Object.fromEntries([
					['a', '1'],
					['__proto__', '2'],
				]),
				Object.fromEntries([
					['a', '3'],
					['__proto__', '4'],
				]),
			],
		],
		['no names at all', '1,2\n', {header: false}, [{column_1: '1', column_2: '2'}]],
		['a header alone has no rows', 'a,b\n', {}, []],
		['nothing at all has none either', '', {}, []],
	] as const) {
		it(what, async () => assert.deepEqual(await read(body, options), rows));
	}

	for (const [what, body, message] of [
		[
			'a row that is too long',
			'a,b\n1,2\n"x\ny",2,3\n',
			/broken CSV .*line 3: 3 fields, where 2 were expected/,
		],
		['a row that is too short', 'a,b\n1\n', /line 2: 1 fields, where 2 were expected/],
		['a quote that stays open', 'a,b\n1,"2\n3,4\n', /line 2: a quote opens in this row and never closes/],
		['text after a quote', 'a\n"x"y\n', /line 2: "y" follows a closing quote/],
		['two columns of one name', 'id,id\n1,2\n', /line 1: the header has two columns named "id"/],
		['a column without a name', 'id,\n1,2\n', /line 1: the header has no name for column 2/],
	] as const) {
		it(`names the line of ${what}`, () => assert.rejects(read(body), message));
	}

	it('is not made of JSON or HTML', async () => {
		await assert.rejects(
			rowsFrom('[{"a":1}]', csvDecoder(), {'content-type': 'application/json'}),
			/answered 200 with application\/json instead of CSV/,
		);
		await assert.rejects(
			rowsFrom('<p>', csvDecoder(), {'content-type': 'text/html; charset=utf-8'}),
			/instead of CSV/,
		);
	});

	it('refuses options that cannot be', () => {
		assert.throws(() => csvDecoder({delimiter: '||'}), /one character, got "\|\|"/);
		assert.throws(() => csvDecoder({header: ['a', 'a']}), /header has two columns named "a"/);
	});

	it('reads back whatever our own writer writes', async test => {
		let body = '';
		const {url} = await serve(test, (_request, response) => {
			// In pieces, so that quotes and line ends fall apart between them.
			const bytes = Buffer.from(body);
			for (let at = 0; at < bytes.length; at += 3) response.write(bytes.subarray(at, at + 3));
			response.end();
		});
		const api = testClient(test, {baseUrl: url});
		const value = fc.option(fc.oneof(fc.string({unit: 'grapheme'}), fc.stringMatching(/^[",;\r\n a]{0,6}$/)));
		const name = fc.oneof(fc.string({minLength: 1}), fc.constantFrom('a,b', '"', 'x\r\ny', '__proto__', ' '));
		await fc.assert(
			fc.asyncProperty(
				fc.uniqueArray(name, {minLength: 1, maxLength: 4}).chain(names =>
					fc.tuple(
						fc.constant(names),
						fc.array(fc.array(value, {minLength: names.length, maxLength: names.length}), {
							minLength: 1,
							maxLength: 5,
						}),
					),
				),
				fc.constantFrom(',', ';', '\t', '^', ']'),
				async ([names, table], delimiter) => {
					const records = table.map(row => Object.fromEntries(names.map((key, i) => [key, row[i] ?? null])));
					const output = new PassThrough();
					const text = output.toArray();
					await pipeline([{resource: 'r', number: 0, records}], csv(output, {delimiter}));
					output.end();
					body = Buffer.concat(await text).toString();
					assert.deepEqual(rowsOf(await partsOf(api, get(url), {decoder: csvDecoder({delimiter})})), records);
				},
			),
			{numRuns: 100},
		);
	});
});

describe('a gzip file', () => {
	const file = gzipSync('{"data":[{"id":1}]}');

	it('is unpacked, whatever its content-type, also when it is encoded once more', async test => {
		const {url} = await serve(
			test,
			answers(
				[200, file, {'content-type': 'application/gzip'}],
				[200, file],
				[200, gzipSync('{"id":2}'), {'content-encoding': 'gzip'}],
			),
		);
		const api = testClient(test, {baseUrl: url});
		assert.deepEqual(await valueFrom(api, get(url)), {data: [{id: 1}]});
		assert.deepEqual(await valueFrom(api, get(url)), {data: [{id: 1}]});
		assert.deepEqual(await valueFrom(api, get(url)), {id: 2});
	});

	it('may be of several members', async () => {
		assert.deepEqual(
			await rowsFrom(Buffer.concat([gzipSync('{"id":1}\n'), gzipSync('{"id":2}\n')]), jsonlDecoder),
			[{id: 1}, {id: 2}],
		);
	});

	it('that breaks off is an error', async () => {
		await assert.rejects(rowsFrom(file.subarray(0, -6), undefined), /broken gzip data/);
	});
});

describe('a body of any format', () => {
	const table = 'id\n1\n';
	for (const [what, body, headers, path, rows] of [
		['CSV by its content-type', table, {'content-type': 'text/csv; charset=utf-8'}, '/', [{id: '1'}]],
		[
			'tabs by their content-type',
			'a\tb\n1\t2\n',
			{'content-type': 'text/tab-separated-values'},
			'/',
			[{a: '1', b: '2'}],
		],
		['CSV by its name', gzipSync(table), {'content-type': 'application/gzip'}, '/export.csv.gz', [{id: '1'}]],
		['CSV with semicolons', '"a,b";c\n1,5;2\n', {'content-type': 'text/csv'}, '/', [{'a,b': '1,5', c: '2'}]],
		['CSV with tabs', gzipSync('a\tb;c\n1\t2\n'), {}, '/export.csv.gz', [{a: '1', 'b;c': '2'}]],
		[
			'CSV with commas and a semicolon',
			'a,b;c\n1,2\n',
			{'content-type': 'text/csv'},
			'/',
			[{a: '1', 'b;c': '2'}],
		],
		[
			'JSON Lines by their content-type',
			'{"id":1}',
			{'content-type': 'application/x-ndjson'},
			'/',
			[{id: 1}],
		],
		['JSON Lines by their name', '{"id":1}\n', {}, '/export.jsonl', [{id: 1}]],
		[
			'JSON Lines by their first lines',
			'{"id":1}\n{"id":2}\n',
			{'content-type': 'text/plain'},
			'/',
			[{id: 1}, {id: 2}],
		],
		['JSON Lines in gzip', gzipSync('{"id":1}\n{"id":2}\n'), {}, '/', [{id: 1}, {id: 2}]],
		[
			'JSON Lines in brotli',
			brotliCompressSync('{"id":1}\n{"id":2}\n'),
			{'content-encoding': 'br'},
			'/',
			[{id: 1}, {id: 2}],
		],
		[
			'JSON Lines that are called JSON',
			'{"id":1}\n{"id":2}\n',
			{'content-type': 'application/json'},
			'/',
			[{id: 1}, {id: 2}],
		],
	] as const) {
		it(`is known as ${what}`, async () =>
			assert.deepEqual(await rowsFrom(body, autoDecoder, headers, path), rows));
	}

	for (const [what, body] of [
		['on many lines', '{\n"data":\n[{"id":1},\n{"id":2}]}'],
		['on one', '{"data":[{"id":1},{"id":2}]}'],
	] as const) {
		it(`is JSON when it is a document ${what}, also a huge one, and when it is named like a table`, async test => {
			const {url} = await serve(test, answers([200, body, {'content-type': 'application/json'}]));
			const whole = {data: [{id: 1}, {id: 2}]};
			assert.deepEqual(
				await valueFrom(testClient(test, {baseUrl: url}), get(`${url}/x.csv`), {decoder: autoDecoder}),
				whole,
			);
			const streaming = testClient(test, {baseUrl: url, streamAboveBytes: 5});
			assert.deepEqual(
				rowsOf(await partsOf(streaming, get(url), {decoder: autoDecoder, keys: ['data']})),
				whole.data,
			);
		});
	}

	it('says what came when it is none', () =>
		assert.rejects(rowsFrom('<html>', autoDecoder), /markup instead of JSON/));
});
