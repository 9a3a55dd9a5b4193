/** A verb of the command line, and the options that several verbs share. */
import type {ArgumentsCamelCase, Argv} from 'yargs';
import {ConfigError} from '../core/errors.ts';
import {parseShare} from '../http/policy/rate-share.ts';
import type {LogOptions} from './terminal/log.ts';

export interface Verb {
	readonly name: string;
	/** The command in the form of yargs: `read <resource>`. */
	readonly command: string;
	readonly describe: string;
	/**
	 * What it works on: no config yet, the resources of a config, the datasets in a folder, JSON on stdin, or
	 * the user's shell.
	 */
	readonly input: 'start' | 'config' | 'output' | 'stdin' | 'shell';
	/** What its first argument may be, for shells that complete it. @default not known */
	readonly words?: readonly string[];
	options(parser: Argv): Argv;
	handler(args: ArgumentsCamelCase, signal: AbortSignal): Promise<void>;
}

/** Ties a verb's handler to the type of its options. */
export function verb<Options>(definition: {
	name: string;
	command: string;
	describe: string;
	input: Verb['input'];
	words?: readonly string[];
	options(parser: Argv): Argv<Options>;
	handler(args: ArgumentsCamelCase<Options & LogOptions>, signal: AbortSignal): Promise<void>;
}): Verb {
	return definition as unknown as Verb;
}

export interface ConfigArguments {
	readonly config?: string | undefined;
	readonly set?: string[] | undefined;
	readonly envFile?: string | undefined;
}

/** -c, --set and --env-file, for verbs that read a config. */
export function configOptions<T>(parser: Argv<T>): Argv<T & ConfigArguments> {
	return parser
		.option('config', {
			alias: 'c',
			...path,
			coerce: dash,
			describe: 'Config file, - is stdin [default: sluice.yaml, here or above]',
		})
		.option('set', {...list, describe: 'Override a value: client.base_url=http://…'})
		.option('env-file', {...path, describe: 'Read environment variables from a file'}) as Argv<
		T & ConfigArguments
	>;
}

export interface RecordingArguments {
	readonly record?: string | undefined;
	readonly recordMaxBytes?: number | undefined;
	readonly replay?: string | undefined;
}

/** --record and --replay, for verbs that send requests. */
export function recordingOptions<T>(parser: Argv<T>): Argv<T & RecordingArguments> {
	return parser
		.option('record', {...path, describe: 'Keep every exchange in a new folder, without secrets'})
		.option('record-max-bytes', {
			...wholeFrom('record-max-bytes', 1),
			describe: 'Bound of the recording',
			hidden: true,
		})
		.option('replay', {
			...path,
			describe: 'Take every answer from a recording: no network, no secrets',
			conflicts: 'record',
		}) as Argv<T & RecordingArguments>;
}

export interface OutputArguments extends ConfigArguments {
	readonly output?: string | undefined;
}

/** --output, and a config that may have the same setting, for verbs about the datasets in a folder. */
export function outputOptions<T>(parser: Argv<T>): Argv<T & OutputArguments> {
	return configOptions(
		parser.option('output', {
			alias: 'o',
			...path,
			describe: "Folder of the datasets [default: the config's, else out]",
		}),
	) as Argv<T & OutputArguments>;
}

/** The kinds of options. A list is given as `a,b`, or by repeating the option. */
export const path = {type: 'string', requiresArg: true, isPath: true} as const;
export const word = {type: 'string', requiresArg: true} as const;
export const list = {type: 'string', array: true, requiresArg: true} as const;
export const rows = {type: 'number', requiresArg: true, coerce: wholeNumber} as const;
export const durationOf = (name: string) =>
	({
		type: 'string',
		requiresArg: true,
		coerce: (text: string | undefined): number | undefined => milliseconds(text, name),
	}) as const;
export const duration = durationOf('max-duration');
export const wholeFrom = (name: string, least: number) =>
	({
		type: 'number',
		requiresArg: true,
		coerce(value: number | undefined): number | undefined {
			if (value === undefined || (Number.isSafeInteger(value) && value >= least)) return value;
			throw new ConfigError(`--${name} is a whole number from ${least}`);
		},
	}) as const;

/** A positional that may be `-`, which yargs passes on as an empty text. */
export const wordOrDash = {
	type: 'string',
	demandOption: true,
	coerce: (word: string): string => word || '-',
} as const;

export const selectOption = {...list, describe: 'Only these columns, in this order: id,email'} as const;
export const strictOption = {type: 'boolean', default: false, describe: 'Fail at the first warning'} as const;
export const rateShareOption = {
	type: 'string',
	requiresArg: true,
	coerce: (text: string | undefined): number | undefined =>
		text === undefined ? undefined : parseShare(String(text)),
	describe: "This process's share of client.rate_limit: 1/8",
} as const;
export const spoolOption = {
	...path,
	describe: 'Folder for plans and their rows, seen by all machines [default: in the output folder]',
} as const;
export const queueNameOption = {
	...word,
	describe: 'Runs and workers of one project have the same [default: sluice]',
} as const;
export const metricsOption = {
	...path,
	describe: 'Write figures of the run to this file, as text of Prometheus',
} as const;
export const rejectsOption = {
	...path,
	describe: 'Write refused rows with their reasons to this JSONL file',
} as const;

/** yargs passes `-` on as an empty text. */
export function dash(word: string | undefined): string | undefined {
	return word === '' ? '-' : word;
}

function wholeNumber(value: number | undefined): number | undefined {
	if (value === undefined || Array.isArray(value) || (Number.isSafeInteger(value) && value > 0)) return value;
	throw new ConfigError(`--limit is a whole number from 1${Number.isNaN(value) ? '' : `; got ${value}`}`);
}

const unitMs: Record<string, number> = {s: 1000, m: 60_000, h: 3_600_000};

function milliseconds(text: string | undefined, name: string): number | undefined {
	if (text === undefined) return undefined;
	const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)\s*([smh])$/.exec(String(text)) ?? [];
	const ms = Number(amount) * (unitMs[unit] ?? Number.NaN);
	// The timers of Node have this limit.
	if (ms > 0 && ms < 2 ** 31) return ms;
	throw new ConfigError(
		`--${name} is a time such as 90s, 30m or 2h, up to 24 days; got ${JSON.stringify(text)}`,
	);
}

/** The names in a list option. */
export function names(values: readonly string[] | undefined): string[] | undefined {
	return values?.flatMap(value => value.split(',')).filter(Boolean);
}
