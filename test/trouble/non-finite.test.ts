/**
 * NaN and Infinity as bare words in JSON: what Python's json.dumps makes of numbers that JSON cannot hold.
 */
import {deepEqual, equal, match} from 'node:assert/strict';
import {test} from 'node:test';
import {gzipSync} from 'node:zlib';
import {withNonFinite} from '../../src/http/decode/non-finite.ts';
import {config, server, single} from '../cli/config.ts';
import {workspace} from '../helpers/binary.ts';

const row = '{"id": 1, "v": NaN, "w": [-Infinity,Infinity , -1.5], "s": "NaN, \\"Infinity", "NaN": 1}';
const asNull = {id: 1, v: null, w: [null, null, -1.5], s: 'NaN, "Infinity', NaN: 1};
const asText = {...asNull, v: 'NaN', w: ['-Infinity', 'Infinity', -1.5]};
const type = {'content-type': 'application/json'};

async function read(
	body: string | Buffer,
	endpoint: object,
	headers = type,
): Promise<{code: number | null; rows: unknown[]; stderr: string}> {
	await using api = await server({
		path: '/a',
		respond: {base64: Buffer.from(body).toString('base64'), headers},
	});
	await using place = await workspace({'sluice.json': config(api.url, [single('a', {endpoint})])});
	const {code, stdout, stderr} = await place.sluice(['read', 'a', '-q']);
	return {
		code,
		stderr,
		rows: stdout
			.split('\n')
			.filter(Boolean)
			.map(line => JSON.parse(line)),
	};
}

test('they are a failure that names the word and the way out, and is not tried again', async () => {
	for (const [body, word] of [
		[`{"data": [${row}]}`, 'NaN'],
		['{"data": [{"v": -Infinity}]}', '-Infinity'],
		['{"data": [Infinity]}', 'Infinity'],
	] as const) {
		const {code, stderr} = await read(body, {});
		equal(code, 1);
		match(
			stderr,
			new RegExp(`answered 200 with ${word} in place of a value \\(application/json\\)\\. JSON has no such`),
		);
		match(stderr, /set endpoint\.non_finite: as_null, or as_text/);
	}
	const lines = await read(
		`{"id":1}\n${row}\n`,
		{format: 'jsonl', data_selector: '$'},
		{'content-type': 'application/x-ndjson'},
	);
	match(lines.stderr, /broken JSON Lines .*: line 2: found: NaN\. JSON has no such number/);
	const csv = await read('a\nNaN\n', {format: 'csv', non_finite: 'as_null', data_selector: '$'});
	equal(csv.code, 2);
	match(csv.stderr, /non_finite is for JSON/);
});

test('they are null or a text where the config says so, and texts with such words stay as they are', async () => {
	deepEqual((await read(`{"data": [${row}]}`, {non_finite: 'as_null'})).rows, [asNull]);
	deepEqual((await read(`{"data": [${row}]}`, {non_finite: 'as_text'})).rows, [asText]);
	const zipped = gzipSync(`{"data": [${row}]}`);
	deepEqual((await read(zipped, {non_finite: 'as_null'})).rows, [asNull]);
	const lines = `${row}\n${row}\n`;
	deepEqual(
		(
			await read(
				lines,
				{non_finite: 'as_null', format: 'jsonl', data_selector: '$'},
				{'content-type': 'text/plain'},
			)
		).rows,
		[asNull, asNull],
	);
	// A word that only begins like one stays what it was: no JSON.
	equal((await read('{"data": [NaNa]}', {non_finite: 'as_null'})).code, 1);
});

test('they are named in a body that is read in slices, and replaced wherever a chunk ends', async () => {
	const many = Array.from({length: 60_000}, (_, id) => `{"id": ${id}, "v": "${'x'.repeat(80)}"}`);
	const body = `{"data": [${[...many, row].join(', ')}]}`;
	const refused = await read(body, {});
	equal(refused.code, 1);
	match(refused.stderr, /with NaN in place of a value/);
	const {rows} = await read(body, {non_finite: 'as_null'});
	equal(rows.length, many.length + 1);
	deepEqual(rows.at(-1), asNull);
	for (let size = 1; size < 15; size++) {
		const text = Buffer.from(`[${row},-Infinity]`);
		async function* chunks(): AsyncGenerator<Uint8Array> {
			for (let at = 0; at < text.length; at += size) yield text.subarray(at, at + size);
		}
		const response = {method: 'GET', status: 200, headers: {}, url: new URL('http://x'), body: chunks()};
		const gather = async () => ({chunks: [], isAll: false as const});
		const parts = withNonFinite('as_null')(
			{...response, gather} as never,
			{maxBodyBytes: 1e6, streamAboveBytes: 1e6} as never,
		);
		for await (const {value} of parts) deepEqual(value, [asNull, null], `chunks of ${size}`);
	}
});
