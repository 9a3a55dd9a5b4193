/** The commands and options as data, for shell completion and the manual. */
import type {Argv} from 'yargs';
import {globalOptions} from '../global-options.ts';
import type {Verb} from '../verb.ts';

export interface OptionDefinition {
	readonly name: string;
	readonly alias?: string;
	readonly describe: string;
	/** `switch`: it takes no value. */
	readonly value: 'switch' | 'path' | 'word';
	/** The only values that it accepts. */
	readonly choices: readonly string[];
}

export interface VerbDefinition {
	readonly name: string;
	/** `read <resource>` */
	readonly command: string;
	readonly describe: string;
	readonly input: Verb['input'];
	/** The values of its first argument, where they are known. */
	readonly words: readonly string[];
	readonly positionals: readonly {readonly name: string; readonly describe: string}[];
	readonly options: readonly OptionDefinition[];
	readonly examples: readonly {readonly line: string; readonly about: string}[];
	readonly epilogues: readonly string[];
}

/** The properties of a yargs option that are used here. */
interface Given {
	readonly alias?: string;
	readonly describe?: string;
	readonly type?: string;
	readonly choices?: readonly string[];
	readonly isPath?: boolean;
}

export const common: readonly OptionDefinition[] = [
	...Object.entries(globalOptions).map(([name, given]) => optionOf(name, given)),
	{name: 'help', alias: 'h', describe: 'Show the help', value: 'switch', choices: []},
];

export function definitions(verbs: readonly Verb[]): VerbDefinition[] {
	return verbs.map(definitionOf);
}

function definitionOf(verb: Verb): VerbDefinition {
	const {name, command, describe, input, words = []} = verb;
	const options: OptionDefinition[] = [];
	const positionals: {name: string; describe: string}[] = [];
	const examples: {line: string; about: string}[] = [];
	const epilogues: string[] = [];
	const methods: Record<string, (...given: never[]) => unknown> = {
		option: (name: string, given: Given) => options.push(optionOf(name, given)),
		positional: (name: string, {describe = ''}: Given) => positionals.push({name, describe}),
		example: (line: string, about: string) => examples.push({line: line.replaceAll('$0', 'sluice'), about}),
		epilogue: (text: string) => epilogues.push(text),
	};
	// A parser that only records its calls.
	const noting: Argv = new Proxy({} as Argv, {
		get:
			(_, method: string) =>
			(...given: never[]) => {
				methods[method]?.(...given);
				return noting;
			},
	});
	verb.options(noting);
	return {name, command, describe, input, words, positionals, options, examples, epilogues};
}

function optionOf(name: string, {alias, describe = '', type, choices, isPath}: Given): OptionDefinition {
	return {
		name,
		...(alias !== undefined && {alias}),
		describe,
		value: type === 'boolean' ? 'switch' : isPath ? 'path' : 'word',
		choices: choices ?? [],
	};
}

/** The option as the user writes it: `--output`, `-o`. */
export function flagsOf({name, alias}: OptionDefinition): string[] {
	return [`--${name}`, ...(alias === undefined ? [] : [`-${alias}`])];
}
