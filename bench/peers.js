/** The same work by other tools, for whoever has them: `DLT_PYTHON` names a Python with `dlt[parquet]`, `FAUCET` the program of faucet-stream. */
import {createReadStream} from 'node:fs';
import {mkdir, readdir, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {asyncBufferFromFile, parquetMetadataAsync} from 'hyparquet';

/**
 * Reads all `rows` of the bench server at `url`, in pages of `page`, into files of `format` below `folder`.
 * @typedef {{url: string, rows: number, page: number, folder: string, format: 'jsonl' | 'parquet'}} Task
 */

/** @typedef {import('./measure.js').Variant} Variant */

const labels = {jsonl: 'JSONL', parquet: 'Parquet'};

/** No variant where the tool is not there. @type {(task: Task) => Variant[]} */
export function dlt(task) {
	const program = process.env.DLT_PYTHON;
	if (!program) return [];
	const {url, page, folder, format} = task;
	const own = join(folder, `dlt-${format}`);
	return [
		{
			name: `dlt → ${labels[format]} files, typed`,
			program,
			args: [join(import.meta.dirname, 'read_with_dlt.py'), url, own, format, String(page)],
			before: () => anew(own),
			after: () => check('dlt', task, join(own, 'files/bench/rows')),
		},
	];
}

/** No variant where the tool is not there. @type {(task: Task) => Variant[]} */
export function faucet(task) {
	const program = process.env.FAUCET;
	if (!program) return [];
	const {url, page, folder, format} = task;
	const own = join(folder, `faucet-${format}`);
	const config = join(own, 'config.json');
	const pagination = {
		type: 'Offset',
		offset_param: 'offset',
		limit_param: 'limit',
		limit: page,
		total_path: '$.total',
	};
	const source = {base_url: url, path: '/rows', records_path: '$.data[*]', pagination, max_pages: null};
	const sink = {path: join(own, `rows.${format}`)};
	const pipeline = {source: {type: 'rest', config: source}, sink: {type: 'file', config: sink}};
	return [
		{
			name: `faucet-stream → ${labels[format]} file`,
			program,
			args: ['run', config],
			before: async () => {
				await anew(own);
				await writeFile(config, JSON.stringify({version: 1, name: 'bench', pipeline}));
			},
			after: () => check('faucet-stream', task, own),
		},
	];
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

/** Whoever reads less takes less. @type {(who: string, task: Task, folder: string) => Promise<void>} */
async function check(who, {rows, format}, folder) {
	let found = 0;
	for (const name of await readdir(folder)) {
		if (name.endsWith(`.${format}`)) found += await rowsOf[format](join(folder, name));
	}
	if (found !== rows) throw new Error(`${who} wrote ${found} rows of ${rows} to ${folder}`);
}

const rowsOf = {
	/** @type {(path: string) => Promise<number>} */
	async jsonl(path) {
		let lines = 0;
		for await (const chunk of createReadStream(path)) for (const byte of chunk) if (byte === 10) lines++;
		return lines;
	},
	/** @type {(path: string) => Promise<number>} */
	async parquet(path) {
		return Number((await parquetMetadataAsync(await asyncBufferFromFile(path))).num_rows);
	},
};
