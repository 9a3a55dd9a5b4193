/** What does merging a tenth of new rows into a dataset cost? */
import {execFile} from 'node:child_process';
import {promisify} from 'node:util';
import {environment, markdown, measure} from '../measure.js';

/** @param {import('../run.js').Bench} bench */
export async function run({rounds, rows = 200_000, folder, report}) {
	// Large enough that the parts do not fit in memory.
	const count = String(rows * 25);
	await promisify(execFile)(process.execPath, ['bench/merge/make.js', count, folder]);
	const script = (/** @type {string[]} */ ...args) => ['bench/merge/merge.js', ...args];
	const results = await measure(
		[
			{name: 'find the rows, JavaScript', args: script('javascript', count, 'scattered', folder, 'find')},
			{name: 'find the rows, DuckDB', args: script('duckdb', count, 'scattered', folder, 'find')},
			{name: 'merge by DuckDB, updates among the last rows', args: script('duckdb', count, 'recent', folder)},
			{
				name: 'merge by DuckDB, updates in every row group',
				args: script('duckdb', count, 'scattered', folder),
			},
		],
		{rounds: Math.min(rounds, 3), timeoutMs: 300_000},
	);
	const how = `${Number(count).toLocaleString('en')} rows of 12 columns in ten parts, and a tenth of that to merge into them. ${environment(results)}`;
	await report(how, markdown(results, {rows: Number(count)}));
}
