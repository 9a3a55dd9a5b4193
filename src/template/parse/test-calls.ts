/**
 * The parser knows tests without values only. So `x is not divisibleby(3)` is written for it as a filter, whose
 * name no template can spell: `x | is not divisibleby(3)`. Both bind as strongly.
 */
import type {Word} from './tokens.ts';

const endings = new Set(['and', 'else', 'if', 'in', 'is', 'not', 'or']);
const closing: {readonly [type: string]: string} = {
	OpenParen: 'CloseParen',
	OpenSquareBracket: 'CloseSquareBracket',
	OpenCurlyBracket: 'CloseCurlyBracket',
};

export function withTests(words: readonly Word[]): Word[] {
	const made: Word[] = [];
	for (let at = 0; at < words.length; at++) {
		const word = words[at] as Word;
		const call = isKeyword(words, at) ? callAt(words, at) : undefined;
		if (!call) {
			made.push(word);
			continue;
		}
		const {name, from, to} = call;
		made.push({...word, type: 'Pipe', value: '|'}, {...word, type: 'Identifier', value: name});
		const values = withTests(words.slice(from, to));
		const isBracketed = words[from]?.type === 'OpenParen';
		if (!isBracketed) made.push({...word, type: 'OpenParen', value: '('});
		made.push(...values);
		if (!isBracketed) made.push({...word, type: 'CloseParen', value: ')'});
		at = to - 1;
	}
	return made;
}

function isKeyword(words: readonly Word[], at: number): boolean {
	const word = words[at];
	return word?.type === 'Identifier' && word.value === 'is' && words[at - 1]?.type !== 'Dot';
}

// The values of a test: all in brackets, or one word after the name, as in `is sameas false`.
function callAt(words: readonly Word[], at: number): {name: string; from: number; to: number} | undefined {
	const isNot = words[at + 1]?.value === 'not';
	const from = at + (isNot ? 3 : 2);
	const name = words[from - 1];
	const first = words[from];
	if (name?.type !== 'Identifier' || !first) return undefined;
	const end = closing[first.type];
	const isOne =
		first.type === 'StringLiteral' ||
		first.type === 'NumericLiteral' ||
		(first.type === 'Identifier' && !endings.has(first.value));
	if (end === undefined && !isOne) return undefined;
	const closed = end === undefined ? from : words.findIndex(word => word.opened === first.index);
	return closed < 0 ? undefined : {name: `is${isNot ? ' not' : ''} ${name.value}`, from, to: closed + 1};
}
