/** The order of values. A rank is a text; ranks have the order of the values, by code points. */
import {SinkError} from '../../../src/core/errors.ts';
import {type JsonValue, significantDigits} from '../../../src/core/json/json.ts';
import type {Column} from '../../../src/core/schema/schema.ts';
import {trimFraction} from './key.ts';

/** The rank of a value that is not null. Ranks of numbers compare across their types. */
export type Rank = (value: JsonValue) => string;

/** `undefined` for a column whose values have no order. */
export function rankOf(column: Column): Rank | undefined {
	switch (column.type) {
		case 'bigint':
		case 'double':
		case 'decimal':
			return numberRank;
		case 'timestamp':
		case 'time':
			return value => trimFraction(value as string);
		case 'text':
		case 'date':
			return value => value as string;
		case 'bool':
			return value => (value === true ? '1' : '0');
		case 'binary':
			return value => Buffer.from(value as string, 'base64').toString('hex');
		default:
			return undefined;
	}
}

/** The same, for a column that the user chose. Throws if its values have no order. */
export function orderRank(column: Column): Rank {
	const rank = rankOf(column);
	if (rank) return rank;
	throw new SinkError(
		`the column ${JSON.stringify(column.name)} is ${column.type}, of which no value is greater than ` +
			'another; name another column for the order, or declare its type',
	);
}

/** Negative when `a` comes first. JavaScript's own order of texts is by UTF-16 units. */
export function compareRanks(a: string, b: string): number {
	const length = Math.min(a.length, b.length);
	for (let at = 0; at < length; at++) {
		const difference = lifted(a.charCodeAt(at)) - lifted(b.charCodeAt(at));
		if (difference !== 0) return difference;
	}
	return a.length - b.length;
}

// Moves surrogates behind all other units, as code points beyond U+FFFF come last.
function lifted(unit: number): number {
	if (unit >= 0xe000) return unit - 0x800;
	return unit >= 0xd800 ? unit + 0x2000 : unit;
}

/** Larger than any exponent of a number, so that all exponents have four digits. */
const BIAS = 5000;
const MOST = 9999;

// First the sign, then the exponent, then the digits; for negative numbers, the complement of the exponent
// and of each digit.
export function numberRank(value: JsonValue): string {
	const text = plainText(value);
	if (text === 'NaN') return '4';
	if (text === 'Infinity') return '3';
	if (text === '-Infinity') return '/';
	const spelled = significantDigits(text);
	if (spelled === '0') return '1';
	const isNegative = spelled.startsWith('-');
	const [digits = '', exponent = '0'] = spelled.slice(isNegative ? 1 : 0).split('e');
	const power = BIAS + Number(exponent);
	if (!isNegative) return `2${power}${digits}`;
	return `0${MOST - power}${digits.replace(/\d/g, digit => String(9 - Number(digit)))}~`;
}

// A whole double above 2^53 has more digits than JavaScript prints.
function plainText(value: JsonValue): string {
	return typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)
		? BigInt(value).toString()
		: String(value);
}
