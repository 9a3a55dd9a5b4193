/** `'%02d' % 5` and `'{:.2f}'.format(x)`. */
import type {Budget} from '../budget.ts';
import {fail, isMissing} from '../errors.ts';
import {numberOf} from './numbers.ts';
import {represented, textOf} from './python-text.ts';
import {isDict, Tuple, typeName, type Value} from './values.ts';

const WIDEST = 10_000;
const code = /%(?:\(([^)]*)\))?([-+ 0#]*)(\d*)(?:\.(\d+))?([a-zA-Z%])/g;

export function formatted(format: string, values: Value, budget: Budget): string {
	const list = values instanceof Tuple ? [...values] : [values];
	let next = 0;
	const made = format.replace(code, (_, name, flags, width, precision, letter) => {
		if (letter === '%') return '%';
		const value = name === undefined ? list[next++] : isDict(values) ? values[name] : undefined;
		if (name === undefined && next > list.length)
			fail(`the format "${format.slice(0, 60)}" has more codes than values`);
		return budget.text(aligned(spelled(value, letter, precision), flags, sized(width), letter));
	});
	if (next < list.length && (values instanceof Tuple || !(isDict(values) || Array.isArray(values))))
		fail(`the format "${format.slice(0, 60)}" has fewer codes than values`);
	return made;
}

function sized(digits: string): number {
	const size = Number(digits);
	return size <= WIDEST ? size : fail(`a width of ${digits} is more than ${WIDEST}`);
}

function spelled(value: Value, letter: string, precision: string | undefined): string {
	if (letter === 's' || letter === 'r') {
		const text = letter === 's' ? textOf(value) : represented(value);
		return precision === undefined ? text : text.slice(0, Number(precision));
	}
	return numeral(value, letter, precision);
}

function numeral(value: Value, letter: string, precision: string | undefined): string {
	const known = numberOf(value);
	if (!known)
		return value === null || value === undefined
			? isMissing()
			: fail(`%${letter} takes a number, no ${typeName(value)}`);
	const {number} = known;
	const digits = precision === undefined ? 6 : Math.min(Number(precision), 100);
	if ('dixXo'.includes(letter) && !Number.isFinite(Number(number))) fail(`%${letter} takes a finite number`);
	switch (letter) {
		case 'd':
		case 'i':
			return String(typeof number === 'bigint' ? number : BigInt(Math.trunc(number)));
		case 'x':
			return BigInt(typeof number === 'bigint' ? number : Math.trunc(number)).toString(16);
		case 'X':
			return BigInt(typeof number === 'bigint' ? number : Math.trunc(number))
				.toString(16)
				.toUpperCase();
		case 'o':
			return BigInt(typeof number === 'bigint' ? number : Math.trunc(number)).toString(8);
		case 'f':
		case 'F':
			return Number(number).toFixed(digits);
		case 'e':
			return Number(number)
				.toExponential(digits)
				.replace(/e([+-])(\d)$/, 'e$10$2');
		case 'g':
			return String(Number(Number(number).toPrecision(Math.max(digits, 1))));
		default:
			return fail(`there is no format code %${letter}`);
	}
}

function aligned(text: string, flags: string, width: number, letter: string): string {
	const isNumber = !'sr'.includes(letter);
	const sign =
		isNumber && !text.startsWith('-') ? (flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '') : '';
	const whole = sign + text;
	if (flags.includes('-')) return whole.padEnd(width);
	if (!flags.includes('0') || !isNumber) return whole.padStart(width);
	const at = /^[-+ ]/.test(whole) ? 1 : 0;
	return whole.slice(0, at) + whole.slice(at).padStart(width - at, '0');
}

const field = /\{\{|\}\}|\{(\w*)(?::([^{}]*))?\}/g;
const spec = /^(?:(.)?([<>^]))?([-+ ]?)(0?)(\d*)(,?)(?:\.(\d+))?([a-zA-Z%]?)$/su;

/** `'{} of {name}'.format(1, name=2)` */
export function filledIn(
	format: string,
	values: readonly Value[],
	named: ReadonlyMap<string, Value>,
	budget: Budget,
): string {
	let next = 0;
	return format.replace(field, (whole, name?: string, wanted = '') => {
		if (name === undefined) return whole[0] ?? '';
		const index = name === '' ? next++ : Number(name);
		const isNamed = Number.isNaN(index);
		if (isNamed ? !named.has(name) : index >= values.length) fail(`{${name}} has no value`);
		const value = isNamed ? named.get(name) : values[index];
		return budget.text(wanted === '' ? textOf(value) : asWanted(value, wanted));
	});
}

function asWanted(value: Value, wanted: string): string {
	const match = spec.exec(wanted);
	if (!match) return fail(`there is no format "${wanted.slice(0, 60)}"`);
	const [, fill = ' ', align, sign = '', zero, width = '', comma, precision, letter] = match;
	const known = numberOf(value);
	let text: string;
	if (!known) text = precision === undefined ? textOf(value) : textOf(value).slice(0, Number(precision));
	else if (letter === '%') text = `${(Number(known.number) * 100).toFixed(Number(precision ?? 6))}%`;
	else if (letter !== undefined && letter !== '') text = numeral(value, letter, precision);
	else text = precision === undefined ? textOf(value) : numeral(value, 'f', precision);
	if (comma === ',') text = text.replace(/^-?\d+/, digits => digits.replace(/\B(?=(\d{3})+$)/g, ','));
	if (align === undefined)
		return aligned(text, `${sign}${zero ?? ''}${known ? '' : '-'}`, sized(width), known ? 'd' : 's');
	const room = Math.max(0, sized(width) - text.length);
	const before = align === '<' ? 0 : align === '>' ? room : Math.floor(room / 2);
	return fill.repeat(before) + text + fill.repeat(room - before);
}
