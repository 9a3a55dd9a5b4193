/** The methods of Python's texts. */
import {fail} from '../errors.ts';
import {integerIn, itemsOf, type Routine, routine, type Surroundings, textIn} from '../routine.ts';
import {filledIn} from '../values/format.ts';
import {textOf} from '../values/python-text.ts';
import {type Dict, madeHere, Tuple, type Value} from '../values/values.ts';

const method = (parameters: string, run: (around: Surroundings, text: string, ...values: Value[]) => Value) =>
	routine(`text${parameters === '' ? '' : ', '}${parameters}`, (around, text, ...values) =>
		run(around, text as string, ...values),
	);

const space = '\\s\\x1c-\\x1f\\x85';
const trimmed = (text: string, characters: Value, ends: 'both' | 'start' | 'end'): string => {
	let [from, to] = [0, text.length];
	const set = characters === undefined || characters === null ? undefined : new Set(textIn(characters));
	const goes = (character: string): boolean => (set ? set.has(character) : /\s/.test(character));
	if (ends !== 'end') while (from < to && goes(text.charAt(from))) from++;
	if (ends !== 'start') while (to > from && goes(text.charAt(to - 1))) to--;
	return text.slice(from, to);
};

function split(around: Surroundings, text: string, separator: Value, most: Value): Value {
	const limit = integerIn(most, -1);
	around.budget.make(text.length);
	const parts = limited(text, separator, limit);
	around.budget.scan(parts.length);
	return madeHere(parts);
}

function limited(text: string, separator: Value, limit: number): string[] {
	if (separator === undefined || separator === null) {
		const words = text.match(new RegExp(`[^${space}]+`, 'g')) ?? [];
		if (limit < 0 || words.length <= limit) return [...words];
		const rest = new RegExp(`^[${space}]*(?:[^${space}]+[${space}]+){${limit}}`).exec(text)?.[0].length ?? 0;
		return [...words.slice(0, limit), trimmed(text.slice(rest), undefined, 'end')];
	}
	const sign = textIn(separator);
	if (sign === '') fail('split() takes no empty separator');
	const parts = text.split(sign);
	if (limit < 0 || parts.length <= limit + 1) return parts;
	return [...parts.slice(0, limit), parts.slice(limit).join(sign)];
}

function splitFromEnd(around: Surroundings, text: string, separator: Value, most: Value): Value {
	const limit = integerIn(most, -1);
	const parts = limited(text, separator, -1);
	around.budget.make(text.length);
	around.budget.scan(parts.length);
	if (limit < 0 || parts.length <= limit + 1) return madeHere(parts);
	const sign = typeof separator === 'string' ? separator : ' ';
	return madeHere([
		parts.slice(0, -limit || undefined).join(sign),
		...(limit === 0 ? [] : parts.slice(-limit)),
	]);
}

/** Each word with a capital letter, and the rest in small ones. */
export function titled(text: string): string {
	return text.replace(/\p{L}+/gu, word => capitalized(word));
}

export function capitalized(text: string): string {
	const [first = ''] = text;
	return first.toUpperCase() + text.slice(first.length).toLowerCase();
}

/** `count` below 0 stands for all. */
export function replaced(around: Surroundings, text: string, old: string, by: string, count = -1): string {
	const parts = limited(text, old === '' ? undefined : old, -1);
	if (old === '') {
		const characters = ['', ...Array.from(text), ''];
		const most = count < 0 ? characters.length - 1 : count;
		around.budget.make(text.length + most * by.length);
		return characters.map((character, i) => (i > 0 && i <= most ? by : '') + character).join('');
	}
	const most = count < 0 ? parts.length - 1 : Math.min(count, parts.length - 1);
	around.budget.make(text.length + most * by.length);
	return [parts.slice(0, most + 1).join(by), ...parts.slice(most + 1)].join(old);
}

function startsWithAny(text: string, starts: Value, holds: (text: string, part: string) => boolean): boolean {
	return Array.isArray(starts)
		? starts.some(start => holds(text, textIn(start)))
		: holds(text, textIn(starts));
}

function padTo(
	around: Surroundings,
	text: string,
	width: Value,
	fill: Value,
	side: 'start' | 'end' | 'both',
) {
	const size = integerIn(width);
	const room = Math.max(0, size - text.length);
	around.budget.make(size);
	const character = fill === undefined ? ' ' : textIn(fill);
	const before = side === 'start' ? room : side === 'end' ? 0 : Math.floor(room / 2);
	return character.repeat(before) + text + character.repeat(room - before);
}

const all = (pattern: RegExp) => method('', (_, text) => pattern.test(text));

export const textMethods: {readonly [name: string]: Routine} = {
	capitalize: method('', (_, text) => capitalized(text)),
	casefold: method('', (_, text) => text.toLowerCase()),
	center: method('width, fill=', (around, text, width, fill) => padTo(around, text, width, fill, 'both')),
	count: method('part', (_, text, part) => text.split(textIn(part)).length - 1),
	endswith: method('end', (_, text, end) => startsWithAny(text, end, (text, part) => text.endsWith(part))),
	find: method('part, start=', (_, text, part, start) => text.indexOf(textIn(part), integerIn(start, 0))),
	format: method('*', ({budget}, text, rest, others) => {
		const named = Object.entries(others as Dict).map(([key, value]) => [key.slice(1), value] as const);
		return filledIn(text, rest as Value[], new Map(named), budget);
	}),
	index: method('part', (_, text, part) => {
		const at = text.indexOf(textIn(part));
		return at >= 0 ? at : fail(`index() does not find ${JSON.stringify(part)}`);
	}),
	isalnum: all(/^[\p{L}\p{N}]+$/u),
	isalpha: all(/^\p{L}+$/u),
	isdecimal: all(/^\p{Nd}+$/u),
	isdigit: all(/^\p{Nd}+$/u),
	islower: method('', (_, text) => text === text.toLowerCase() && text !== text.toUpperCase()),
	isnumeric: all(/^\p{N}+$/u),
	isspace: all(/^\s+$/u),
	istitle: method('', (_, text) => text === titled(text) && text.toLowerCase() !== text.toUpperCase()),
	isupper: method('', (_, text) => text === text.toUpperCase() && text !== text.toLowerCase()),
	join: method('values', ({budget}, text, values) => {
		const parts = itemsOf(values, budget).map(textIn);
		budget.make(parts.reduce((sum, part) => sum + part.length + text.length, 0));
		return parts.join(text);
	}),
	ljust: method('width, fill=', (around, text, width, fill) => padTo(around, text, width, fill, 'end')),
	lower: method('', (_, text) => text.toLowerCase()),
	lstrip: method('characters=', (_, text, characters) => trimmed(text, characters, 'start')),
	partition: method('separator', (_, text, separator) => {
		const at = text.indexOf(textIn(separator));
		return Tuple.from(
			at < 0 ? [text, '', ''] : [text.slice(0, at), separator, text.slice(at + textIn(separator).length)],
		);
	}),
	removeprefix: method('start', (_, text, start) =>
		text.startsWith(textIn(start)) ? text.slice(textIn(start).length) : text,
	),
	removesuffix: method('end', (_, text, end) =>
		text.endsWith(textIn(end)) ? text.slice(0, text.length - textIn(end).length) : text,
	),
	replace: method('old, new, count=', (around, text, old, by, count) =>
		replaced(around, text, textIn(old), textIn(by), integerIn(count, -1)),
	),
	rfind: method('part', (_, text, part) => text.lastIndexOf(textIn(part))),
	rjust: method('width, fill=', (around, text, width, fill) => padTo(around, text, width, fill, 'start')),
	rpartition: method('separator', (_, text, separator) => {
		const at = text.lastIndexOf(textIn(separator));
		return Tuple.from(
			at < 0 ? ['', '', text] : [text.slice(0, at), separator, text.slice(at + textIn(separator).length)],
		);
	}),
	rsplit: method('sep=, maxsplit=', splitFromEnd),
	rstrip: method('characters=', (_, text, characters) => trimmed(text, characters, 'end')),
	split: method('sep=, maxsplit=', split),
	splitlines: method('', ({budget}, text) => {
		const lines = text
			.replace(/\r\n?|\n$/g, (end, at) => (at + end.length === text.length ? '' : '\n'))
			.split('\n');
		budget.scan(lines.length);
		return madeHere(text === '' ? [] : lines);
	}),
	startswith: method('start', (_, text, start) =>
		startsWithAny(text, start, (text, part) => text.startsWith(part)),
	),
	strip: method('characters=', (_, text, characters) => trimmed(text, characters, 'both')),
	swapcase: method('', (_, text) =>
		text.replace(/\p{L}/gu, letter =>
			letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
		),
	),
	title: method('', (_, text) => titled(text)),
	upper: method('', (_, text) => text.toUpperCase()),
	zfill: method('width', ({budget}, text, width) => {
		budget.make(integerIn(width));
		const sign = /^[+-]/.exec(text)?.[0] ?? '';
		return sign + text.slice(sign.length).padStart(integerIn(width) - sign.length, '0');
	}),
};

/** `str()` of any value, within the budget. */
export function printed({budget}: Surroundings, value: Value): string {
	return budget.text(textOf(value));
}
