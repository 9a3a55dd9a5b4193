import assert from 'node:assert/strict';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {describe, it} from 'node:test';
import {crc32, deflateRawSync, gzipSync} from 'node:zlib';
import {client} from '../../src/http/client.ts';
import {autoDecoder} from '../../src/http/decode/auto.ts';
import {csvDecoder} from '../../src/http/decode/csv.ts';
import {withEncoding} from '../../src/http/decode/encoding.ts';
import {jsonlDecoder} from '../../src/http/decode/jsonl.ts';
import {countingDecoder} from '../../src/http/decode/replaced.ts';
import {xmlDecoder} from '../../src/http/decode/xml.ts';
import type {BodyPart, SendOptions} from '../../src/http/send-options.ts';
import {workspace} from '../helpers/binary.ts';
import {query} from '../helpers/duckdb.ts';
import {get, partsOf} from '../http/server.ts';

interface Options extends Pick<SendOptions, 'decoder' | 'keys'> {
	readonly type?: string;
	readonly maxBodyBytes?: number;
	readonly streamAboveBytes?: number;
}

/** A server that answers every request with this body and status 200. */
async function answering(
	body: string | Buffer,
	type?: string,
): Promise<{url: string; [Symbol.asyncDispose](): Promise<void>}> {
	const server = createServer((_request, response) => {
		response.writeHead(200, type === undefined ? {} : {'content-type': type}).end(body);
	});
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		async [Symbol.asyncDispose]() {
			server.closeAllConnections();
			server.close();
		},
	};
}

/** The parts of one body. */
async function partsFrom(
	body: string | Buffer,
	{type, maxBodyBytes, streamAboveBytes, ...options}: Options = {},
): Promise<BodyPart[]> {
	await using server = await answering(body, type);
	const limits = {...(maxBodyBytes && {maxBodyBytes}), ...(streamAboveBytes && {streamAboveBytes})};
	await using api = client({baseUrl: server.url, retry: {maxRetries: 0}, ...limits});
	return await partsOf(api, get(`${server.url}/`), options);
}

async function rowsFrom(body: string | Buffer, options: Options): Promise<unknown[]> {
	return (await partsFrom(body, options)).flatMap(part => part.rows ?? []);
}

type File = [
	name: string,
	text: string,
	change?: {method?: number; crc?: number; size?: number; flags?: number},
];

/** A zip archive. */
function zip(...files: readonly File[]): Buffer {
	const parts: Buffer[] = [];
	const list: Buffer[] = [];
	let offset = 0;
	for (const [name, text, {method = 8, crc, size, flags = 0} = {}] of files) {
		const content = Buffer.from(text);
		const packed = method === 0 ? content : deflateRawSync(content);
		const about = Buffer.alloc(26);
		about.writeUInt16LE(20, 0);
		about.writeUInt16LE(flags, 2);
		about.writeUInt16LE(method, 4);
		about.writeUInt32LE(crc ?? crc32(content), 10);
		about.writeUInt32LE(packed.length, 14);
		about.writeUInt32LE(size ?? content.length, 18);
		about.writeUInt16LE(Buffer.byteLength(name), 22);
		const tail = Buffer.alloc(14);
		tail.writeUInt32LE(offset, 10);
		list.push(Buffer.from('PK\x01\x02\x14\0', 'latin1'), about, tail, Buffer.from(name));
		parts.push(Buffer.from('PK\x03\x04', 'latin1'), about, Buffer.from(name), packed);
		offset += 30 + Buffer.byteLength(name) + packed.length;
	}
	const end = Buffer.alloc(22);
	end.write('PK\x05\x06', 'latin1');
	end.writeUInt16LE(files.length, 8);
	end.writeUInt16LE(files.length, 10);
	end.writeUInt32LE(Buffer.concat(list).length, 12);
	end.writeUInt32LE(offset, 16);
	return Buffer.concat([...parts, ...list, end]);
}

const text = 'id,name\n1,a\n2,b\n';
const rows = [
	{id: '1', name: 'a'},
	{id: '2', name: 'b'},
];

describe('a body that is packed', () => {
	const bodies: Record<string, Buffer> = {
		'gzip in gzip': gzipSync(gzipSync(text)),
		'a zip archive with one file': zip(['report.csv', text]),
		'a zip archive with a file that is stored as it is': zip(['report.csv', text, {method: 0}]),
		'a zip archive with what a Mac adds': zip(['report.csv', text], ['__MACOSX/._report.csv', 'x']),
		'a zip archive in gzip': gzipSync(zip(['report.csv', text])),
	};
	for (const [name, body] of Object.entries(bodies)) {
		for (const type of ['text/csv', 'application/zip', undefined]) {
			it(`is unpacked: ${name}, as ${type ?? 'nothing'}`, async () => {
				assert.deepEqual(await rowsFrom(body, {decoder: csvDecoder(), ...(type && {type})}), rows);
			});
		}
	}

	it('is unpacked where it is JSON', async () => {
		const [part] = await partsFrom(zip(['a.json', '{"data":[{"id":1}]}']), {keys: ['data']});
		assert.deepEqual(part?.value, {data: [{id: 1}]});
	});

	it('gives the rows of several JSON Lines files one after another', async () => {
		const body = zip(['1.jsonl', '{"id":1}'], ['2.jsonl', '{"id":2}\n']);
		assert.deepEqual(await rowsFrom(body, {decoder: jsonlDecoder}), [{id: 1}, {id: 2}]);
	});

	const refused: [name: string, body: Buffer, message: RegExp][] = [
		[
			'several CSV files',
			zip(['a.csv', text], ['b.csv', text]),
			/a zip archive with 2 files \("a\.csv", "b\.csv"\).*one file/,
		],
		['no file', zip(), /a zip archive with no file in it/],
		['an encrypted file', zip(['a.csv', text, {flags: 1}]), /"a\.csv" is encrypted/],
		['an unknown method', zip(['a.csv', text, {method: 12}]), /packed by method 12/],
		[
			'a sheet',
			zip(['[Content_Types].xml', '<x/>'], ['xl/workbook.xml', '<x/>']),
			/an Office document, such as \.xlsx.*CSV or JSON/,
		],
		['a file that is not whole', zip(['a.csv', text, {crc: 1}]), /broken zip data: a\.csv is not whole/],
		[
			'more than it says',
			zip(['a.csv', text.repeat(100), {size: 20}]),
			/broken zip data: a\.csv is not whole/,
		],
		['a half', zip(['a.csv', text]).subarray(0, 60), /broken zip data: it ends early/],
	];
	for (const [name, body, message] of refused) {
		it(`is refused as a zip archive with ${name}`, async () => {
			await assert.rejects(rowsFrom(body, {decoder: csvDecoder()}), message);
		});
	}

	it('is held in memory up to maxBodyBytes', async () => {
		const body = zip(['a.csv', 'x'.repeat(2 * 1024 * 1024), {method: 0}]);
		await assert.rejects(
			rowsFrom(body, {decoder: csvDecoder(), maxBodyBytes: 1024 * 1024}),
			/more than 1 MiB of zip data/,
		);
	});

	it('is not unpacked without end', async () => {
		const body = [1, 2, 3, 4].reduce(inner => gzipSync(inner), Buffer.from(text));
		await assert.rejects(rowsFrom(body, {decoder: csvDecoder()}), /packed more than 3 times/);
	});
});

describe('a body that is no text', () => {
	const bodies: [what: string, start: string][] = [
		['a PNG image', '\x89PNG\r\n\x1a\n\0\0'],
		['a JPEG image', '\xff\xd8\xff\xe0\0\x10JFIF'],
		['a PDF document', '%PDF-1.7\n1 0 obj\n'],
		['a Parquet file', 'PAR1\x15\x04\x15'],
		['an SQLite database', 'SQLite format 3\0\x10\0'],
	];
	const decoders: [name: string, options: Options][] = [
		['CSV', {decoder: csvDecoder()}],
		['JSON Lines', {decoder: jsonlDecoder}],
		['XML', {decoder: xmlDecoder()}],
		['auto', {decoder: autoDecoder}],
		['JSON', {}],
	];
	for (const [what, start] of bodies) {
		for (const [name, options] of decoders) {
			it(`is refused as what it is: ${what} as ${name}`, async () => {
				const sent = partsFrom(Buffer.from(start, 'latin1'), {...options, type: 'application/octet-stream'});
				await assert.rejects(
					sent,
					new RegExp(`answered 200 with ${what} \\(application/octet-stream\\)\\. Check the path`),
				);
			});
		}
	}

	it('is not taken for one by letters that a text may begin with', async () => {
		assert.deepEqual(await rowsFrom('PAR1,ORC\n1,2\n', {decoder: csvDecoder()}), [{PAR1: '1', ORC: '2'}]);
	});
});

describe('a text of another format', () => {
	const html = '\n<!doctype html>\n<html><head><title>Sign in</title></head></html>';
	for (const [name, decoder] of [['CSV', csvDecoder()] as const, ['JSON Lines', jsonlDecoder] as const]) {
		it(`is refused: HTML as ${name}`, async () => {
			await assert.rejects(
				rowsFrom(html, {decoder, type: 'text/plain'}),
				new RegExp(`HTML instead of ${name}.*Sign in`),
			);
		});
	}

	it('is refused: JSON as CSV', async () => {
		await assert.rejects(
			rowsFrom('{"error":"expired"}', {decoder: csvDecoder(), type: 'text/csv'}),
			/JSON instead of CSV.*expired/,
		);
	});
});

describe('an error in the last line of JSON Lines', () => {
	const lines = '{"id":1,"status":"a"}\n{"id":2,"status":"b"}\n';
	for (const last of [
		'{"error":"boom"}',
		'{"status":500,"error":{"message":"boom"}}\n\n',
		'{"errors":["boom"],"code":1}',
	]) {
		it(`is a failure that quotes it: ${last.trim()}`, async () => {
			await assert.rejects(
				rowsFrom(lines + last, {decoder: jsonlDecoder}),
				/line 3 is an error in place of a row: \{.*boom/,
			);
		});
	}

	for (const last of ['{"id":3,"error":"boom"}', '{"error":null}', '{"note":"end"}']) {
		it(`is a row where it is one: ${last}`, async () => {
			assert.equal((await rowsFrom(lines + last, {decoder: jsonlDecoder})).length, 3);
		});
	}

	it('is a row where rows are errors', async () => {
		assert.equal((await rowsFrom('{"error":"a"}\n{"error":"b"}', {decoder: jsonlDecoder})).length, 2);
	});
});

describe('a body in another charset', () => {
	const latin = Buffer.from('id;name\n1;M\xfcller\n2;\x80\n', 'latin1');
	const json = Buffer.from('{"data":[{"name":"M\xfcller"}]}', 'latin1');
	const mine = csvDecoder({delimiter: ';'});

	it('is read in the one that is declared, whatever the server says', async () => {
		const decoder = withEncoding('windows-1252', mine);
		for (const type of ['text/csv', 'text/csv; charset=utf-8']) {
			const parts = await partsFrom(latin, {decoder, type});
			assert.deepEqual(
				parts.flatMap(part => part.rows),
				[
					{id: '1', name: 'Müller'},
					{id: '2', name: '€'},
				],
			);
			assert.equal(parts.at(-1)?.replaced, undefined);
		}
		const [part] = await partsFrom(json, {decoder: withEncoding('latin1'), type: 'application/json'});
		assert.deepEqual(part?.value, {data: [{name: 'Müller'}]});
	});

	it('tells how many characters it could not read', async () => {
		assert.equal((await partsFrom(latin, {decoder: mine})).at(-1)?.replaced, 2);
		for (const keys of [undefined, ['data']]) {
			const [part] = await partsFrom(json, keys ? {keys} : {});
			assert.equal(part?.replaced, 1);
			assert.deepEqual(part?.value, {data: [{name: 'M\ufffdller'}]});
		}
		const xml = Buffer.from('<r><a>M\xfcller</a></r>', 'latin1');
		assert.equal((await partsFrom(xml, {decoder: xmlDecoder()})).at(-1)?.replaced, 1);
	});

	it('does not count U+FFFD that the server sent', async () => {
		const text = Buffer.from('id;name\n1;a\ufffd\ufffdb\n');
		assert.equal((await partsFrom(text, {decoder: mine})).at(-1)?.replaced, undefined);
		for (let size = 1; size < 6; size++) {
			const decoder = countingDecoder('utf-8');
			for (let at = 0; at < text.length; at += size)
				decoder.decode(text.subarray(at, at + size), {stream: true});
			decoder.decode();
			assert.equal(decoder.replaced, 0, `in pieces of ${size} bytes`);
		}
	});

	const config = (url: string, more: string): string => `client: {base_url: "${url}", paginator: single_page}
resources: [{name: people, endpoint: {data_selector: data${more}}}]
output: {format: jsonl}
`;

	it('is a warning that names encoding, and with --strict a failure', async () => {
		await using server = await answering(json);
		await using place = await workspace({'sluice.yaml': config(server.url, '')});
		const {code, stderr} = await place.sluice(['run']);
		assert.equal(code, 0, stderr);
		assert.match(stderr, /people: 1 character was not readable .* encoding, such as windows-1252/);
		assert.equal((await place.sluice(['run', '--strict'])).code, 1);
	});

	it('is no warning where the config names it', async () => {
		await using server = await answering(json);
		await using place = await workspace({'sluice.yaml': config(server.url, ', encoding: windows-1252')});
		const {code, stdout, stderr} = await place.sluice(['read', 'people', '--strict']);
		assert.equal(code, 0, stderr);
		assert.equal(stdout, '{"name":"Müller"}\n');
	});

	it('is refused by check where nobody knows it', async () => {
		await using place = await workspace({'sluice.yaml': config('http://localhost', ', encoding: klingon')});
		const {code, stdout, stderr} = await place.sluice(['check']);
		assert.equal(code, 2);
		assert.match(stdout + stderr, /encoding.*expected a charset, such as windows-1252/);
	});
});

describe('half of a surrogate pair', () => {
	const body = String.raw`{"data":[{"a":"x\ud800y","b":"\uD83D\uDE00","c":"\\ud800","d":["\uDC00"],"e\ud83d":"\ud83d\ud83d\ude00"}]}`;
	const row = {a: 'x\ufffdy', b: '😀', c: '\\ud800', d: ['\ufffd'], 'e\ufffd': '\ufffd😀'};

	it('becomes U+FFFD, in a body at once and in slices', async () => {
		const [part] = await partsFrom(body, {});
		assert.deepEqual(part?.value, {data: [row]});
		const parts = await partsFrom(body, {keys: ['data'], streamAboveBytes: 10});
		assert.deepEqual(
			parts.flatMap(part => part.rows ?? []),
			[row],
		);
	});

	it('becomes U+FFFD in text that is passed on as it came', async () => {
		await using server = await answering(body);
		await using place = await workspace({
			'sluice.yaml': `client: {base_url: "${server.url}", paginator: single_page}
resources: [{name: people, endpoint: {data_selector: data}}]
`,
		});
		const {stdout} = await place.sluice(['read', 'people']);
		assert.deepEqual(JSON.parse(stdout), row);
		assert.doesNotMatch(stdout.replace(String.raw`\\ud800`, ''), /\\ud800|\\uDC00/);
		const {code, stderr} = await place.sluice(['read', 'people', '-o', 'people.parquet']);
		assert.equal(code, 0, stderr);
		const rows = await query(`select a, d::varchar as d from '${place.path}/people.parquet'`);
		assert.deepEqual(rows, [{a: row.a, d: '["\ufffd"]'}]);
	});
});
