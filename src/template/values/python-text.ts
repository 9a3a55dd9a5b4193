/** Values as Python writes them: `str()` for what goes into a text, `repr()` for what stands in a list. */
import {Decimal} from '../../core/json/json.ts';
import {keysOf} from '../../core/json/key-order.ts';
import {dayText, momentText, spanText} from './time-text.ts';
import {Day, Float, Moment, Namespace, Span, Tuple, type Value} from './values.ts';

export function textOf(value: Value): string {
	if (typeof value === 'string') return value;
	return value === undefined ? '' : represented(value);
}

export function represented(value: Value): string {
	switch (typeof value) {
		case 'string':
			return quoted(value);
		case 'undefined':
			return 'Undefined';
		case 'boolean':
			return value ? 'True' : 'False';
		case 'bigint':
			return String(value);
		case 'number':
			return Number.isInteger(value) ? wholeText(value) : floatText(value);
	}
	if (value === null) return 'None';
	if (value instanceof Float) return floatText(value.value);
	if (value instanceof Decimal) return value.text;
	if (Array.isArray(value)) {
		const items = value.map(represented).join(', ');
		if (!(value instanceof Tuple)) return `[${items}]`;
		return value.length === 1 ? `(${items},)` : `(${items})`;
	}
	if (value instanceof Moment) return momentText(value);
	if (value instanceof Day) return dayText(value);
	if (value instanceof Span) return spanText(value);
	const fields = value instanceof Namespace ? value.fields : value;
	return `{${keysOf(fields)
		.map(key => `${quoted(key)}: ${represented(fields[key])}`)
		.join(', ')}}`;
}

function wholeText(value: number): string {
	return Number.isSafeInteger(value) ? String(value) : String(BigInt(value));
}

/** A double as Python writes it: `1.0`, `1e-05`, `1e+16`. */
export function floatText(value: number): string {
	if (Number.isNaN(value)) return 'nan';
	if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
	const [mantissa = '', exponent = '0'] = value.toExponential().split('e');
	const power = Number(exponent);
	if (power < -4 || power >= 16) {
		const digits = String(Math.abs(power)).padStart(2, '0');
		return `${mantissa}e${power < 0 ? '-' : '+'}${digits}`;
	}
	if (Object.is(value, -0)) return '-0.0';
	const plain = power < 0 ? value.toFixed(mantissa.replace(/\D/g, '').length - 1 - power) : String(value);
	return plain.includes('.') ? plain : `${plain}.0`;
}

const named: {readonly [character: string]: string} = {'\n': '\\n', '\r': '\\r', '\t': '\\t', '\\': '\\\\'};
// What Python calls not printable, and the backslash.
const special = /(?! )[\\\p{C}\p{Z}]/gu;

export function quoted(text: string): string {
	const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
	const escaped = text.replace(special, character => named[character] ?? coded(character));
	return quote + (quote === "'" ? escaped.replaceAll("'", "\\'") : escaped) + quote;
}

function coded(character: string): string {
	const code = character.codePointAt(0) ?? 0;
	const [letter, digits] = code < 0x100 ? ['x', 2] : code < 0x10000 ? ['u', 4] : ['U', 8];
	return `\\${letter}${code.toString(16).padStart(Number(digits), '0')}`;
}

const escapes =
	/\\(?:(\n)|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{1,3})|([\\'"abfnrtv]))/g;
const letters: {readonly [letter: string]: string} = {
	a: '\x07',
	b: '\b',
	f: '\f',
	n: '\n',
	r: '\r',
	t: '\t',
	v: '\v',
};

/** What stands between two quotes, read as Python does: an escape that it does not know stays as it is. */
export function unescaped(text: string): string {
	if (!text.includes('\\')) return text;
	return text.replace(escapes, (whole, line, x, u, U, octal, letter) => {
		if (line !== undefined) return '';
		if (letter !== undefined) return letters[letter] ?? letter;
		const code = Number.parseInt(x ?? u ?? U ?? octal, octal === undefined ? 16 : 8);
		return code > 0x10ffff ? whole : String.fromCodePoint(code);
	});
}
