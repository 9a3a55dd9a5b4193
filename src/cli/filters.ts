/**
 * The verbs that read JSON on stdin: `curl … | sluice select data | sluice normalize | sluice dedupe --key id
 * | sluice write x.parquet`.
 */
import {readFile} from 'node:fs/promises';
import type {Transform, Writable} from 'node:stream';
import {ConfigError} from '../core/errors.ts';
import {formatNames} from '../core/format-names.ts';
import {type ContractMode, contractModes, namings, type SchemaDefinition} from '../core/schema.ts';
import {bytes, plural, seconds} from './format.ts';
import {type LogOptions, logger} from './io.ts';
import {list, names, path, rejectsOption, verb, wordOrDash} from './verb.ts';

const schemaOption = {
	...path,
	describe: 'Columns, as sluice schema prints them [default: inferred]',
} as const;
const contractOption = {
	choices: contractModes,
	default: 'evolve',
	describe: 'What to do with a row that does not fit; all but evolve need --schema',
} as const;

interface Way {
	readonly stages: readonly Transform[];
	/** @default JSON Lines on stdout */
	readonly sink?: Writable;
	/** Where refused rows go. */
	readonly rejects?: string | undefined;
	/** Says how much was written. @default false, as befits one of several in a pipe */
	readonly summary?: boolean;
}

/** Runs stdin through the stages into the sink, and tells what was dropped. */
async function filter(
	args: LogOptions,
	signal: AbortSignal,
	{stages, sink, rejects, summary = false}: Way,
): Promise<void> {
	const {pipeline, stdinPages, jsonl} = await import('./piping.ts');
	const log = logger(args);
	const last = sink ?? jsonl(process.stdout, rejects === undefined ? {} : {rejects});
	if (process.stdin.isTTY) log.info('reading JSON from the terminal; Ctrl-D ends it');
	const result = await pipeline(stdinPages(last), ...stages, last, {signal});
	const {rejected, discarded, written, bytesWritten} = result;
	if (rejected > 0)
		log.warn(
			`${plural(rejected, 'row')} rejected; see why ${rejects ? `in ${rejects}` : 'with --rejects FILE'}`,
		);
	if (discarded > 0) log.warn(`${plural(discarded, 'value')} discarded, not fitting their columns`);
	if (summary) log.info(`${plural(written, 'row')}, ${bytes(bytesWritten)} in ${seconds(result.seconds)}`);
	log.event('done', {...result});
}

/** Without columns to hold rows to, a contract would let everything through. */
async function schemaFile(
	file: string | undefined,
	contract: ContractMode,
): Promise<SchemaDefinition | undefined> {
	if (file === undefined) {
		if (contract === 'evolve') return undefined;
		throw new ConfigError(
			`--contract ${contract} needs --schema FILE, the columns that it holds rows to. Make one with: sluice schema - < rows.jsonl > FILE`,
		);
	}
	const {definitionFromJson} = await import('./piping.ts');
	let text: string;
	try {
		text = (await readFile(file, 'utf8')).replace(/^\uFEFF/, '');
	} catch (error) {
		const {code, message} = error as NodeJS.ErrnoException;
		throw new ConfigError(`--schema ${file}: ${code === 'ENOENT' ? 'there is no such file' : message}`);
	}
	try {
		return definitionFromJson(JSON.parse(text), file);
	} catch (error) {
		if (error instanceof SyntaxError) throw new ConfigError(`--schema ${file}: not JSON: ${error.message}`);
		throw error;
	}
}

export const select = verb({
	name: 'select',
	command: 'select <what..>',
	describe: 'Take records out of JSON on stdin, or columns out of records',
	input: 'stdin',
	options: parser =>
		parser
			.positional('what', {
				type: 'string',
				array: true,
				demandOption: true,
				describe: 'A path to the records (data, result.items, groups[*].items)',
			})
			.option('columns', {type: 'boolean', describe: 'Take the words as column names, to keep in this order'})
			.option('keep', {...list, describe: 'Fields of the outer record to copy onto each inner one: id,name'})
			.example('curl … | $0 select data', 'the records of a response')
			.example('… | $0 select --columns id email', 'two columns'),
	async handler({what, columns, keep, ...args}, signal) {
		const {select: stage} = await import('./piping.ts');
		const [records = ''] = what;
		if (!columns && what.length > 1)
			throw new ConfigError('select takes one path; for columns say --columns. Try sluice select --help');
		if (columns && keep)
			throw new ConfigError(
				'--keep belongs to a path, not to --columns: name the columns to keep. Try sluice select --help',
			);
		const kept = names(keep);
		await filter(args, signal, {
			stages: [columns ? stage(names(what) ?? []) : stage(records, kept ? {keep: kept} : {})],
		});
	},
});

export const normalize = verb({
	name: 'normalize',
	command: 'normalize',
	describe: 'Give records on stdin one set of typed columns',
	input: 'stdin',
	options: parser =>
		parser
			.option('schema', schemaOption)
			.option('contract', contractOption)
			.option('nested', {
				choices: ['json', 'flatten'],
				default: 'json',
				describe: 'Keep objects, or make a.b the column a__b',
			} as const)
			.option('naming', {choices: namings, default: 'direct' as const, describe: 'How columns are named'})
			.option('rejects', rejectsOption)
			.example('… | $0 normalize --schema contacts.schema.json --rejects bad.jsonl', ''),
	async handler({schema, contract, nested, naming, rejects, ...args}, signal) {
		const {normalize: stage} = await import('./piping.ts');
		await filter(args, signal, {
			stages: [stage(await schemaFile(schema, contract), {contract, nested, naming})],
			rejects,
		});
	},
});

export const dedupe = verb({
	name: 'dedupe',
	command: 'dedupe',
	describe: 'Drop records on stdin that came before',
	input: 'stdin',
	options: parser =>
		parser
			.option('key', {
				...list,
				describe: 'Fields that make a record the same: id,region [default: the whole record]',
			})
			.option('keep', {
				choices: ['first', 'last'] as const,
				default: 'first' as const,
				describe: 'Which of them stays; last holds rows until the end',
			})
			.example('… | $0 dedupe --key id', ''),
	async handler({key, keep, ...args}, signal) {
		const {dedupe: stage} = await import('./piping.ts');
		const keys = names(key);
		await filter(args, signal, {stages: [stage({keep, ...(keys && {key: keys})})]});
	},
});

export const write = verb({
	name: 'write',
	command: 'write <file>',
	describe: 'Write records on stdin to a Parquet, JSONL or CSV file',
	input: 'stdin',
	options: parser =>
		parser
			.positional('file', {...wordOrDash, describe: 'Path, whose ending is the format; - is stdout'})
			.option('format', {alias: 'f', choices: formatNames, describe: "[default: the file's ending]"})
			.option('compression', {...path, describe: 'Parquet: snappy, gzip, brotli, zstd or none'})
			.option('escape-formulas', {
				type: 'boolean',
				describe: 'CSV: an apostrophe before texts that a spreadsheet would run',
			})
			.option('schema', schemaOption)
			.option('contract', contractOption)
			.option('rejects', rejectsOption)
			.example('… | $0 write contacts.parquet', '')
			.example('… | $0 write - --format csv', ''),
	async handler({file, format, schema, contract, compression, escapeFormulas, rejects, ...args}, signal) {
		const {normalize: stage, fileTarget} = await import('./piping.ts');
		const stages = [stage(await schemaFile(schema, contract), {contract})];
		const csv = {escape_formulas: escapeFormulas};
		const sink = await fileTarget(file, {format, compression, csv, rejects});
		await filter(args, signal, {stages, sink, rejects, summary: true});
	},
});
