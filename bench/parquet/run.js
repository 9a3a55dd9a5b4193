/** What does writing Parquet cost, against parquetjs-lite's own writer? */
import {join} from 'node:path';
import {environment, markdown, measure} from '../measure.js';

/** @param {import('../run.js').Bench} bench */
export async function run({rounds, rows = 200_000, folder, report}) {
	const count = String(Math.min(rows, 100_000));
	const variants = ['none', 'sluice', 'parquetjs-lite'].map(name => ({
		name: name === 'none' ? 'making the rows, writing nothing' : name,
		args: ['bench/parquet/write.js', name, count, join(folder, `${name}.parquet`)],
	}));
	const results = await measure(variants, {rounds});
	const net = results.map(({costs}) =>
		costs.map((cost, i) => cost.cpuSeconds - (results[0]?.costs[i]?.cpuSeconds ?? 0)),
	);
	const ratios = (net[2] ?? [])
		.map((theirs, i) => theirs / (net[1]?.[i] ?? Number.NaN))
		.sort((a, b) => a - b);
	const middle = ratios[ratios.length >> 1] ?? Number.NaN;
	const verdict = `Net of making the rows, parquetjs-lite's writer takes **${middle.toFixed(1)} times** the CPU (${ratios[0]?.toFixed(1)}–${ratios.at(-1)?.toFixed(1)}).`;
	await report(
		`${environment(results)} ${Number(count).toLocaleString('en')} rows of 12 columns.`,
		`${markdown(results, {rows: Number(count)})}\n${verdict}\n`,
	);
}
