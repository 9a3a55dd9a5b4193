/** What does an expression cost for each record? */
import {join} from 'node:path';
import {build} from 'esbuild';
import {environment, measure} from '../measure.js';
import {expressions} from './expressions.js';

// Their interpreter knows no such functions and methods.
const notTheirs = ['time', 'chain'];

/** @param {import('../run.js').Bench} bench */
export async function run({rounds, rows = 300_000, folder, report}) {
	const module = join(folder, 'template.mjs');
	await build({
		stdin: {
			contents: `export {Template} from './src/template/template.ts';
				export {Template as Theirs} from '@huggingface/jinja';`,
			resolveDir: process.cwd(),
		},
		bundle: true,
		platform: 'node',
		format: 'esm',
		outfile: module,
		logLevel: 'warning',
	});
	const ways = ['none', 'value', 'literal', 'theirs'];
	const variants = Object.keys(expressions).flatMap(name =>
		ways
			.filter(way => way !== 'theirs' || !notTheirs.includes(name))
			.map(way => ({
				name: `${name} ${way}`,
				args: ['bench/template/evaluate.js', module, name, way, String(rows)],
			})),
	);
	const results = await measure(variants, {rounds});
	/** @type {(name: string) => number | undefined} */
	const secondsOf = name => {
		const costs = results.find(result => result.name === name)?.costs.map(cost => cost.cpuSeconds);
		return costs?.sort((a, b) => a - b)[costs.length >> 1];
	};
	/** @type {(name: string, way: string) => string} */
	const micros = (name, way) => {
		const [whole, floor] = [secondsOf(`${name} ${way}`), secondsOf(`${name} none`)];
		return whole === undefined || floor === undefined ? '–' : (((whole - floor) / rows) * 1e6).toFixed(2);
	};
	const lines = Object.entries(expressions).map(
		([name, text]) =>
			`| \`${text.replaceAll('|', '\\|')}\` | ${['value', 'literal', 'theirs'].map(way => micros(name, way)).join(' | ')} |\n`,
	);
	const head =
		'| expression | value, µs | as Airbyte reads it, µs | @huggingface/jinja, µs |\n| --- | --: | --: | --: |\n';
	await report(`${environment(results)} ${rows.toLocaleString('en')} records.`, head + lines.join(''));
}
