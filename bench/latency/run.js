/** How long does a paged API take whose answers take their time? */
import {createHash} from 'node:crypto';
import {createReadStream} from 'node:fs';
import {join} from 'node:path';
import {pipeline} from 'node:stream/promises';
import {environment, markdown, measure} from '../measure.js';
import {dlt, missing} from '../peers.js';
import {startBenchServer} from '../server.js';

const CONCURRENCIES = [1, 10, 20];

/** @param {import('../run.js').Bench} bench */
export async function run({rounds, rows = 50_000, folder, cli, report}) {
	let tables = '';
	for (const latencyMs of [50, 200]) {
		const server = await startBenchServer({rows, page: 100, latencyMs});
		const env = {BENCH_URL: server.url};
		const fileOf = (/** @type {number} */ concurrency) => join(folder, `latency-${concurrency}.jsonl`);
		const read = (/** @type {number} */ concurrency) => ({
			name: `sluice read, concurrency ${concurrency}`,
			args: [
				...[cli, 'read', 'plain', '--config', 'bench/sluice.yaml', '--quiet'],
				...['--set', `client.concurrency=${concurrency}`, '--output', fileOf(concurrency)],
			],
			env,
		});
		try {
			const results = await measure(
				[
					{
						name: 'a serial loop: undici, JSON.parse, write',
						args: ['bench/floor.js', server.url, '--out', join(folder, 'loop.jsonl')],
					},
					...CONCURRENCIES.map(read),
					...dlt({url: server.url, rows, page: 100, folder, format: 'jsonl'}),
				],
				{rounds: Math.min(rounds, latencyMs > 100 ? 1 : 3), timeoutMs: 600_000, warmUp: false},
			);
			const digests = await Promise.all(CONCURRENCIES.map(concurrency => digest(fileOf(concurrency))));
			if (new Set(digests).size > 1) throw new Error('latency: the files of different concurrencies differ');
			tables += `${latencyMs} ms before each answer. ${environment(results)} The files of all concurrencies have the same bytes.\n\n${markdown(results, {rows})}\n`;
		} finally {
			await server.close();
		}
	}
	tables += missing('DLT_PYTHON');
	await report(`${rows.toLocaleString('en')} rows, 100 a page.`, tables);
}

/** @type {(path: string) => Promise<string>} */
async function digest(path) {
	const hash = createHash('sha256');
	await pipeline(createReadStream(path), hash);
	return hash.digest('hex');
}
