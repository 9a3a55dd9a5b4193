/** Messages about wrong arguments, in place of those of yargs. */
import type {Argv} from 'yargs';
import {didYouMean} from '../config/suggest.ts';
import {ConfigError} from '../core/errors.ts';
import type {Verb} from './verb.ts';
import {verbs} from './verbs.ts';

/** The error for a message of yargs about the arguments. */
export function usageError(message: string, words: readonly string[], parser: Argv): ConfigError {
	const verb = words.map(word => verbs.find(({name}) => name === word)).find(Boolean);
	const text = reword(message, words, verb, parser);
	return new ConfigError(`${text}. Try sluice ${verb ? `${verb.name} ` : ''}--help`);
}

function reword(message: string, words: readonly string[], verb: Verb | undefined, parser: Argv): string {
	const [, unknown] = /^Unknown (?:arguments?|commands?): ([^,]+)/.exec(message) ?? [];
	if (unknown !== undefined) return unknownWord(unknown, words, verb, parser);
	const [, valueless] = /^Not enough arguments following: (.+)/.exec(message) ?? [];
	if (valueless !== undefined) return `${dashed(valueless)} needs a value`;
	if (verb && message.startsWith('Not enough non-option arguments'))
		return `missing ${verb.command.replace(`${verb.name} `, '')}`;
	const [, one, other] = /^Arguments (.+) and (.+) are mutually exclusive/.exec(message) ?? [];
	if (one !== undefined && other !== undefined)
		return `${dashed(one)} and ${dashed(other)} do not go together: take one of them`;
	const [, option = '', given = '', choices = ''] =
		/Argument: (.+), Given: (.+), Choices: (.+)/.exec(message) ?? [];
	if (option === '') return message;
	const known = choices.replaceAll('"', '').split(', ');
	const value = given.replaceAll('"', '');
	return `${dashed(option)} is one of ${known.join(', ')}; got ${value}${didYouMean(value, known)}`;
}

function unknownWord(word: string, words: readonly string[], verb: Verb | undefined, parser: Argv): string {
	const typed = words.find(each => each === `--${word}` || each.startsWith(`--${word}=`));
	const isShort = word.length === 1 && words.some(each => /^-[^-]/.test(each) && each.includes(word));
	if (typed === undefined && !isShort) {
		if (verb) return `unexpected word ${JSON.stringify(word)} after ${verb.name}`;
		const names = verbs.map(({name}) => name);
		return `unknown verb ${JSON.stringify(word)}${didYouMean(word, names)}; there are ${names.join(', ')}`;
	}
	return `unknown option ${dashed(word)}${didYouMean(dashed(word), optionNames(parser).map(dashed))}`;
}

/** Refuses an option that was given twice where it can have one value only. */
export function givenTwice(given: Readonly<Record<string, unknown>>, parser: Argv): true {
	const {array} = optionsOf(parser);
	for (const [name, value] of Object.entries(given)) {
		if (name === '_' || name.length === 1 || !Array.isArray(value) || array.includes(name)) continue;
		throw new ConfigError(`${dashed(name)} was given ${value.length} times; it takes one value`);
	}
	return true;
}

function optionNames(parser: Argv): string[] {
	return Object.keys(optionsOf(parser).key).filter(name => name.length > 1);
}

/** Keeps yargs from making the help after each verb, in case of a failure: it would not be printed. */
export function withoutSpareHelp(parser: Argv): Argv {
	const internals = parser as unknown as {
		getInternalMethods(): {getUsageInstance(): {cacheHelpMessage: () => void}};
	};
	internals.getInternalMethods().getUsageInstance().cacheHelpMessage = () => {};
	return parser;
}

// A property of yargs that its types lack.
function optionsOf(parser: Argv): {key: Record<string, unknown>; array: string[]} {
	return (parser as unknown as {getOptions(): {key: Record<string, unknown>; array: string[]}}).getOptions();
}

function dashed(name: string): string {
	return name.length === 1 ? `-${name}` : `--${name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`;
}
