/**
 * The common part of verbs that read JSON on stdin: `curl … | sluice select data | sluice normalize | sluice
 * dedupe --key id | sluice write x.parquet`.
 */
import {readFile} from 'node:fs/promises';
import type {Transform, Writable} from 'node:stream';
import {ConfigError} from '../core/errors.ts';
import {plural} from '../core/quantity.ts';
import {type ContractMode, contractModes, type SchemaDefinition} from '../core/schema/schema.ts';
import {bytes, seconds} from './terminal/format.ts';
import {type LogOptions, logger} from './terminal/log.ts';
import {path} from './verb.ts';

export const schemaOption = {
	...path,
	describe: 'Columns, as sluice schema prints them [default: inferred]',
} as const;
export const contractOption = {
	choices: contractModes,
	default: 'evolve',
	describe: 'What to do with a row that does not fit; all but evolve need --schema',
} as const;

interface Way {
	readonly stages: readonly Transform[];
	/** The destination of rows. @default JSON Lines on stdout */
	readonly sink?: Writable;
	/** Path of the file for refused rows. */
	readonly rejects?: string | undefined;
	/** Whether to report how much was written. @default false, as the verb may be one of several in a pipe */
	readonly summary?: boolean;
}

/** Runs stdin through the stages into the sink, and reports dropped rows. */
export async function filter(
	args: LogOptions,
	signal: AbortSignal,
	{stages, sink, rejects, summary = false}: Way,
): Promise<void> {
	const {pipeline, stdinPages, jsonl} = await import('./imports/piping.ts');
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

/** Without columns, a contract would accept all rows. */
export async function schemaFile(
	file: string | undefined,
	contract: ContractMode,
): Promise<SchemaDefinition | undefined> {
	if (file === undefined) {
		if (contract === 'evolve') return undefined;
		throw new ConfigError(
			`--contract ${contract} needs --schema FILE, the columns that it holds rows to. Make one with: ` +
				'sluice schema - < rows.jsonl > FILE',
		);
	}
	const {definitionFromJson} = await import('./imports/piping.ts');
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
