/** Filters that make a text, or read one. */
import {createHash, createHmac, getHashes} from 'node:crypto';
import {wellFormed} from '../../core/json/surrogates.ts';
import {type Find, limitedRegex, SlowPattern} from '../../core/regex.ts';
import {fail, isMissing} from '../errors.ts';
import {capitalized, printed, replaced, textMethods} from '../methods/text.ts';
import {integerIn, type Routine, routine, type Surroundings, textIn} from '../routine.ts';
import {formatted} from '../values/format.ts';
import {jsonText} from '../values/json-text.ts';
import {isDict, Tuple, type Value} from '../values/values.ts';

/** A filter of anything, which is made a text first. */
const ofText = (parameters: string, run: (around: Surroundings, text: string, ...values: Value[]) => Value) =>
	routine(`value${parameters === '' ? '' : ', '}${parameters}`, (around, value, ...values) =>
		run(around, printed(around, value), ...values),
	);

const LONGEST_MATCH_MS = 100;
const NOTED_MS = 10;
const STEPS_PER_MS = 2000;
const patterns = new Map<string, Find>();
const MOST_PATTERNS = 200;

/** Python's pattern as one of JavaScript: named groups are written otherwise. */
function patternOf(source: string): Find {
	const known = patterns.get(source);
	if (known) return known;
	const flags = /^\(\?([aimsux]+)\)/.exec(source);
	const body = source
		.slice(flags?.[0].length ?? 0)
		.replace(/\(\?P</g, '(?<')
		.replace(/\(\?P=(\w+)\)/g, '\\k<$1>')
		.replace(/\\Z/g, '$')
		.replace(/\\A/g, '^');
	let find: Find;
	try {
		find = limitedRegex(
			new RegExp(body, (flags?.[1] ?? '').replace(/[^ims]/g, '')),
			source,
			LONGEST_MATCH_MS,
		);
	} catch {
		return fail(`"${source.slice(0, 60)}" is no regular expression`);
	}
	if (patterns.size >= MOST_PATTERNS) patterns.clear();
	patterns.set(source, find);
	return find;
}

function search({budget}: Surroundings, find: Find, text: string): RegExpExecArray | null {
	const from = performance.now();
	try {
		return find(text);
	} catch (error) {
		if (error instanceof SlowPattern) fail(error.message);
		throw error;
	} finally {
		// Many that are slow, each within its limit, would go on for long.
		const took = performance.now() - from;
		budget.step(took > NOTED_MS ? took * STEPS_PER_MS : 1);
	}
}

function replaceAll(around: Surroundings, text: string, find: Find, by: string): string {
	let [made, rest] = ['', text];
	while (true) {
		const match = search(around, find, rest);
		if (!match) return made + rest;
		const value = by.replace(/\\(?:g<(\w+)>|(\d))/g, (_, name, digit) =>
			digit !== undefined || /^\d+$/.test(name)
				? (match[Number(digit ?? name)] ?? '')
				: (match.groups?.[name] ?? ''),
		);
		// After a match of nothing, the next character stays and the search goes on after it.
		const end = match.index + match[0].length;
		const step = match[0] === '' ? rest.slice(end, end + 1) : '';
		around.budget.make(match.index + value.length + step.length);
		made += rest.slice(0, match.index) + value + step;
		if (match[0] === '' && step === '') return made;
		rest = rest.slice(end + step.length);
		if (rest === '' && match[0] !== '') return made;
	}
}

function encoded(text: string): string {
	return encodeURIComponent(wellFormed(text))
		.replace(/[!'()*]/g, character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
		.replaceAll('%2F', '/');
}

const entities: {readonly [character: string]: string} = {
	'&': '&amp;',
	'<': '&lt;',
	'>': '&gt;',
	'"': '&#34;',
	"'": '&#39;',
};

const forHtml = ofText('', ({budget}, text) =>
	budget.text(text.replace(/[&<>"']/g, character => entities[character] ?? '')),
);

export const textFilters: {readonly [name: string]: Routine} = {
	base64binascii_decode: routine('value', ({budget}, value) =>
		budget.text(Buffer.from(textIn(value), 'utf8').toString('base64')),
	),
	base64decode: routine('value', ({budget}, value) =>
		budget.text(Buffer.from(textIn(value), 'base64').toString('utf8')),
	),
	base64encode: routine('value', ({budget}, value) =>
		budget.text(Buffer.from(textIn(value), 'utf8').toString('base64')),
	),
	capitalize: ofText('', (_, text) => capitalized(text)),
	center: ofText('width=', (around, text, width = 80) =>
		textMethods.center?.run(around, text, width, undefined),
	),
	e: forHtml,
	escape: forHtml,
	forceescape: forHtml,
	format: routine('value, *', ({budget}, value, rest) =>
		formatted(textIn(value), Tuple.from(rest as Value[]), budget),
	),
	hash: routine('value, hash_type=, salt=', (around, value, kind = 'md5', salt = '') => {
		const name = textIn(kind).replace(/^sha3_/, 'sha3-');
		if (!getHashes().includes(name))
			fail(`there is no hash "${name.slice(0, 60)}"; known are md5, sha1, sha256, sha512`);
		const hash = createHash(name).update(printed(around, value), 'utf8');
		return hash.update(salt === null ? '' : printed(around, salt), 'utf8').digest('hex');
	}),
	hmac: routine('value, key, hash_type=', (around, value, key, kind = 'sha256') => {
		if (kind !== 'sha256') fail('hmac knows only sha256');
		return createHmac('sha256', printed(around, key)).update(printed(around, value), 'utf8').digest('hex');
	}),
	indent: ofText('width=, first=', (around, text, width, first) => {
		const margin = typeof width === 'string' ? width : ' '.repeat(Math.min(integerIn(width, 4), 1000));
		around.budget.make(text.split('\n').length * margin.length);
		return (first === true ? margin : '') + text.replace(/\n(?=[^\n])/g, `\n${margin}`);
	}),
	lower: ofText('', (_, text) => text.toLowerCase()),
	regex_replace: routine('value, regex, replacement', (around, value, regex, replacement) =>
		replaceAll(around, textIn(value), patternOf(textIn(regex)), textIn(replacement)),
	),
	regex_search: routine('value, regex', (around, value, regex) =>
		value === undefined ? isMissing() : (search(around, patternOf(textIn(regex)), textIn(value))?.[1] ?? ''),
	),
	replace: ofText('old, new, count=', (around, text, old, by, count) =>
		replaced(
			around,
			text,
			printed(around, old),
			printed(around, by),
			count === null ? -1 : integerIn(count, -1),
		),
	),
	safe: routine('value', (_, value) => value),
	// Airbyte reads what a template prints as a literal; the quotes keep a text a text.
	string: routine('value', ({budget}, value) => {
		if (typeof value === 'string') return value;
		return value === undefined ? isMissing() : budget.text(`"""${jsonText(value)}"""`);
	}),
	striptags: ofText('', (_, text) =>
		text
			.replace(/<!--.*?-->|<[^<>]*>/gs, '')
			.split(/\s+/)
			.join(' ')
			.trim(),
	),
	// Unlike the method, only after white space and opening signs.
	title: ofText('', (_, text) => text.replace(/[^-\s({[<]+/g, capitalized)),
	tojson: routine('value, indent=', ({budget}, value) => {
		if (value === undefined) isMissing();
		return budget.text(jsonText(value, true));
	}),
	trim: ofText('chars=', (around, text, characters) => textMethods.strip?.run(around, text, characters)),
	truncate: ofText('length=, killwords=, end=, leeway=', (_, text, length, cuts, end = '...', leeway) => {
		const [most, mark] = [integerIn(length, 255), textIn(end)];
		if (text.length <= most + integerIn(leeway, 5)) return text;
		const cut = text.slice(0, Math.max(0, most - mark.length));
		return (cuts === true ? cut : cut.replace(/ [^ ]*$/, '')) + mark;
	}),
	upper: ofText('', (_, text) => text.toUpperCase()),
	urlencode: routine('value', (around, value) => {
		if (!isDict(value)) return around.budget.text(encoded(printed(around, value)));
		const pair = (text: string): string => encoded(text).replaceAll('/', '%2F').replaceAll('%20', '+');
		const pairs = Object.entries(value).map(([key, field]) => `${pair(key)}=${pair(printed(around, field))}`);
		return around.budget.text(pairs.join('&'));
	}),
	wordcount: ofText('', (_, text) => text.match(/[\p{L}\p{N}_]+/gu)?.length ?? 0),
};
