/**
 * Compares programs by what they cost: each runs in a process of its own, in turns (A B C, A B C, …), so that a busy
 * spell of the machine hits all alike. CPU time, its own and the kernel's, is the figure to trust; wall time depends on the machine's
 * other work. By hand: `node bench/measure.js --rounds 5 'floor: bench/floor.js http://…' 'sluice: dist/src/cli/main.js run'`.
 */
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {cpus} from 'node:os';
import {join} from 'node:path';
import {text} from 'node:stream/consumers';
import {pathToFileURL} from 'node:url';
import {parseArgs} from 'node:util';

/**
 * @typedef {object} Variant
 * @property {string} name
 * @property {string[]} args A Node script and its arguments; those of `program` where there is one.
 * @property {string} [program] Runs instead of Node, under usage.py: what it and its children use is counted.
 * @property {number} [rounds] Fewer than the others: the last rounds go without it.
 * @property {NodeJS.ProcessEnv} [env] Added to this process's own.
 * @property {() => unknown} [before] Awaited before each run, outside of the measurement: removes the last run's output.
 * @property {() => unknown} [after] Awaited after each run, outside of the measurement too: throws if the work was not done.
 */

/** @typedef {{cpuSeconds: number, wallSeconds: number, peakMegabytes: number}} Cost */
/** @typedef {{name: string, costs: Cost[]}} Result One cost per round. */

const ofNode = ['--import', pathToFileURL(`${import.meta.dirname}/usage.js`).href];
const ofOthers = join(import.meta.dirname, 'usage.py');

/**
 * @param {Variant[]} variants
 * @param {{rounds?: number, timeoutMs?: number, warmUp?: boolean}} [options] A run that takes longer than `timeoutMs` (default 120,000) is killed
 * and fails the measurement. One more round, the first, is not counted unless `warmUp` is false: it warms the file cache. Rounds: 5 by default.
 * @returns {Promise<Result[]>}
 */
export async function measure(variants, {rounds = 5, timeoutMs = 120_000, warmUp = true} = {}) {
	const results = variants.map(({name}) => ({name, costs: /** @type {Cost[]} */ ([])}));
	for (let round = warmUp ? 0 : 1; round <= rounds; round++) {
		for (const [index, variant] of variants.entries()) {
			if (round > (variant.rounds ?? rounds)) continue;
			await variant.before?.();
			const cost = await run(variant, timeoutMs);
			await variant.after?.();
			if (round > 0) results[index]?.costs.push(cost);
		}
	}
	return results;
}

/** @type {(variant: Variant, timeoutMs: number) => Promise<Cost>} */
async function run({name, args, program, env}, timeoutMs) {
	const started = performance.now();
	const [command, ...rest] =
		program === undefined ? [process.execPath, ...ofNode] : ['python3', ofOthers, program];
	const child = spawn(command, [...rest, ...args], {
		env: {...process.env, ...env, BENCH_USAGE_FD: '3'},
		// Output goes nowhere, at no cost to the program; errors are kept for the message.
		stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
		timeout: timeoutMs,
		// Killed, usage.py would leave its program behind; interrupted, it ends it.
		killSignal: program === undefined ? 'SIGKILL' : 'SIGINT',
	});
	const [report, complaints, [code, signal]] = await Promise.all([
		text(/** @type {import('node:stream').Readable} */ (child.stdio[3])),
		text(/** @type {import('node:stream').Readable} */ (child.stderr)),
		once(child, 'exit'),
	]);
	const wallSeconds = (performance.now() - started) / 1000;
	if (code !== 0 || report === '') {
		throw new Error(
			`${name}: ended with ${signal ?? code} after ${wallSeconds.toFixed(1)} s: ${complaints.slice(-2000)}`,
		);
	}
	/** @type {NodeJS.ResourceUsage & {wallSeconds?: number}} */
	const used = JSON.parse(report);
	return {
		cpuSeconds: (used.userCPUTime + used.systemCPUTime) / 1e6,
		wallSeconds: used.wallSeconds ?? wallSeconds,
		peakMegabytes: (used.maxRSS * 1024) / 1e6,
	};
}

/**
 * A markdown table of medians with their range; ratios are against the first variant.
 * @param {Result[]} results
 * @param {{rows?: number}} [options] With the number of rows that each run handles, rows per CPU second are told.
 */
export function markdown(results, {rows} = {}) {
	const base = results[0];
	if (!base) return '';
	const heads = [
		'variant',
		'CPU s',
		'ratio',
		...(rows ? ['rows per CPU s'] : []),
		'wall s',
		'ratio',
		'peak RSS MB',
		'ratio',
	];
	const lines = results.map(({name, costs}) => {
		/** @type {(key: keyof Cost, digits: number) => string[]} */
		const cells = (key, digits) => {
			const values = costs.map(cost => cost[key]);
			const middle = median(values);
			const ratio = middle / median(base.costs.map(cost => cost[key]));
			return [
				`${middle.toFixed(digits)} (${Math.min(...values).toFixed(digits)}–${Math.max(...values).toFixed(digits)})`,
				ratio.toFixed(2),
			];
		};
		const pace = rows
			? [Math.round(rows / median(costs.map(cost => cost.cpuSeconds))).toLocaleString('en')]
			: [];
		const isShort = costs.length < base.costs.length;
		const label = isShort ? `${name} (${costs.length} rounds)` : name;
		return [
			label,
			...cells('cpuSeconds', 2),
			...pace,
			...cells('wallSeconds', 2),
			...cells('peakMegabytes', 0),
		];
	});
	const rule = heads.map((_, index) => (index === 0 ? '---' : '--:'));
	return [heads, rule, ...lines].map(cells => `| ${cells.join(' | ')} |\n`).join('');
}

/** Where and how it was measured, for the line above the table. @type {(results: Result[]) => string} */
export function environment(results) {
	const model = cpus()[0]?.model.trim() ?? 'unknown processor';
	const rounds = results[0]?.costs.length ?? 0;
	return `Node ${process.versions.node}, ${cpus().length} × ${model}; median of ${rounds} interleaved rounds (least–most).`;
}

/** @type {(values: number[]) => number} */
function median(values) {
	const sorted = values.toSorted((a, b) => a - b);
	const middle = sorted.length >> 1;
	const upper = sorted[middle] ?? Number.NaN;
	return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

if (process.argv[1] === import.meta.filename) {
	const {values, positionals} = parseArgs({
		allowPositionals: true,
		options: {rounds: {type: 'string', default: '5'}, rows: {type: 'string'}},
	});
	const variants = positionals.map(text => {
		const [name = '', command] = text.split(/: +/);
		if (!command) throw new Error(`a variant is 'name: script.js arguments', not ${JSON.stringify(text)}`);
		return {name, args: command.trim().split(/ +/)};
	});
	try {
		const results = await measure(variants, {rounds: Number(values.rounds)});
		process.stdout.write(
			`${environment(results)}\n\n${markdown(results, values.rows ? {rows: Number(values.rows)} : {})}`,
		);
	} catch (error) {
		process.stderr.write(`measure: ${error instanceof Error ? error.message : error}\n`);
		process.exitCode = 1;
	}
}
