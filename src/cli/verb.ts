/** A verb of the command line, and the options that several verbs share. */
import type {ArgumentsCamelCase, Argv} from 'yargs';
import type {LogOptions} from './io.ts';

export interface Verb {
	readonly name: string;
	/** yargs' form: `read <resource>`. */
	readonly command: string;
	readonly describe: string;
	options(parser: Argv): Argv;
	handler(args: ArgumentsCamelCase, signal: AbortSignal): Promise<void>;
}

/** Ties a verb's handler to the type of its options. */
export function verb<Options>(definition: {
	name: string;
	command: string;
	describe: string;
	options(parser: Argv): Argv<Options>;
	handler(args: ArgumentsCamelCase<Options & LogOptions>, signal: AbortSignal): Promise<void>;
}): Verb {
	return definition as unknown as Verb;
}

export interface ConfigArguments {
	readonly config?: string | undefined;
	readonly set?: (string | number)[] | undefined;
	readonly envFile?: string | undefined;
}

/** -c, --set and --env-file, for verbs that read a config. */
export function configOptions<T>(parser: Argv<T>): Argv<T & ConfigArguments> {
	return parser
		.option('config', {
			alias: 'c',
			type: 'string',
			requiresArg: true,
			describe: 'Config file [default: sluice.yaml or sluice.config.js, here or above]',
		})
		.option('set', {type: 'array', requiresArg: true, describe: 'Override a value: client.base_url=http://…'})
		.option('env-file', {type: 'string', requiresArg: true, describe: 'Read environment variables from a file'}) as Argv<
		T & ConfigArguments
	>;
}

/** A list that may be given as `a,b` or by repeating the option. */
export function names(values: readonly (string | number)[] | undefined): string[] | undefined {
	return values?.flatMap(value => String(value).split(',')).filter(Boolean);
}
