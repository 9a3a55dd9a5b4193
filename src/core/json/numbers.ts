/**
 * Compares numbers by their digits, in every representation: `1.0`, `1n` and a long decimal. A double stands
 * for the digits with which it is written.
 */
import {Decimal, type JsonValue, significantDigits} from './json.ts';

export type Numeric = number | bigint | Decimal;

export function isNumeric(value: JsonValue | undefined): value is Numeric {
	return typeof value === 'number' || typeof value === 'bigint' || value instanceof Decimal;
}

/** Below 0 when `a` is less than `b`, 0 when they are the same number. */
export function compareNumbers(a: Numeric, b: Numeric): number {
	if ((typeof a === 'number' && typeof b === 'number') || (typeof a === 'bigint' && typeof b === 'bigint'))
		return Number(a > b) - Number(a < b);
	// A function of the user may return Infinity, which has no digits.
	if (isInfinite(a) || isInfinite(b)) return compareNumbers(Number(a), Number(b));
	const [one, other] = [spelled(a), spelled(b)];
	if (one.sign !== other.sign) return one.sign - other.sign;
	const byDigits = Number(one.digits > other.digits) - Number(one.digits < other.digits);
	return one.sign * (one.power - other.power || byDigits);
}

// Seventeen digits and a sign.
const LONGEST_DOUBLE = 18;

/** Equal for equal numbers: a double if its text has the same digits, else a text that is no number. */
export function canonicalNumber(value: Numeric): number | string {
	if (typeof value === 'number') return value;
	const text = String(value);
	const number = Number(text);
	if (typeof value === 'bigint' && Number.isSafeInteger(number)) return number;
	const spelling = significantDigits(text);
	const isShort = spelling.lastIndexOf('e') <= LONGEST_DOUBLE;
	return isShort && spelling === significantDigits(String(number)) ? number : `d${spelling}`;
}

function isInfinite(value: Numeric): boolean {
	return typeof value === 'number' && !Number.isFinite(value);
}

// Without zeros at either end, texts of digits are in the order of the fractions for which they stand.
function spelled(value: Numeric): {sign: number; digits: string; power: number} {
	const text = significantDigits(String(value));
	if (text === '0') return {sign: 0, digits: '', power: 0};
	const isNegative = text.startsWith('-');
	const [digits = '', power = '0'] = text.slice(isNegative ? 1 : 0).split('e');
	return {sign: isNegative ? -1 : 1, digits, power: Number(power)};
}
