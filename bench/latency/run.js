/** How long does a paged API take whose answers take their time? */
import {createHash} from 'node:crypto';
import {createReadStream} from 'node:fs';
import {join} from 'node:path';
import {pipeline} from 'node:stream/promises';
import {environment, markdown, measure} from '../measure.js';
import {dlt, missing} from '../peers.js';
import {startBenchServer} from '../server.js';

/** `undefined`: out of the box. */
const CONCURRENCIES = [1, undefined, 10, 20];

/** @param {import('../run.js').Bench} bench */
export async function run({rounds, rows = 50_000, folder, cli, report}) {
	let tables = '';
	for (const latencyMs of [50, 200]) {
		const server = await startBenchServer({rows, page: 100, latencyMs});
		const env = {BENCH_URL: server.url};
		const fileOf = (/** @type {number | undefined} */ concurrency) =>
			join(folder, `latency-${concurrency ?? 'found'}.jsonl`);
		const read = (/** @type {number | undefined} */ concurrency) => ({
			name: concurrency ? `sluice read, concurrency ${concurrency}` : 'sluice read, out of the box',
			args: [
				...[cli, 'read', 'plain', '--config', 'bench/sluice.yaml', '--quiet'],
				...(concurrency ? ['--set', `client.concurrency=${concurrency}`] : []),
				...['--output', fileOf(concurrency)],
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
			const timesOf = fasterThanAlone(results);
			tables += `${latencyMs} ms before each answer. ${environment(results)} The files of all concurrencies have the same bytes.\n\n${markdown(results, {rows})}\n${timesOf}\n\n`;
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

/** How many times as fast as one request at a time it is out of the box, round by round. */
/** @type {(results: Awaited<ReturnType<typeof measure>>) => string} */
function fasterThanAlone(results) {
	const wallsOf = (/** @type {string} */ end) =>
		results.find(({name}) => name.endsWith(end))?.costs.map(({wallSeconds}) => wallSeconds) ?? [];
	const alone = wallsOf('concurrency 1');
	const times = wallsOf('out of the box')
		.map((wall, round) => (alone[round] ?? Number.NaN) / wall)
		.sort((a, b) => a - b)
		.map(ratio => ratio.toFixed(1));
	return `Out of the box it is **${times[times.length >> 1]} times** as fast as with a concurrency of 1 (${times[0]}–${times.at(-1)}).`;
}
