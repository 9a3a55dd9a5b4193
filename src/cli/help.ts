/** The help of the whole program; yargs writes the help of a verb. */
import type {Verb} from './verb.ts';
import {verbs} from './verbs.ts';

/** The help, if the arguments ask for it: `--help` or `help` without a verb, or no argument at all. */
export function overviewFor(words: readonly string[]): string | undefined {
	if (words.some(word => verbs.some(({name}) => name === word))) return undefined;
	const isAsked =
		words.length === 0 || words[0] === 'help' || words.includes('--help') || words.includes('-h');
	return isAsked ? overview() : undefined;
}

function overview(): string {
	return `sluice <verb> [options]: REST APIs into Parquet, JSONL and CSV files

Begin with an API (writes sluice.yaml):
${lines('start')}

Read what the config describes (sluice.yaml):
${lines('config')}

Look after what was written (out):
${lines('output')}

Work on JSON in a pipe:
${lines('stdin')}

Set up the shell:
${lines('shell')}

Options:
  -h, --help     Show this help; sluice <verb> --help has the options of a verb, and examples
  -q, --quiet    Say nothing but errors
  -v, --verbose  Say what is requested and retried
      --log      Form of the messages on stderr: text (the default) or json
  -V, --version  Print the version

stdout carries data only; everything else goes to stderr.
Exit codes: 0 ok, 1 failed, 2 usage or config, 3 request, 4 schema contract,
5 some resources failed, 75 out of time, 130 interrupted, 143 terminated.
`;
}

function lines(input: Verb['input']): string {
	const width = Math.max(...verbs.map(({command}) => command.length));
	return verbs
		.filter(verb => verb.input === input)
		.map(({command, describe}) => `  ${command.padEnd(width)}  ${describe}`)
		.join('\n');
}
