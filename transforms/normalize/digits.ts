/** Numbers as text: decimals with every digit, and whether a double holds them. */
import {exactNumber} from '../../src/core/json/json.ts';

const numeral = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d{1,4})?$/;
const integer = /^-?(?:0|[1-9]\d*)$/;
const hexadecimal = /^0[xX][\da-fA-F]+$/;
// Longer than any column can hold; it saves the work on `1e9999`.
const MOST_ZEROS = 100;

/**
 * Whether a text is a number in the grammar of JSON. `007` and `+5` are not: as numbers they would lose
 * characters.
 */
export function isNumeral(text: string): boolean {
	return numeral.test(text);
}

/** The integer in a text, in decimal or as `0x1f`. */
export function parseInteger(text: string): bigint | undefined {
	return integer.test(text) || hexadecimal.test(text) ? BigInt(text) : undefined;
}

/** A number without an exponent: `1.5e-3` → `0.0015`. `undefined` when that would be absurdly long. */
export function plainDigits(text: string): string | undefined {
	const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e');
	const shift = Number(exponent);
	if (shift === 0) return mantissa;
	if (Math.abs(shift) > MOST_ZEROS) return undefined;
	const sign = mantissa.startsWith('-') ? '-' : '';
	const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.');
	const point = whole.length + shift;
	const digits = (whole + fraction).padStart(whole.length + fraction.length + Math.max(0, 1 - point), '0');
	const at = Math.max(1, point);
	const before = digits
		.slice(0, at)
		.padEnd(at, '0')
		.replace(/^0+(?=\d)/, '');
	const after = digits.slice(at);
	return `${sign}${before}${after === '' ? '' : `.${after}`}`;
}

/**
 * The number as decimal(precision, scale) text, or `undefined` when it needs more digits: nothing is rounded.
 */
export function toDecimal(text: string, precision: number, scale: number): string | undefined {
	const plain = plainDigits(text);
	if (plain === undefined) return undefined;
	const negative = plain.startsWith('-');
	const [whole = '', digits = ''] = (negative ? plain.slice(1) : plain).split('.');
	const fraction = digits.length > scale ? digits.replace(/0+$/, '') : digits;
	if (fraction.length > scale || (whole !== '0' && whole.length > precision - scale)) return undefined;
	const value = fraction === '' ? whole : `${whole}.${fraction}`;
	return negative && /[1-9]/.test(value) ? `-${value}` : value;
}

/** Whether a text is a decimal in the form of records. */
export function isDecimal(text: string, precision: number, scale: number): boolean {
	const from = text.charCodeAt(0) === 45 ? 1 : 0;
	let point = text.length;
	for (let at = from; at < text.length; at++) {
		const code = text.charCodeAt(at);
		if (code === 46 && point === text.length) point = at;
		else if (code < 48 || code > 57) return false;
	}
	const whole = point - from;
	const fraction = Math.max(0, text.length - point - 1);
	if (whole === 0 || point === text.length - 1 || fraction > scale) return false;
	const zero = text.charCodeAt(from) === 48;
	return zero ? whole === 1 && (from === 0 || /[1-9]/.test(text)) : whole <= precision - scale;
}

/** The number of digits after the point, and before it (none for `0.5`). */
export function digitCounts(plain: string): {whole: number; fraction: number} {
	const [whole = '', fraction = ''] = plain.replace('-', '').split('.');
	return {whole: whole === '0' ? 0 : whole.length, fraction: fraction.length};
}

// A double has 17 significant digits: the 0.10000000000000001 of some servers is the double 0.1.
const DOUBLE_DIGITS = 17;

/** The double for these digits, without a loss; `undefined` when there is none. */
export function exactDouble(text: string): number | undefined {
	const number = Number(text);
	if (!Number.isFinite(number) || (number === 0 && /[1-9]/.test(text.replace(/e.*$/i, '')))) return undefined;
	if (typeof exactNumber(text) === 'number') return number;
	const written = significant(text);
	if (written.length > DOUBLE_DIGITS || written.length === 0) return undefined;
	return significant(number.toPrecision(written.length)) === written ? number : undefined;
}

function significant(text: string): string {
	return text
		.replace(/e.*$/i, '')
		.replace(/[-.]/g, '')
		.replace(/^0+|0+$/g, '');
}
