/** Writes rows to Parquet with one of two writers: `node bench/parquet/write.js sluice|parquetjs-lite|none ROWS FILE`. */
import {createRequire} from 'node:module';
import {parquetFormat} from '../../dist/src/exports/formats.js';
import {fileOutput} from '../../dist/src/exports/sinks.js';
import {row} from '../data.js';
import {parquetjsSchema, schema} from '../schema.js';

const [writer, count, path] = process.argv.slice(2);
if (!writer || !count || !path) throw new Error('write: give a writer, a number of rows and a file');
const rows = Number(count);
const PAGE = 100;

/** @type {(first: number) => any[]} */
const page = first => Array.from({length: Math.min(PAGE, rows - first)}, (_, i) => row(first + i));

if (writer === 'none') {
	// What making the rows costs by itself: to be taken off the others.
	for (let first = 0; first < rows; first += PAGE) page(first);
} else if (writer === 'sluice') {
	const output = fileOutput(path);
	await output.open();
	const encoder = parquetFormat().encoder(output);
	for (let first = 0; first < rows; first += PAGE)
		await encoder.write({resource: 'rows', number: first / PAGE, records: page(first), schema});
	await encoder.finish();
	await output.close();
} else {
	const {ParquetWriter, ParquetSchema} = createRequire(import.meta.url)('parquetjs-lite');
	const theirs = await ParquetWriter.openFile(new ParquetSchema(parquetjsSchema), path);
	for (let first = 0; first < rows; first += PAGE) {
		for (const record of page(first)) {
			// It takes what it stores: a Date for a timestamp, text for JSON.
			await theirs.appendRow({
				...record,
				created_at: new Date(record.created_at),
				updated_at: new Date(record.updated_at),
				address: JSON.stringify(record.address),
			});
		}
	}
	await theirs.close();
}
