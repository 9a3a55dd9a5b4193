/**
 * The least that reading a paged API into JSON lines can cost: undici, JSON.parse, JSON.stringify, write; one page after
 * the other, no checks. `node bench/floor.js http://127.0.0.1:8081 [--limit 100] [--out rows.jsonl]`; without `--out`, to stdout.
 */
import {once} from 'node:events';
import {createWriteStream} from 'node:fs';
import {finished} from 'node:stream/promises';
import {parseArgs} from 'node:util';
import {Pool} from 'undici';

const {values, positionals} = parseArgs({
	allowPositionals: true,
	options: {limit: {type: 'string', default: '100'}, out: {type: 'string'}},
});
const [url] = positionals;
if (!url) throw new Error('floor: give the address of the bench server');

const pool = new Pool(url);
const output = values.out ? createWriteStream(values.out) : process.stdout;
const limit = Number(values.limit);

let total = Infinity;
for (let offset = 0; offset < total; ) {
	const {statusCode, body} = await pool.request({
		method: 'GET',
		path: `/rows?offset=${offset}&limit=${limit}`,
	});
	const page = JSON.parse(await body.text());
	if (statusCode !== 200) throw new Error(`floor: status ${statusCode}: ${JSON.stringify(page)}`);
	if (page.data.length === 0) break;
	let lines = '';
	for (const record of page.data) lines += `${JSON.stringify(record)}\n`;
	if (!output.write(lines)) await once(output, 'drain');
	total = page.total;
	offset += page.data.length;
}
await pool.close();
if (values.out) {
	output.end();
	await finished(output);
}
