/** The arguments of the command line: the verbs, and the options that all of them share. */
import yargs from 'yargs';
import {globalOptions} from './global-options.ts';
import {givenTwice, usageError, withoutSpareHelp} from './usage.ts';
import {verbs} from './verbs.ts';

/** Parses the arguments and runs their verb. Throws `ConfigError` on a usage error. */
export async function runArguments(
	words: readonly string[],
	version: string,
	signal: AbortSignal,
): Promise<void> {
	const parser = yargs([...words])
		.scriptName('sluice')
		// In another language, messages of Sluice would be among translated ones.
		.detectLocale(false)
		.parserConfiguration({
			'boolean-negation': false,
			'dot-notation': false,
			'greedy-arrays': false,
			'parse-positional-numbers': false,
		})
		.options(globalOptions)
		.strict()
		.demandCommand(1, 'a verb is missing')
		.exitProcess(false)
		.version('version', 'Print the version', version)
		.alias('version', 'V')
		.hide('version')
		.alias('help', 'h')
		.describe('help', 'Show this help')
		.wrap(Math.min(100, process.stdout.columns ?? 100))
		.check(given => givenTwice(given, parser))
		.fail((message, error) => {
			// Messages of yargs itself come as a text, or as an error of its own class; all other errors come from
			// the verb.
			if (error && error.name !== 'YError') throw error;
			throw usageError(message ?? error.message, words, parser);
		});
	for (const verb of verbs) {
		parser.command(
			verb.command,
			verb.describe,
			builder => verb.options(builder),
			parsed => verb.handler(parsed, signal),
		);
	}
	await withoutSpareHelp(parser).parseAsync();
}
