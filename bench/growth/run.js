/** Does a row cost more when there are many? */
import {environment, markdown, measure} from '../measure.js';
import {startBenchServer} from '../server.js';

const FEW = 100_000;
const PAGE = 1000;

/** @param {import('../run.js').Bench} bench */
export async function run({rounds, rows = 5_000_000, cli, report}) {
	if (rows <= FEW) throw new Error(`growth: compares with ${FEW} rows, so --rows must be more`);
	const server = await startBenchServer({rows, page: PAGE});
	const args = [cli, 'read', 'keyed', '--config', 'bench/sluice.yaml', '--quiet'];
	const paging = ['--set', `resources.keyed.endpoint.paginator.limit=${PAGE}`];
	const sizes = [PAGE, FEW, rows];
	try {
		const results = await measure(
			sizes.map(count => ({
				name: `${count.toLocaleString('en')} rows`,
				args: [...args, ...paging, '--limit', String(count)],
				env: {BENCH_URL: server.url},
			})),
			{rounds: Math.min(rounds, 3), timeoutMs: 600_000, warmUp: false},
		);
		const [start = [], few = [], many = []] = results.map(({costs}) =>
			costs.map(({cpuSeconds}) => cpuSeconds),
		);
		const net = (/** @type {number[]} */ costs, /** @type {number} */ count) =>
			costs.map((cost, round) => (cost - (start[round] ?? Number.NaN)) / (count - PAGE));
		const base = net(few, FEW);
		const ratios = net(many, rows).map((cost, round) => cost / (base[round] ?? Number.NaN));
		const sorted = ratios.sort((a, b) => a - b).map(ratio => ratio.toFixed(2));
		const verdict = `Net of the first page, a row of the most costs **${sorted[sorted.length >> 1]} times** the CPU of a row of ${FEW.toLocaleString('en')} (${sorted[0]}–${sorted.at(-1)}).`;
		await report(
			`${PAGE.toLocaleString('en')} rows a page. ${environment(results)}`,
			`${markdown(results)}\n${verdict}\n`,
		);
	} finally {
		await server.close();
	}
}
