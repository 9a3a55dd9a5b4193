/**
 * The least that reading a paged API into Parquet can cost: undici, JSON.parse, and the bare encoder with a schema that is
 * told; no normalizing, no de-duplication. `node bench/floor-parquet.js http://127.0.0.1:8081 FILE [--limit 100]`.
 */
import {parseArgs} from 'node:util';
import {Pool} from 'undici';
import {parquetFormat} from '../dist/src/exports/formats.js';
import {fileOutput} from '../dist/src/exports/sinks.js';
import {schema} from './schema.js';

const {values, positionals} = parseArgs({
	allowPositionals: true,
	options: {limit: {type: 'string', default: '100'}},
});
const [url, path] = positionals;
if (!url || !path) throw new Error('floor-parquet: give the address of the bench server and a file');

const pool = new Pool(url);
const output = fileOutput(path);
await output.open();
const encoder = parquetFormat().encoder(output);
const limit = Number(values.limit);

let total = Infinity;
for (let offset = 0, number = 0; offset < total; number++) {
	const {body} = await pool.request({method: 'GET', path: `/rows?offset=${offset}&limit=${limit}`});
	const page = JSON.parse(await body.text());
	if (page.data.length === 0) break;
	await encoder.write({resource: 'rows', number, records: page.data, schema});
	total = page.total;
	offset += page.data.length;
}
await pool.close();
await encoder.finish();
await output.close();
