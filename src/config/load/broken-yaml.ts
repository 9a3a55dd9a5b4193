/** The fault of an invalid YAML text in our own words, with the line and a caret below it. */
import type {ErrorCode} from 'yaml';
import {isSecretName} from '../../core/secret.ts';

const WIDEST = 100;

const words: Partial<Record<ErrorCode, string>> = {
	DUPLICATE_KEY: 'this key stands twice in one object; keep one of them',
	TAB_AS_INDENT: 'a tab indents this line; use spaces',
	BAD_INDENT: 'this line is indented otherwise than those it belongs to; align it with them',
};

/** Our sentence for a fault, or the parser's if we have none that is clearer. */
export function inWords(code: ErrorCode, message: string): string {
	if (code === 'MISSING_CHAR' && /quote/.test(message))
		return 'a quote is opened and not closed; add the missing one';
	return words[code] ?? message;
}

/**
 * The line of a position and a caret; an empty text for a line that may hold a secret, as the config is not
 * parsed and its secrets are unknown.
 */
export function pointedAt(text: string, offset: number): string {
	const from = text.lastIndexOf('\n', offset - 1) + 1;
	const end = text.indexOf('\n', offset);
	const line = text.slice(from, end < 0 ? undefined : end).replace(/\r$/, '');
	const names = line.match(/[\w-]+/g) ?? [];
	const isKeyLike = /:\/\/[^/\s]*@|[\w+/=-]{20,}/.test(line);
	if (isKeyLike || line.trim() === '' || line.length > WIDEST || names.some(isSecretName)) return '';
	return `\n  ${line.replaceAll('\t', ' ')}\n  ${' '.repeat(offset - from)}^`;
}
