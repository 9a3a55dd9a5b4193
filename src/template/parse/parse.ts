/** A template's text as nodes, with the place of each. */
import {TemplateError} from '../errors.ts';
import {parsed} from './jinja.ts';
import {NodeMaker} from './node-maker.ts';
import type {Statement} from './nodes.ts';
import {Places} from './places.ts';
import {StatementMaker} from './statement-maker.ts';
import {withTests} from './test-calls.ts';
import {NoToken, type Word, wordsOf} from './tokens.ts';

const LONGEST = 100_000;

export interface ParsedTemplate {
	/** As it stands, but for line ends. */
	readonly source: string;
	readonly body: readonly Statement[];
}

export function parseTemplate(text: string): ParsedTemplate {
	const source = text.replace(/\r\n?/g, '\n').replace(/\n$/, '');
	if (source.length > LONGEST)
		throw new TemplateError(
			`an expression has at most ${LONGEST} characters, this one has ${source.length}`,
			source,
		);
	const all = wordsIn(source);
	const words = withTests(all);
	const result = parsed(words);
	if ('error' in result) throw unreadable(result.error, source, words, result.read);
	const maker = new StatementMaker(new NodeMaker(source, new Places(all, words)));
	try {
		const body = maker.statements(result.body);
		return {source, body};
	} catch (error) {
		if (error instanceof TemplateError) throw error;
		throw tooDeep(error, source);
	}
}

function wordsIn(source: string): Word[] {
	try {
		return wordsOf(source);
	} catch (error) {
		if (error instanceof NoToken) throw new TemplateError(error.message, source, error.at);
		throw error;
	}
}

/** The parser's own messages speak of its tokens; the place says more. */
function unreadable(error: unknown, source: string, words: readonly Word[], read: number): TemplateError {
	if (error instanceof RangeError) return tooDeep(error, source);
	const word = words[read];
	const unknown = /Unknown statement type: (\w+)/.exec(String(error))?.[1];
	if (unknown !== undefined)
		return new TemplateError(`there is no {% ${unknown} %}; known are set, if and for`, source, word?.at);
	if (word === undefined)
		return new TemplateError(
			'the end comes too early: {% endif %} or {% endfor %} is missing',
			source,
			source.length,
		);
	if (word.type.startsWith('Close'))
		return new TemplateError(`something is missing before "${word.value}"`, source, word.at);
	return new TemplateError(`"${word.value.slice(0, 40)}" cannot stand here`, source, word.at);
}

function tooDeep(error: unknown, source: string): TemplateError {
	return new TemplateError(
		error instanceof RangeError ? 'brackets or blocks stand too deep inside one another' : String(error),
		source,
	);
}
