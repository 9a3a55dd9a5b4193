/** Merges new parts into old: `node bench/merge/merge.js ENGINE ROWS scattered|recent FOLDER [find]`. With `find`, rewrites nothing. */
import {rm} from 'node:fs/promises';
import {join} from 'node:path';
import {parquetFormat} from '../../dist/src/exports/formats.js';
import {fileOutput, supersede} from '../../dist/src/exports/sinks.js';
import {schema} from '../schema.js';

const [engine, count, where, folder, only] = process.argv.slice(2);
if (!engine || !count || !where || !folder)
	throw new Error('merge: give an engine, a number of rows, where the updates are and a folder');
const PARTS = 10;
const rows = Number(count) / PARTS;
const format = parquetFormat();
/** @type {(name: string) => import('../../dist/src/exports/sinks.js').Part} */
const part = name => ({path: join(folder, `${name}.parquet`), rows, schema});

const {dropped, counts} = await supersede({
	base: Array.from({length: PARTS}, (_, i) => part(`base-${i}`)),
	delta: [part(`delta-${where}`)],
	key: ['id'],
	order: 'updated_at',
	format,
	engine: /** @type {'javascript' | 'duckdb'} */ (engine),
});
if (counts.updated !== rows / 2 || counts.inserted !== rows / 2)
	throw new Error(`merge: wrong counts ${JSON.stringify(counts)}`);
if (only !== 'find') {
	for (const [path, set] of dropped) {
		const target = `${path}.merged`;
		await format.without(path, set, fileOutput(target));
		await rm(target);
	}
}
