/** Splits a shell command into its words, by bash's rules for quotes. */
import {ConfigError} from '../../core/errors.ts';
import {literal} from '../imported-request.ts';

/** The meaning of `\n` and similar escapes inside `$'…'`. */
const escapes: Readonly<Record<string, string>> = {
	a: '\x07',
	b: '\b',
	e: '\x1b',
	E: '\x1b',
	f: '\f',
	n: '\n',
	r: '\r',
	t: '\t',
	v: '\v',
};
const coded = /^(?:x([\da-f]{1,2})|u([\da-f]{1,4})|U([\da-f]{1,8})|([0-7]{1,3}))/i;
const variable = /^\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))/;

export interface Words {
	/** The words as texts of a config: `$NAME` of the shell becomes `${NAME}`. */
	readonly words: readonly string[];
	/** `|` or another sign that ends the command. The text after it was not read. */
	readonly endedBy?: string;
}

/**
 * Splits a command. Throws a `ConfigError` if the text is not a single command that can be read without
 * running it.
 */
export function shellWords(text: string): Words {
	const words: string[] = [];
	let word: string | undefined;
	let rest = text.replace(/\r\n?/g, '\n');
	const add = (piece: string): void => {
		word = (word ?? '') + piece;
	};
	const end = (): void => {
		if (word !== undefined) words.push(word);
		word = undefined;
	};
	const skip = (length: number): void => {
		rest = rest.slice(length);
	};

	while (rest !== '') {
		const char = rest.charAt(0);
		if (char === '\\') {
			if (rest.charAt(1) !== '\n') add(literal(rest.charAt(1)));
			skip(2);
		} else if (/\s/.test(char)) {
			end();
			// A line that is no option is another command. A line of options has lost its backslash in a copy.
			if (char === '\n' && words.length > 0 && /^\s*[^\s-]/.test(rest))
				return {words, endedBy: 'the end of its line'};
			skip(1);
		} else if (char === '#' && word === undefined) skip((/^.*/.exec(rest)?.[0] ?? '').length);
		else if (char === "'") {
			const close = rest.indexOf("'", 1);
			if (close < 0) throw unclosed("'");
			add(literal(rest.slice(1, close)));
			skip(close + 1);
		} else if (rest.startsWith("$'")) skip(ansi(rest, add));
		else if (char === '"' || rest.startsWith('$"')) skip(quoted(rest, add));
		else if (char === '`' || rest.startsWith('$(')) throw substitution();
		else if (char === '$') skip(named(rest, add));
		else if (char === '^' && /^\^["\n^]/.test(rest)) throw ofWindows();
		else if (isEnd(rest, word)) {
			end();
			return {words, endedBy: /^(\|\||&&|>>|.)/s.exec(rest)?.[0] ?? char};
		} else {
			add(char);
			skip(1);
		}
	}
	end();
	return {words};
}

// Documentation has URLs without quotes, with & between parameters.
function isEnd(rest: string, word: string | undefined): boolean {
	if (/^[|;<>]/.test(rest)) return true;
	return rest.startsWith('&') && (word === undefined || /^&(&|\s|$)/.test(rest));
}

/** Reads `$'…'`. Returns its length. */
function ansi(text: string, add: (piece: string) => void): number {
	let at = 2;
	add('');
	while (at < text.length) {
		const char = text.charAt(at);
		if (char === "'") return at + 1;
		if (char !== '\\') {
			add(char === '$' && text.charAt(at + 1) === '{' ? '$$' : char);
			at++;
			continue;
		}
		const [code, hex, short, long, octal] = coded.exec(text.slice(at + 1)) ?? [];
		if (code === undefined) {
			const next = text.charAt(at + 1);
			add(escapes[next] ?? next);
			at += 2;
			continue;
		}
		const point =
			octal === undefined ? Number.parseInt(hex ?? short ?? long ?? '', 16) : Number.parseInt(octal, 8);
		if (point > 0x10ffff) throw new ConfigError(`the curl command has \\${code}, which is no character`);
		add(String.fromCodePoint(point));
		at += 1 + code.length;
	}
	throw unclosed("$'");
}

/** Reads `"…"`. Returns its length. */
function quoted(text: string, add: (piece: string) => void): number {
	let at = text.startsWith('$') ? 2 : 1;
	add('');
	while (at < text.length) {
		const rest = text.slice(at);
		const char = rest.charAt(0);
		if (char === '"') return at + 1;
		if (rest.startsWith('\\\n')) at += 2;
		else if (/^\\["\\$`]/.test(rest)) {
			const isBrace = rest.startsWith('\\${');
			add(isBrace ? '$$' : rest.charAt(1));
			at += 2;
		} else if (char === '`' || rest.startsWith('$(')) throw substitution();
		else if (char === '$') at += named(rest, add);
		else {
			add(char);
			at++;
		}
	}
	throw unclosed('"');
}

/** Reads `$NAME`. Returns its length. */
function named(text: string, add: (piece: string) => void): number {
	const [whole, braced, bare] = variable.exec(text) ?? [];
	if (whole === undefined) {
		if (/^\$(\{|[\d@*#?!-])/.test(text))
			throw new ConfigError(
				`the curl command has ${/^\$(\{[^}]*\}?|.)/.exec(text)?.[0]}, which only a shell can fill in; ` +
					'write the value in its place',
			);
		add('$');
		return 1;
	}
	add(`\${${braced ?? bare}}`);
	return whole.length;
}

function unclosed(quote: string): ConfigError {
	return new ConfigError(
		`the curl command has a ${quote} that is not closed; in a shell, --curl-file FILE or --curl - ` +
			'(stdin) saves you from quoting quotes',
	);
}

function substitution(): ConfigError {
	return new ConfigError(
		'the curl command has another command in it, as `…` or $(…), which is not run; write its result, or ' +
			'a variable such as $TOKEN, in its place',
	);
}

function ofWindows(): ConfigError {
	return new ConfigError('the curl command is written for cmd.exe, with ^; copy it "as cURL (bash)"');
}
