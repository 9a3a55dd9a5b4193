/** How much of a server's quota is used, and how often does it have to refuse? */
import {execFile} from 'node:child_process';
import {promisify} from 'node:util';
import {startLimitedServer} from './server.js';

const MOST = 60;
const LESS = 55;
const SECOND_MS = 1000;
// What came before counts as finding out.
const STEADY_MS = 2000;
const CONCURRENCY = 10;
const LATENCY_MS = 50;

/** @typedef {{at: number, isAllowed: boolean}} Seen */

/** @param {import('../run.js').Bench} bench */
export async function run({rounds, rows = 120_000, cli, report}) {
	const lines = [];
	for (const kind of /** @type {const} */ (['window', 'rolling'])) {
		const server = await startLimitedServer({kind, most: MOST, rows, latencyMs: LATENCY_MS});
		const args = [
			'read',
			'plain',
			'--config',
			'bench/sluice.yaml',
			'--quiet',
			'--set',
			`client.concurrency=${CONCURRENCY}`,
		];
		const variants = [
			{name: 'found out', args},
			...[MOST, LESS].map(requests => ({
				name: `rate_limit: {requests: ${requests}, per: 1}`,
				args: [...args, '--set', `client.rate_limit={requests: ${requests}, per: 1}`],
			})),
		];
		/** @type {Map<string, ReturnType<typeof figures>[]>} */
		const found = new Map(variants.map(({name}) => [name, []]));
		try {
			for (let round = 0; round < Math.min(rounds, 3); round++) {
				for (const {name, args} of variants) {
					const env = {...process.env, BENCH_URL: server.url};
					await promisify(execFile)(process.execPath, [cli, ...args], {
						env,
						maxBuffer: 2 ** 30,
						timeout: 120_000,
					});
					found.get(name)?.push(figures(server.take()));
				}
			}
		} finally {
			await server.close();
		}
		for (const [name, rounds] of found) {
			const cell = (/** @type {keyof ReturnType<typeof figures>} */ key) =>
				range(rounds.map(each => each[key]));
			lines.push(
				`| ${kind} | ${name} | ${cell('worst')} | ${cell('refused')} | ${cell('refusedLater')} | ${cell('used')} |`,
			);
		}
	}
	const how = `Node ${process.versions.node}; ${MOST} requests a second, ${LATENCY_MS} ms an answer, ${rows / 100} requests, concurrency ${CONCURRENCY}; ${Math.min(rounds, 3)} interleaved rounds, median (least–most).`;
	const heads =
		'| server counts | client | worst rolling second | refused | refused after 2 s | quota used, % |\n| --- | --- | --: | --: | --: | --: |\n';
	await report(how, `${heads}${lines.join('\n')}\n`);
}

/** @type {(seen: readonly Seen[]) => {worst: number, refused: number, refusedLater: number, used: number}} */
function figures(seen) {
	const start = seen[0]?.at ?? 0;
	const end = seen.at(-1)?.at ?? 0;
	let worst = 0;
	let first = 0;
	for (const [last, {at}] of seen.entries()) {
		while (at - (seen[first]?.at ?? at) >= SECOND_MS) first++;
		worst = Math.max(worst, last - first + 1);
	}
	const refused = seen.filter(({isAllowed}) => !isAllowed);
	// Of whole seconds: what the last one would have had time for is not known.
	const seconds = Math.floor((end - start - STEADY_MS) / SECOND_MS);
	const from = start + STEADY_MS;
	const inside = seen.filter(({at, isAllowed}) => isAllowed && at >= from && at < from + seconds * SECOND_MS);
	return {
		worst,
		refused: refused.length,
		refusedLater: refused.filter(({at}) => at >= from).length,
		used: (100 * inside.length) / (seconds * MOST),
	};
}

/** @type {(values: readonly number[]) => string} */
function range(values) {
	const sorted = values.toSorted((a, b) => a - b);
	const [least = Number.NaN, middle = Number.NaN, most = Number.NaN] = [
		sorted[0],
		sorted[sorted.length >> 1],
		sorted.at(-1),
	];
	const shown = (/** @type {number} */ value) => (Number.isInteger(value) ? String(value) : value.toFixed(1));
	return `${shown(middle)} (${shown(least)}–${shown(most)})`;
}
