/** Texts of Python as texts of a config. */
import {literal} from '../imported-request.ts';

const escapes: {readonly [letter: string]: string} = {
	n: '\n',
	t: '\t',
	r: '\r',
	'\\': '\\',
	"'": "'",
	'"': '"',
	a: '\u0007',
	b: '\b',
	f: '\f',
	v: '\v',
	'\n': '',
};

/** Prefix, quotes and content of a literal. */
export function partsOfString(source: string): {
	readonly prefix: string;
	readonly body: string;
	readonly start: number;
} {
	const [, prefix = '', quote = ''] = /^([a-zA-Z]*)("""|'''|"|')/.exec(source) ?? [];
	const start = prefix.length + quote.length;
	return {prefix: prefix.toLowerCase(), body: source.slice(start, source.length - quote.length), start};
}

/** The value of a literal, escaped as a text of a config. */
export function stringValue(source: string): string {
	const {prefix, body} = partsOfString(source);
	return literal(prefix.includes('r') ? body : unescaped(body));
}

export function unescaped(body: string): string {
	const pattern = /\\(?:u([\da-fA-F]{4})|U([\da-fA-F]{8})|x([\da-fA-F]{2})|([0-7]{1,3})|([\s\S]))/g;
	return body.replace(pattern, (whole, u, long, x, octal, letter) => {
		const hex = u ?? long ?? x;
		if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
		if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
		return escapes[letter] ?? whole;
	});
}
