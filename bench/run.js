/**
 * `npm run bench [-- --only cpu,latency] [--rounds 5] [--rows 200000]`: measures, prints tables, and writes bench/<question>/RESULTS.md.
 * Each question is a folder whose run.js exports `run`.
 */
import {existsSync} from 'node:fs';
import {mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {parseArgs} from 'node:util';

/**
 * @typedef {object} Bench
 * @property {number} rounds
 * @property {number} [rows] Of `--rows`; each question has a number of its own.
 * @property {string} folder For files; removed at the end.
 * @property {string} cli The built command line.
 * @property {(how: string, tables: string) => Promise<void>} report
 */

const {values, positionals} = parseArgs({
	allowPositionals: true,
	options: {
		rounds: {type: 'string', default: '5'},
		rows: {type: 'string'},
		only: {type: 'string', multiple: true},
	},
});
const rounds = countOf('--rounds', values.rounds);
const rows = values.rows === undefined ? undefined : countOf('--rows', values.rows);
const entries = await readdir(import.meta.dirname);
const questions = entries.filter(name => existsSync(join(import.meta.dirname, name, 'run.js'))).sort();
const chosen = [...(values.only ?? []), ...positionals].flatMap(names => names.split(','));
const unknown = chosen.find(name => !questions.includes(name));
if (unknown !== undefined)
	throw new Error(`bench: no question ${unknown}; there are: ${questions.join(', ')}`);

const folder = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
try {
	for (const name of chosen.length > 0 ? chosen : questions) {
		/** @type {{run: (bench: Bench) => Promise<void>}} */
		const {run} = await import(`./${name}/run.js`);
		const report = (/** @type {string} */ how, /** @type {string} */ tables) => reported(name, how, tables);
		await run({rounds, folder, cli: 'dist/src/cli/main.js', report, ...(rows !== undefined && {rows})});
	}
} finally {
	await rm(folder, {recursive: true, force: true});
}

/**
 * Replaces the measured part of a RESULTS.md, which stands between two marks; the words around it are written by people.
 * @type {(question: string, how: string, tables: string) => Promise<void>}
 */
async function reported(question, how, tables) {
	process.stdout.write(`\n## ${question}\n\n${how}\n\n${tables}`);
	const path = join(import.meta.dirname, question, 'RESULTS.md');
	const text = await readFile(path, 'utf8');
	const measured = `<!-- measured -->\n${how}\n\n${tables}<!-- /measured -->`;
	await writeFile(
		path,
		text.replace(/<!-- measured -->[\s\S]*<!-- \/measured -->/, () => measured),
	);
}

/** @type {(flag: string, text: string) => number} */
function countOf(flag, text) {
	const number = Number(text);
	if (Number.isInteger(number) && number >= 1) return number;
	throw new Error(`bench: ${flag} must be a whole number from 1 up, got ${text}`);
}
