/** Infers the type of a column from a value. */
import {Decimal, type JsonValue} from '../../src/core/json/json.ts';
import {MOST_DIGITS} from '../../src/core/schema/definition.ts';
import type {ScalarType} from '../../src/core/schema/schema.ts';
import {digitCounts, exactDouble, plainDigits} from './digits.ts';
import {parseDateTime} from './time.ts';

/** The type of a column, without its name. */
export type Kind =
	| {readonly type: ScalarType}
	| {readonly type: 'decimal'; readonly precision: number; readonly scale: number};

const LEAST_BIGINT = -(2n ** 63n);
const MOST_BIGINT = 2n ** 63n - 1n;
// Enough for the 18 decimals of the common currencies that need more than a double.
const INFERRED_SCALE = 18;

/** The type that a first value gives its column. */
export function infer(value: JsonValue): Kind {
	switch (typeof value) {
		case 'string':
			return {type: parseDateTime(value) === undefined ? 'text' : 'timestamp'};
		case 'number':
			return {type: Number.isSafeInteger(value) ? 'bigint' : 'double'};
		case 'boolean':
			return {type: 'bool'};
		case 'bigint':
			return isBigint(value) ? {type: 'bigint'} : exactKind(value.toString());
		default:
			if (!(value instanceof Decimal)) return {type: 'json'};
			return exactDouble(value.text) === undefined ? exactKind(value.text) : {type: 'double'};
	}
}

function exactKind(text: string): Kind {
	const plain = plainDigits(text);
	if (plain === undefined) return {type: 'text'};
	const {whole, fraction} = digitCounts(plain);
	if (whole + fraction > MOST_DIGITS) return {type: 'text'};
	const roomy = fraction > 0 && whole + INFERRED_SCALE <= MOST_DIGITS ? INFERRED_SCALE : 0;
	return {type: 'decimal', precision: MOST_DIGITS, scale: Math.max(fraction, roomy)};
}

/** Whether an integer fits into 64 bits. */
export function isBigint(value: bigint): boolean {
	return value >= LEAST_BIGINT && value <= MOST_BIGINT;
}
