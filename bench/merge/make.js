/** Writes the parts to merge: `node bench/merge/make.js ROWS FOLDER`. Ten parts of ROWS together; new ones of a tenth of that, half of them updates. */
import {join} from 'node:path';
import {parquetFormat} from '../../dist/src/exports/formats.js';
import {fileOutput} from '../../dist/src/exports/sinks.js';
import {row} from '../data.js';
import {schema} from '../schema.js';

const [count, folder] = process.argv.slice(2);
if (!count || !folder) throw new Error('make: give a number of rows and a folder');
const rows = Number(count);
const PARTS = 10;
const PAGE = 100;

const each = rows / PARTS;
for (let part = 0; part < PARTS; part++) await write(`base-${part}`, each, i => row(part * each + i));
const half = each / 2;
// Updates of rows all over, or of the last ones only; then rows that are new.
await write('delta-scattered', each, i => row(i < half ? i * (rows / half) : rows + i));
await write('delta-recent', each, i => row(i < half ? rows - half + i : rows + i));

/** @type {(name: string, count: number, at: (index: number) => any) => Promise<void>} */
async function write(name, count, at) {
	const output = fileOutput(join(/** @type {string} */ (folder), `${name}.parquet`));
	await output.open();
	const encoder = parquetFormat().encoder(output);
	for (let first = 0; first < count; first += PAGE) {
		const records = Array.from({length: Math.min(PAGE, count - first)}, (_, i) => at(first + i));
		await encoder.write({resource: 'rows', number: first / PAGE, records, schema});
	}
	await encoder.finish();
	await output.close();
}
