/** What does it cost to start the program? */
import {environment, markdown, measure} from '../measure.js';

/** @param {import('../run.js').Bench} bench */
export async function run({rounds, cli, report}) {
	const results = await measure(
		[
			{name: 'node -e 0', args: ['-e', '0']},
			{name: 'sluice --version', args: [cli, '--version']},
			{
				name: 'sluice check',
				args: [cli, 'check', '--config', 'bench/sluice.yaml', '--quiet'],
				env: {BENCH_URL: 'http://127.0.0.1'},
			},
		],
		{rounds: rounds * 4},
	);
	await report(environment(results), markdown(results));
}
