/** What may be typed: the verbs, and the options that all of them share. */
import yargs from 'yargs';
import {globalOptions} from './global-options.ts';
import {givenTwice, usageError, withoutSpareHelp} from './usage.ts';
import {verbs} from './verbs.ts';

/** Parses the arguments and runs their verb. Throws `ConfigError` on a usage error. */
export async function parse(words: readonly string[], version: string, signal: AbortSignal): Promise<void> {
	const parser = yargs([...words])
		.scriptName('sluice')
		// In the shell's language, our own words would stand among translated ones.
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
			// What yargs itself has to say comes as a message, or as an error of its own; every other error is the
			// verb's.
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
