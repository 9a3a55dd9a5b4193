/** `npm run bench [-- cpu parquet memory merge] [--rounds 5] [--rows 200000]`: measures, prints tables, and writes bench/<question>/RESULTS.md. */
import {execFile} from 'node:child_process';
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {parseArgs, promisify} from 'node:util';
import {environment, markdown, measure} from './measure.js';
import {startBenchServer} from './server.js';

const {values, positionals} = parseArgs({
	allowPositionals: true,
	options: {rounds: {type: 'string', default: '5'}, rows: {type: 'string', default: '200000'}},
});
const rounds = Number(values.rounds);
const rows = Number(values.rows);
const cli = 'dist/src/cli/main.js';
const folder = await mkdtemp(join(tmpdir(), 'sluice-bench-'));

/** @type {Record<string, () => Promise<void>>} */
const questions = {
	/** What does reading a paged API cost, against the least that it can cost? */
	async cpu() {
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
		await report('cpu', 'Rows of 12 columns and 370 bytes, no latency.', tables);
	},

	/** What does writing Parquet cost, against parquetjs-lite's own writer? */
	async parquet() {
		const count = String(Math.min(rows, 100_000));
		const variants = ['none', 'sluice', 'parquetjs-lite'].map(name => ({
			name: name === 'none' ? 'making the rows, writing nothing' : name,
			args: ['bench/parquet/write.js', name, count, join(folder, `${name}.parquet`)],
		}));
		const results = await measure(variants, {rounds});
		const net = results.map(({costs}) => costs.map((cost, i) => cost.cpuSeconds - (results[0]?.costs[i]?.cpuSeconds ?? 0)));
		const ratios = (net[2] ?? []).map((theirs, i) => theirs / (net[1]?.[i] ?? Number.NaN)).sort((a, b) => a - b);
		const middle = ratios[ratios.length >> 1] ?? Number.NaN;
		const verdict = `Net of making the rows, parquetjs-lite's writer takes **${middle.toFixed(1)} times** the CPU (${ratios[0]?.toFixed(1)}–${ratios.at(-1)?.toFixed(1)}).`;
		await report(
			'parquet',
			`${environment(results)} ${Number(count).toLocaleString('en')} rows of 12 columns.`,
			`${markdown(results, {rows: Number(count)})}\n${verdict}\n`,
		);
	},

	/** How much memory does one huge body take? */
	async memory() {
		const server = await startBenchServer({rows: 1000});
		try {
			const args = ['--config', 'bench/sluice.yaml', '--quiet'];
			const results = await measure(
				[
					{name: 'sluice read → JSONL, one body of 300 MB', args: [cli, 'read', 'huge', ...args], env: {BENCH_URL: server.url}},
					{
						name: 'sluice run → Parquet, one body of 300 MB',
						args: [cli, 'run', 'huge', '--output', folder, ...args],
						env: {BENCH_URL: server.url},
					},
				],
				{rounds: Math.min(rounds, 3), timeoutMs: 300_000},
			);
			await report('memory', environment(results), markdown(results));
		} finally {
			await server.close();
		}
	},

	/** What does merging a tenth of new rows into a dataset cost? */
	async merge() {
		// Large enough that the parts do not fit in memory.
		const count = String(rows * 25);
		await promisify(execFile)(process.execPath, ['bench/merge/make.js', count, folder]);
		const script = (/** @type {string[]} */ ...args) => ['bench/merge/merge.js', ...args];
		const results = await measure(
			[
				{name: 'find the rows, JavaScript', args: script('javascript', count, 'scattered', folder, 'find')},
				{name: 'find the rows, DuckDB', args: script('duckdb', count, 'scattered', folder, 'find')},
				{name: 'merge by DuckDB, updates among the last rows', args: script('duckdb', count, 'recent', folder)},
				{name: 'merge by DuckDB, updates in every row group', args: script('duckdb', count, 'scattered', folder)},
			],
			{rounds: Math.min(rounds, 3), timeoutMs: 300_000},
		);
		const how = `${Number(count).toLocaleString('en')} rows of 12 columns in ten parts, and a tenth of that to merge into them. ${environment(results)}`;
		await report('merge', how, markdown(results, {rows: Number(count)}));
	},
};

/** Replaces the measured part of a RESULTS.md, which stands between two marks; the words around it are written by people. */
async function report(/** @type {string} */ question, /** @type {string} */ how, /** @type {string} */ tables) {
	process.stdout.write(`\n## ${question}\n\n${how}\n\n${tables}`);
	const path = join(import.meta.dirname, question, 'RESULTS.md');
	const text = await readFile(path, 'utf8');
	const measured = `<!-- measured -->\n${how}\n\n${tables}<!-- /measured -->`;
	await writeFile(
		path,
		text.replace(/<!-- measured -->[\s\S]*<!-- \/measured -->/, () => measured),
	);
}

try {
	for (const name of positionals.length > 0 ? positionals : Object.keys(questions)) {
		const question = questions[name];
		if (!question) throw new Error(`bench: no question ${name}; there are: ${Object.keys(questions).join(', ')}`);
		await question();
	}
} finally {
	await rm(folder, {recursive: true, force: true});
}
