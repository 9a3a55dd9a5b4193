/** What does reading a paged API cost, against the least that it can cost, and against the same work by others? */
import {rm} from 'node:fs/promises';
import {join} from 'node:path';
import {environment, markdown, measure} from '../measure.js';
import {dlt, faucet, missing} from '../peers.js';
import {startBenchServer} from '../server.js';

/** @param {import('../run.js').Bench} bench */
export async function run({rounds, rows = 200_000, folder, cli, report}) {
	const shapes = [
		{rows, page: 100, rounds, withPeers: true},
		{rows, page: 1000, rounds, withPeers: true},
		// Long enough that start-up and cold code no longer count.
		{rows: rows * 5, page: 100, rounds: Math.min(rounds, 3), withPeers: false},
	];
	let tables = '';
	for (const {rows, page, rounds, withPeers} of shapes) {
		const server = await startBenchServer({rows, page});
		const {url} = server;
		const env = {BENCH_URL: url};
		const config = (/** @type {string} */ name) => [
			'--config',
			'bench/sluice.yaml',
			'--quiet',
			'--set',
			`resources.${name}.endpoint.paginator.limit=${page}`,
		];
		const limit = ['--limit', String(page)];
		const output = join(folder, 'sluice');
		const runInto = (/** @type {'jsonl' | 'parquet'} */ format) => ({
			args: [cli, 'run', 'keyed', '--output', output, '--format', format, ...config('keyed')],
			env,
			before: () => rm(output, {recursive: true, force: true}),
		});
		const peers = (/** @type {'jsonl' | 'parquet'} */ format) => {
			const task = {url, rows, page, folder, format};
			// dlt takes longer than all others together, and its rounds are alike.
			return withPeers
				? [...dlt(task).map(variant => ({...variant, rounds: Math.min(rounds, 2)})), ...faucet(task)]
				: [];
		};
		try {
			const results = await measure(
				[
					{name: 'floor: undici, JSON.parse, JSON.stringify, write', args: ['bench/floor.js', url, ...limit]},
					{name: 'sluice read → JSONL', args: [cli, 'read', 'plain', ...config('plain')], env},
					{
						name: 'sluice read → JSONL, normalized and de-duplicated',
						args: [cli, 'read', 'keyed', ...config('keyed')],
						env,
					},
					{name: 'sluice run → JSONL files, normalized and de-duplicated', ...runInto('jsonl')},
					...peers('jsonl'),
					{
						name: 'floor: undici, JSON.parse, bare Parquet encoder',
						args: ['bench/floor-parquet.js', url, join(folder, 'floor.parquet'), ...limit],
					},
					{name: 'sluice run → Parquet, normalized and de-duplicated', ...runInto('parquet')},
					...peers('parquet'),
				],
				{rounds, timeoutMs: 600_000},
			);
			tables += `${rows.toLocaleString('en')} rows, ${page} a page. ${environment(results)}\n\n${markdown(results, {rows})}\n`;
		} finally {
			await server.close();
		}
	}
	tables += missing('DLT_PYTHON', 'FAUCET');
	await report('Rows of 12 columns and 370 bytes, no latency.', tables);
}
