/** What does each target cost beside a folder? */
import {rm} from 'node:fs/promises';
import {join} from 'node:path';
import {environment, markdown, measure} from '../measure.js';
import {startBenchServer} from '../server.js';

/** Addresses of servers; a target whose variable is absent is left out. */
const servers = {
	BENCH_POSTGRES: 'PostgreSQL',
	BENCH_S3: 'files in S3',
	BENCH_GCS: 'files in Google Cloud Storage',
	BENCH_AZURE: 'files in Azure',
};

/** @param {import('../run.js').Bench} bench */
export async function run({rounds, rows = 200_000, folder, cli, report}) {
	const server = await startBenchServer({rows, page: 100});
	const local = {
		'a folder': join(folder, 'folder'),
		'Delta tables in a folder': `delta:${join(folder, 'delta')}`,
		'a file of DuckDB': `duckdb:${join(folder, 'file.db')}`,
	};
	const places = {...local, ...remote()};
	try {
		const variants = Object.entries(places).flatMap(([name, output]) =>
			['append', 'merge'].map(how => ({
				name: `${name}, ${how}`,
				args: [
					...[cli, 'run', 'keyed', '--config', 'bench/sluice.yaml', '--quiet', '--output', output],
					...['--set', `resources[1].write_disposition=${how}`, '--set', `resources[1].table_name=${how}`],
					...['--set', `output.spool=${join(folder, 'spool')}`, ...optionsOf(name)],
				],
				env: {BENCH_URL: server.url, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true'},
			})),
		);
		const results = await measure(variants, {rounds: Math.min(rounds, 3), timeoutMs: 600_000, warmUp: false});
		const left = Object.keys(servers).filter(name => !process.env[name]);
		const without = left.length > 0 ? `\nWithout ${left.join(', ')}: not set.\n` : '';
		await report(
			`${environment(results)} ${rows.toLocaleString('en')} rows of 12 columns, 100 a page; each round adds them, or merges them into those of before.`,
			`${markdown(results, {rows})}${without}`,
		);
	} finally {
		await server.close();
		await rm(folder, {recursive: true, force: true});
	}
}

/** @returns {Record<string, string>} */
function remote() {
	const [postgres, s3, gcs, azure] = Object.keys(servers).map(name => process.env[name]);
	return {
		...(postgres && {[servers.BENCH_POSTGRES]: postgres}),
		...(s3 && {[servers.BENCH_S3]: 's3://lake/bench'}),
		...(gcs && {[servers.BENCH_GCS]: 'gs://lake/bench'}),
		...(azure && {[servers.BENCH_AZURE]: 'az://lake/bench'}),
	};
}

/** @type {(name: string) => string[]} */
function optionsOf(name) {
	const [, s3, gcs, azure] = Object.keys(servers).map(each => process.env[each]);
	const of = (/** @type {string} */ type, /** @type {string | undefined} */ endpoint) => [
		...['--set', `output.target={"type":"${type}","endpoint":"${endpoint}"}`],
	];
	if (name === servers.BENCH_S3) return of('s3', s3);
	if (name === servers.BENCH_GCS) return of('gs', gcs);
	return name === servers.BENCH_AZURE ? of('az', azure) : [];
}
