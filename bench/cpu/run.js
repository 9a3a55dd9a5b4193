/** What does reading a paged API cost, against the least that it can cost? */
import {join} from 'node:path';
import {environment, markdown, measure} from '../measure.js';
import {startBenchServer} from '../server.js';

/** @param {import('../run.js').Bench} bench */
export async function run({rounds, rows = 200_000, folder, cli, report}) {
	const shapes = [
		{rows, page: 100, rounds},
		{rows, page: 1000, rounds},
		// Long enough that start-up and cold code no longer count.
		{rows: rows * 5, page: 100, rounds: Math.min(rounds, 3)},
	];
	let tables = '';
	for (const {rows, page, rounds} of shapes) {
		const server = await startBenchServer({rows, page});
		const env = {BENCH_URL: server.url};
		const config = (/** @type {string} */ name) => [
			'--config',
			'bench/sluice.yaml',
			'--quiet',
			'--set',
			`resources.${name}.endpoint.paginator.limit=${page}`,
		];
		const limit = ['--limit', String(page)];
		try {
			const results = await measure(
				[
					{name: 'floor: undici, JSON.parse, JSON.stringify, write', args: ['bench/floor.js', server.url, ...limit]},
					{name: 'sluice read → JSONL', args: [cli, 'read', 'plain', ...config('plain')], env},
					{name: 'sluice read → JSONL, normalized and de-duplicated', args: [cli, 'read', 'keyed', ...config('keyed')], env},
					{
						name: 'floor: undici, JSON.parse, bare Parquet encoder',
						args: ['bench/floor-parquet.js', server.url, join(folder, 'floor.parquet'), ...limit],
					},
					{
						name: 'sluice run → Parquet, normalized and de-duplicated',
						args: [cli, 'run', 'keyed', '--output', folder, ...config('keyed')],
						env,
					},
				],
				{rounds},
			);
			tables += `${rows.toLocaleString('en')} rows, ${page} a page. ${environment(results)}\n\n${markdown(results, {rows})}\n`;
		} finally {
			await server.close();
		}
	}
	await report('Rows of 12 columns and 370 bytes, no latency.', tables);
}
