/** The verbs that read JSON on stdin: `curl … | sluice select data | sluice normalize | sluice dedupe --key id | sluice write x.parquet`. */
import {readFile} from 'node:fs/promises';
import type {Transform, Writable} from 'node:stream';
import type {Schema} from '../core/schema.ts';
import {bytes, count, seconds} from './format.ts';
import {type LogOptions, logger} from './io.ts';
import {names, verb} from './verb.ts';

const contracts = ['evolve', 'freeze', 'discard_row', 'discard_value'] as const;
const namings = ['direct', 'snake_case', 'sql_cs_v1', 'sql_ci_v1'] as const;

/** Runs stdin through the stages into the sink, and tells what was dropped. */
async function filter(args: LogOptions, signal: AbortSignal, stages: Transform[], sink?: Writable): Promise<void> {
	const [{pipeline}, {pagesFrom}, {jsonl}] = await Promise.all([
		import('../core/pipeline.ts'),
		import('./input.ts'),
		import('../../sinks/jsonl.ts'),
	]);
	const log = logger(args);
	const summary = await pipeline(pagesFrom(process.stdin), ...stages, sink ?? jsonl(process.stdout), {signal});
	log.event('summary', {...summary});
	if (summary.rejected > 0) log.warn(`${count(summary.rejected)} rows rejected`);
	if (sink) log.info(`${count(summary.written)} rows, ${bytes(summary.bytesWritten)} in ${seconds(summary.seconds)}`);
}

async function schemaFile(path: string | undefined): Promise<Schema | undefined> {
	if (path === undefined) return undefined;
	const {schemaFromJson} = await import('../core/schema-file.ts');
	const {ConfigError} = await import('../core/errors.ts');
	let text: string;
	try {
		text = await readFile(path, 'utf8');
	} catch (error) {
		throw new ConfigError(`--schema ${path}: ${(error as Error).message}`);
	}
	try {
		return schemaFromJson(JSON.parse(text));
	} catch (error) {
		if (error instanceof SyntaxError) throw new ConfigError(`--schema ${path}: not JSON: ${error.message}`);
		throw error instanceof ConfigError ? new ConfigError(error.issues, path) : error;
	}
}

export const select = verb({
	name: 'select',
	command: 'select <what..>',
	describe: 'Take records out of JSON on stdin, or columns out of records',
	options: parser =>
		parser
			.positional('what', {
				type: 'string',
				array: true,
				demandOption: true,
				describe: 'A path to the records (data, result.items, groups[*].items)',
			})
			.option('columns', {type: 'boolean', describe: 'Take the words as column names, to keep in this order'})
			.option('keep', {type: 'array', requiresArg: true, describe: 'Fields of the outer record to copy onto each inner one'})
			.example('curl … | $0 select data', 'the records of a response')
			.example('… | $0 select --columns id email', 'two columns'),
	async handler({what, columns, keep, ...args}, signal) {
		const {select: stage} = await import('../../transforms/select.ts');
		const {ConfigError} = await import('../core/errors.ts');
		const [path = ''] = what;
		if (!columns && what.length > 1)
			throw new ConfigError('select takes one path; for columns say --columns. Try sluice select --help');
		const kept = names(keep as string[] | undefined);
		await filter(args, signal, [columns ? stage(names(what) ?? []) : stage(path, kept ? {keep: kept} : {})]);
	},
});

export const normalize = verb({
	name: 'normalize',
	command: 'normalize',
	describe: 'Give records on stdin one set of typed columns',
	options: parser =>
		parser
			.option('schema', {
				type: 'string',
				requiresArg: true,
				describe: 'Columns, as sluice schema writes them [default: inferred]',
			})
			.option('contract', {choices: contracts, default: 'evolve' as const, describe: 'What to do with a row that does not fit'})
			.option('nested', {
				choices: ['json', 'flatten'] as const,
				default: 'json' as const,
				describe: 'Keep objects, or make a.b the column a__b',
			})
			.option('naming', {choices: namings, default: 'direct' as const, describe: 'How columns are named'})
			.option('rejects', {
				type: 'string',
				requiresArg: true,
				describe: 'Write refused rows with their reasons to this JSONL file',
			})
			.example('… | $0 normalize --schema contacts.schema.json --rejects bad.jsonl', ''),
	async handler({schema, contract, nested, naming, rejects, ...args}, signal) {
		const [{normalize: stage}, {jsonl}] = await Promise.all([
			import('../../transforms/normalize.ts'),
			import('../../sinks/jsonl.ts'),
		]);
		const sink = jsonl(process.stdout, rejects === undefined ? {} : {rejects});
		await filter({quiet: true, ...args}, signal, [stage(await schemaFile(schema), {contract, nested, naming})], sink);
	},
});

export const dedupe = verb({
	name: 'dedupe',
	command: 'dedupe',
	describe: 'Drop records on stdin that came before',
	options: parser =>
		parser
			.option('key', {
				type: 'array',
				requiresArg: true,
				describe: 'What makes a record the same: one or more fields [default: the whole record]',
			})
			.option('keep', {
				choices: ['first', 'last'] as const,
				default: 'first' as const,
				describe: 'Which of them stays; last holds rows until the end',
			})
			.example('… | $0 dedupe --key id', ''),
	async handler({key, keep, ...args}, signal) {
		const {dedupe: stage} = await import('../../transforms/dedupe.ts');
		const keys = names(key as string[] | undefined);
		await filter(args, signal, [stage({keep, ...(keys && {key: keys})})]);
	},
});

export const write = verb({
	name: 'write',
	command: 'write <file>',
	describe: 'Write records on stdin to a .parquet, .jsonl, .jsonl.gz, .csv or .csv.gz file',
	options: parser =>
		parser
			.positional('file', {type: 'string', demandOption: true, describe: 'Path; its ending is the format'})
			.option('schema', {
				type: 'string',
				requiresArg: true,
				describe: 'Columns, as sluice schema writes them [default: inferred]',
			})
			.option('contract', {choices: contracts, default: 'evolve' as const, describe: 'What to do with a row that does not fit'})
			.option('compression', {type: 'string', requiresArg: true, describe: 'Parquet: snappy, gzip, brotli, zstd or none'})
			.option('rejects', {
				type: 'string',
				requiresArg: true,
				describe: 'Write refused rows with their reasons to this JSONL file',
			})
			.example('… | $0 write contacts.parquet', ''),
	async handler({file, schema, contract, compression, rejects, ...args}, signal) {
		const [{normalize: stage}, {fileTarget}] = await Promise.all([
			import('../../transforms/normalize.ts'),
			import('../config/formats.ts'),
		]);
		const declared = await schemaFile(schema);
		const sink = await fileTarget(file, {compression, rejects});
		await filter(args, signal, [stage(declared, {contract})], sink);
	},
});
