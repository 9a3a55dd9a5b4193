/** The same work by other tools, for whoever has them: `DLT_PYTHON` names a Python with `dlt[parquet]`, `FAUCET` the program of faucet-stream. */
import {mkdir, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';

/**
 * Reads all rows of the bench server, in pages of `page`, into files of `format` below `folder`.
 * @typedef {{url: string, page: number, folder: string, format: 'jsonl' | 'parquet'}} Task
 */

/** @typedef {import('./measure.js').Variant} Variant */

const labels = {jsonl: 'JSONL', parquet: 'Parquet'};

/** No variant where the tool is not there. @type {(task: Task) => Variant[]} */
export function dlt({url, page, folder, format}) {
	const program = process.env.DLT_PYTHON;
	if (!program) return [];
	const own = join(folder, `dlt-${format}`);
	const args = [join(import.meta.dirname, 'read_with_dlt.py'), url, own, format, String(page)];
	return [{name: `dlt → ${labels[format]} files, typed`, program, args, before: () => anew(own)}];
}

/** No variant where the tool is not there. @type {(task: Task) => Variant[]} */
export function faucet({url, page, folder, format}) {
	const program = process.env.FAUCET;
	if (!program) return [];
	const own = join(folder, `faucet-${format}`);
	const pagination = {type: 'Offset', offset_param: 'offset', limit_param: 'limit', limit: page, total_path: '$.total'};
	const source = {type: 'rest', config: {base_url: url, path: '/rows', records_path: '$.data[*]', pagination}};
	const sink = {type: 'file', config: {path: join(own, `rows.${format}`)}};
	const config = join(own, 'config.json');
	const before = async () => {
		await anew(own);
		await writeFile(config, JSON.stringify({version: 1, name: 'bench', pipeline: {source, sink}}));
	};
	return [{name: `faucet-stream → ${labels[format]} file`, program, args: ['run', config], before}];
}

/** What to say below a table that lacks them. @type {(...variables: ('DLT_PYTHON' | 'FAUCET')[]) => string} */
export function missing(...variables) {
	const notes = {
		DLT_PYTHON: 'dlt was not measured: `DLT_PYTHON` names no Python that has it.\n\n',
		FAUCET: 'faucet-stream was not measured: `FAUCET` does not name its program.\n\n',
	};
	return variables.map(name => (process.env[name] ? '' : notes[name])).join('');
}

/** @type {(folder: string) => Promise<void>} */
async function anew(folder) {
	await rm(folder, {recursive: true, force: true});
	await mkdir(folder, {recursive: true});
}
