/** Converts values between types where nothing is lost; otherwise the result is `undefined`. */
import {Decimal, type JsonValue, parse} from '../../src/core/json/json.ts';
import type {Column, TimeUnit} from '../../src/core/schema/schema.ts';
import {exactDouble, isNumeral, parseInteger, plainDigits} from './digits.ts';
import {hexadecimal} from './fits.ts';
import {isBigint} from './infer.ts';
import {fromEpoch, readTimestamp} from './time.ts';

export function toBigint(value: JsonValue): number | bigint | undefined {
	if (typeof value === 'bigint') return small(value);
	// The digits that were sent, 33914865668592830, and not those of the exact double, 33914865668592832.
	const text = typeof value === 'number' && Number.isInteger(value) ? plainDigits(String(value)) : value;
	const integer = typeof text === 'string' ? parseInteger(text) : undefined;
	return integer === undefined ? undefined : small(integer);
}

function small(value: bigint): number | bigint | undefined {
	if (!isBigint(value)) return undefined;
	const number = Number(value);
	return Number.isSafeInteger(number) ? number : value;
}

export function toDouble(value: JsonValue): number | undefined {
	// The digits must stay the same, too: a double with the same value may be written with others.
	if (typeof value === 'bigint' && plainDigits(String(Number(value))) !== value.toString()) return undefined;
	const text = numberText(value);
	return text === undefined ? undefined : exactDouble(text);
}

const yes = /^(?:yes|true|t|y|1)$/i;
const no = /^(?:no|false|f|n|0)$/i;

export function toBool(value: JsonValue): boolean | undefined {
	const word = String(value);
	return yes.test(word) ? true : no.test(word) ? false : undefined;
}

export function toTimestamp(value: JsonValue): string | undefined {
	if (typeof value === 'string') {
		const time = readTimestamp(value);
		if (time !== undefined || !isNumeral(value)) return time;
	}
	return fromCount(value);
}

export function toTime({type}: Column, timestamp: string | undefined): string | undefined {
	return type === 'date' ? timestamp?.slice(0, 10) : timestamp;
}

/** Whether a value is a number, or a text that is one. */
export function isCount(value: JsonValue): boolean {
	return typeof value === 'string'
		? isNumeral(value)
		: typeof value === 'number' || typeof value === 'bigint' || value instanceof Decimal;
}

/** The timestamp of a count since 1970. */
export function fromCount(value: JsonValue, unit?: TimeUnit): string | undefined {
	const text = numberText(value);
	const plain = text === undefined ? undefined : plainDigits(text);
	return plain === undefined ? undefined : fromEpoch(plain, unit);
}

export function toBinary(value: JsonValue): string | undefined {
	let digits: string;
	if (typeof value === 'string') {
		if (!hexadecimal.test(value)) return undefined;
		digits = value.slice(2);
	} else {
		const integer = toBigint(value);
		if (integer === undefined || integer < 0) return undefined;
		digits = integer === 0 ? '' : integer.toString(16);
	}
	return Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex').toString('base64');
}

export function toJson(text: string): JsonValue {
	try {
		return parse(text);
	} catch {
		return text;
	}
}

// The digits of a number, or of a text that is a number.
export function numberText(value: JsonValue): string | undefined {
	if (typeof value === 'number') return Number.isFinite(value) ? String(value) : undefined;
	if (typeof value === 'bigint') return value.toString();
	if (value instanceof Decimal) return value.text;
	if (typeof value !== 'string') return undefined;
	return isNumeral(value) ? value : parseInteger(value)?.toString();
}
