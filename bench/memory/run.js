/** How much memory does it take: one huge body, and more and more rows? */
import {rm} from 'node:fs/promises';
import {join} from 'node:path';
import {environment, markdown, measure} from '../measure.js';
import {startBenchServer} from '../server.js';

const PAGE = 1000;

/** @param {import('../run.js').Bench} bench */
export async function run({rounds, rows = 10_000_000, folder, cli, report}) {
	const output = join(folder, 'memory');
	const server = await startBenchServer({rows, page: PAGE});
	const env = {BENCH_URL: server.url};
	const common = ['--config', 'bench/sluice.yaml', '--quiet'];
	const paging = ['--set', `resources.plain.endpoint.paginator.limit=${PAGE}`];
	const to = (/** @type {string} */ format) => ['--format', format, '--output', output];
	// Files of the run before would only fill the disk.
	const before = () => rm(output, {recursive: true, force: true});
	const sizes = [...new Set([100_000, 1_000_000, rows].filter(count => count <= rows))];
	try {
		const many = await measure(
			['jsonl', 'parquet'].flatMap(format =>
				sizes.map(count => ({
					name: `sluice run → ${format}, ${count.toLocaleString('en')} rows`,
					args: [cli, 'run', 'plain', ...common, ...paging, ...to(format), '--limit', String(count)],
					env,
					before,
				})),
			),
			{rounds: 1, timeoutMs: 900_000, warmUp: false},
		);
		const huge = await measure(
			[
				{name: 'sluice read → JSONL, one body of 300 MB', args: [cli, 'read', 'huge', ...common], env},
				{
					name: 'sluice run → Parquet, one body of 300 MB',
					args: [cli, 'run', 'huge', ...common, ...to('parquet')],
					env,
					before,
				},
			],
			{rounds: Math.min(rounds, 3), timeoutMs: 300_000, warmUp: false},
		);
		const how = `Rows of 370 bytes, ${PAGE.toLocaleString('en')} a page; then one body. ${environment(many)}`;
		await report(
			how,
			`${markdown(many)}\nMedian of ${huge[0]?.costs.length} rounds (least–most).\n\n${markdown(huge)}`,
		);
	} finally {
		await server.close();
	}
}
