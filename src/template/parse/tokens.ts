/**
 * The words of a template, as the parser of @huggingface/jinja wants them, each with its place. It has a
 * tokenizer too, which knows no places and refuses some of what Jinja reads: `'\d'`, `{% for … : %}`,
 * `{% raw %}`, `1e5`, `is divisibleby(3)`.
 */

import {unescaped} from '../values/python-text.ts';
import type {Token} from './jinja.ts';

export interface Word extends Token {
	readonly at: number;
	readonly index: number;
	/** Of a closing bracket: the index of the one that it closes. */
	readonly opened: number;
}

/** A character that no template has at this place. */
export class NoToken extends Error {
	readonly at: number;

	constructor(message: string, at: number) {
		super(message);
		this.at = at;
	}
}

const operators: readonly (readonly [string, string])[] = [
	['**', 'ExponentiationBinaryOperator'],
	['//', 'MultiplicativeBinaryOperator'],
	['<=', 'ComparisonBinaryOperator'],
	['>=', 'ComparisonBinaryOperator'],
	['==', 'ComparisonBinaryOperator'],
	['!=', 'ComparisonBinaryOperator'],
	['<', 'ComparisonBinaryOperator'],
	['>', 'ComparisonBinaryOperator'],
	['=', 'Equals'],
	['(', 'OpenParen'],
	[')', 'CloseParen'],
	['[', 'OpenSquareBracket'],
	[']', 'CloseSquareBracket'],
	['{', 'OpenCurlyBracket'],
	['}', 'CloseCurlyBracket'],
	[',', 'Comma'],
	['.', 'Dot'],
	[':', 'Colon'],
	['|', 'Pipe'],
	['+', 'AdditiveBinaryOperator'],
	['-', 'AdditiveBinaryOperator'],
	['~', 'AdditiveBinaryOperator'],
	['*', 'MultiplicativeBinaryOperator'],
	['/', 'MultiplicativeBinaryOperator'],
	['%', 'MultiplicativeBinaryOperator'],
];

const raw = /\{%[-+]?\s*raw\s*(-?)\+?%\}([\s\S]*?)\{%([-+]?)\s*endraw\s*(-?)\+?%\}/y;
const comment = /\{#(-?)[\s\S]*?(-?)#\}/y;
const opening = /\{\{|\{%|\{#/g;
const space = /\s+/y;
const text = /'((?:[^'\\]|\\[\s\S])*)'|"((?:[^"\\]|\\[\s\S])*)"/y;
const number = /(?:\d+_)*\d+(?:\.(?:\d+_)*\d+)?(?:[eE][+-]?\d+)?/y;
const whole = /\d+/y;
const name = /[\p{L}_][\p{L}\p{N}_]*/uy;

export function wordsOf(source: string): Word[] {
	const words: Word[] = [];
	let at = 0;

	const add = (type: string, value: string, opened = -1): void => {
		words.push({type, value, at, index: words.length, opened});
	};
	const match = (pattern: RegExp): RegExpExecArray | undefined => {
		pattern.lastIndex = at;
		return pattern.exec(source) ?? undefined;
	};
	const trimBefore = (): void => {
		const last = words.at(-1);
		if (last?.type === 'Text') words[words.length - 1] = {...last, value: last.value.trimEnd()};
	};
	const skipSpace = (): void => {
		at += match(space)?.[0].length ?? 0;
	};

	while (at < source.length) {
		opening.lastIndex = at;
		const start = opening.exec(source)?.index ?? source.length;
		if (start > at) {
			add('Text', source.slice(at, start));
			at = start;
			continue;
		}
		const hidden = match(comment);
		const verbatim = hidden ? undefined : match(raw);
		if (hidden || verbatim) {
			const [whole, , content = '', trimEnd = ''] = verbatim ?? [hidden?.[0] ?? ''];
			if ((hidden && hidden[1] === '-') || whole.startsWith('{%-')) trimBefore();
			if (verbatim) {
				const begun = verbatim[1] === '-' ? content.trimStart() : content;
				add('Text', trimEnd === '-' ? begun.trimEnd() : begun);
			}
			at += whole.length;
			if ((hidden ?? verbatim)?.at(-1) === '-') skipSpace();
			continue;
		}
		if (source.startsWith('{#', at)) throw new NoToken('this comment has no end; close it with #}', at);
		code();
	}
	return words;

	// From `{{` to `}}`, or from `{%` to `%}`.
	function code(): void {
		const start = at;
		const isOutput = source.startsWith('{{', at);
		const end = isOutput ? '}}' : '%}';
		const open: number[] = [];
		if (source[at + 2] === '-') trimBefore();
		add(isOutput ? 'OpenExpression' : 'OpenStatement', source.slice(at, at + 2));
		at += /[-+]/.test(source[at + 2] ?? '') ? 3 : 2;
		for (;;) {
			skipSpace();
			if (at >= source.length) throw new NoToken(`${isOutput ? '{{' : '{%'} has no ${end} after it`, start);
			const sign = /[-+]/.test(source[at] ?? '') && source.startsWith(end, at + 1) ? 1 : 0;
			if ((open.length === 0 || !isOutput) && source.startsWith(end, at + sign)) {
				// Jinja takes `{% for x in y: %}` too.
				if (!isOutput && words.at(-1)?.type === 'Colon') words.pop();
				add(isOutput ? 'CloseExpression' : 'CloseStatement', end);
				const trims = source[at] === '-';
				at += 2 + sign;
				if (trims) skipSpace();
				return;
			}
			word(open);
		}
	}

	function word(open: number[]): void {
		const quoted = match(text);
		if (quoted) {
			add('StringLiteral', unescaped(quoted[1] ?? quoted[2] ?? ''));
			at += quoted[0].length;
			return;
		}
		const digits = match(words.at(-1)?.type === 'Dot' ? whole : number)?.[0];
		if (digits !== undefined) {
			const plain = digits.replaceAll('_', '');
			// The parser tells a float by its point.
			add('NumericLiteral', /[eE]/.test(plain) && !plain.includes('.') ? plain.replace(/[eE]/, '.e') : plain);
			at += digits.length;
			return;
		}
		const known = match(name)?.[0];
		if (known !== undefined) {
			add('Identifier', known);
			at += known.length;
			return;
		}
		const [sign, type] = operators.find(([sign]) => source.startsWith(sign, at)) ?? [];
		if (sign === undefined || type === undefined) {
			const character = source[at] ?? '';
			const hint = /['"]/.test(character)
				? 'this text has no closing quote'
				: `"${character}" means nothing here`;
			throw new NoToken(hint, at);
		}
		if (/[([{]/.test(sign)) open.push(words.length);
		add(type, sign, /[)\]}]/.test(sign) ? (open.pop() ?? -1) : -1);
		at += sign.length;
	}
}
