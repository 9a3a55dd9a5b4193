/** What may be typed: the verbs, and the options that all of them share. */
import yargs, {type Argv} from 'yargs';
import {suggest} from '../config/suggest.ts';
import {ConfigError} from '../core/errors.ts';
import {check} from './check.ts';
import {dedupe, normalize, select, write} from './filters.ts';
import {preview} from './preview.ts';
import {read} from './read.ts';
import {run} from './run.ts';
import {schema} from './schema.ts';
import {show} from './show.ts';
import type {Verb} from './verb.ts';

export const verbs: readonly Verb[] = [run, read, preview, check, show, schema, select, normalize, dedupe, write];

const epilogue = `stdout carries data only; everything else goes to stderr.
Exit codes: 0 ok, 1 failed, 2 usage or config, 3 request, 4 schema contract, 5 some resources failed, 130 interrupted.`;

/** Parses the arguments and runs their verb. Throws `ConfigError` on a usage error. */
export async function parse(args: readonly string[], version: string, signal: AbortSignal): Promise<void> {
	const parser = yargs([...args])
		.scriptName('sluice')
		.usage('$0 <verb> – REST APIs into Parquet, JSONL and CSV')
		.parserConfiguration({'boolean-negation': false})
		.option('quiet', {alias: 'q', type: 'boolean', describe: 'Say nothing but errors', global: true})
		.option('verbose', {alias: 'v', type: 'boolean', describe: 'Say what is requested and retried', global: true})
		.option('log', {
			choices: ['text', 'json'] as const,
			default: 'text',
			describe: 'Form of the messages on stderr',
			global: true,
		})
		.strict()
		.demandCommand(1, 'which verb?')
		.exitProcess(false)
		.version('version', 'Print the version', version)
		.alias('version', 'V')
		.alias('help', 'h')
		.wrap(Math.min(110, process.stdout.columns ?? 110))
		.epilogue(epilogue)
		.fail((message, error, current) => {
			throw error ?? usageError(message, args, current);
		});
	for (const verb of verbs) {
		parser.command(
			verb.command,
			verb.describe,
			builder => verb.options(builder),
			parsed => verb.handler(parsed, signal),
		);
	}
	await parser.parseAsync();
}

function usageError(message: string, args: readonly string[], parser: Argv): ConfigError {
	const name = verbs.map(verb => verb.name).find(verb => args.includes(verb));
	const unknown = /^Unknown (?:arguments?|commands?): ([^,]+)/.exec(message)?.[1];
	const candidates = name === undefined || unknown === args[0] ? verbs.map(verb => verb.name) : optionNames(parser);
	const meant = unknown === undefined ? undefined : suggest(unknown, candidates);
	const hint =
		meant === undefined ? '' : ` (did you mean ${candidates === undefined || name === undefined ? '' : '--'}${meant}?)`;
	const text =
		unknown === undefined
			? message.charAt(0).toLowerCase() + message.slice(1)
			: `unknown ${name === undefined ? 'verb' : 'option'} ${unknown}${hint}`;
	return new ConfigError(`${text}. Try sluice ${name ? `${name} ` : ''}--help`);
}

function optionNames(parser: Argv): string[] {
	const {key} = (parser as unknown as {getOptions(): {key: Record<string, unknown>}}).getOptions();
	return Object.keys(key).filter(option => option.length > 1);
}
