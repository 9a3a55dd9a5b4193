/**
 * Values and types: what a value is, whether a column holds it as it stands, and how it becomes one that
 * does, without loss.
 */

import {isBase64} from '../../src/core/json/base64.ts';
import {Decimal, type JsonObject, type JsonValue, parse, stringify} from '../../src/core/json/json.ts';
import {own} from '../../src/core/own.ts';
import {isObject} from '../../src/core/path/path.ts';
import {MOST_DIGITS} from '../../src/core/schema/definition.ts';
import type {Column, ScalarType, TimeUnit} from '../../src/core/schema/schema.ts';
import {assign} from '../assign.ts';
import {
	digitCounts,
	exactDouble,
	isDecimal,
	isNumeral,
	parseInteger,
	plainDigits,
	toDecimal,
} from './digits.ts';
import {
	fromEpoch,
	isDate,
	isTime,
	isTimestamp,
	parseDate,
	parseDateTime,
	parseTime,
	readTimestamp,
} from './time.ts';

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

function isBigint(value: bigint): boolean {
	return value >= LEAST_BIGINT && value <= MOST_BIGINT;
}

/**
 * Whether a column holds this value just as it is. Lists and structs are left to `coerce()`, which returns
 * them unchanged.
 */
export function fits(column: Kind | Column, value: JsonValue): boolean {
	switch (column.type) {
		case 'text':
			return typeof value === 'string';
		case 'bigint':
			return Number.isSafeInteger(value);
		case 'double':
			return typeof value === 'number';
		case 'bool':
			return typeof value === 'boolean';
		case 'timestamp':
			return typeof value === 'string' && isTimestamp(value);
		case 'date':
			return typeof value === 'string' && isDate(value);
		case 'time':
			return typeof value === 'string' && isTime(value);
		case 'decimal':
			return typeof value === 'string' && isDecimal(value, column.precision, column.scale);
		case 'binary':
			return typeof value === 'string' && isBinary(value);
		case 'json':
			return true;
		default:
			return false;
	}
}

/** Whether a value may be an object or a list written as text; a lone number or word stays the text it is. */
export function isJsonText(value: JsonValue): value is string {
	return typeof value === 'string' && (value.startsWith('{') || value.startsWith('['));
}

const hexadecimal = /^0x[\da-f]*$/i;

// Some hexadecimal texts happen to be base64 too: whoever writes 0x means it.
function isBinary(text: string): boolean {
	return isBase64(text) && !hexadecimal.test(text);
}

/**
 * What may become what. `declared`: whoever chose the type knows what a text means, so `yes` is true, `0x1f`
 * is 31, and a text that holds JSON is that; an object in a text is its JSON. `inferred`: a text stays out
 * where it is only likely to mean that. `strict`: a text stays out of numbers and bools, and a number out of
 * texts, bools and times.
 */
export type Leniency = 'declared' | 'inferred' | 'strict';

/**
 * The value as the column holds it, or `undefined` when it does not fit. Nothing that a value says is lost,
 * except where the type says so: the time of day in a date, what is finer than a microsecond.
 */
export function coerce(
	column: Column,
	value: JsonValue,
	leniency: Leniency = 'declared',
): JsonValue | undefined {
	if (value === null) return column.nullable ? null : undefined;
	if (column.type === 'list') return coerceList(column.items, value, leniency);
	if (column.type === 'struct') return coerceStruct(column.fields, value, leniency);
	if (column.type === 'json') return leniency === 'declared' && isJsonText(value) ? toJson(value) : value;
	if (fits(column, value)) return value;
	// Whoever wants objects and lists as text means their JSON.
	if (typeof value === 'object' && !(value instanceof Decimal))
		return column.type === 'text' && leniency === 'declared' ? stringify(value) : undefined;
	const unit = 'timeUnit' in column ? column.timeUnit : undefined;
	// Who gives the unit says that numbers are how this column is written.
	if (unit !== undefined && isCount(value)) return toTime(column, fromCount(value, unit));
	if (leniency === 'strict' && !isRelated(column, value)) return undefined;
	if (leniency === 'inferred' && !isPlain(column, value)) return undefined;
	switch (column.type) {
		case 'text':
			return String(value);
		case 'bigint':
			return toBigint(value);
		case 'double':
			return toDouble(value);
		case 'bool':
			return toBool(value);
		case 'timestamp':
		case 'date':
			return toTime(column, toTimestamp(value));
		case 'time':
			return typeof value === 'string' ? parseTime(value) : undefined;
		case 'decimal': {
			const text = numberText(value);
			return text === undefined ? undefined : toDecimal(text, column.precision, column.scale);
		}
		case 'binary':
			return toBinary(value);
	}
}

// What a text says beyond doubt, as the type of a column that nobody chose.
function isPlain({type}: Column, value: JsonValue): boolean {
	if (typeof value !== 'string') return true;
	if (type === 'bool') return value === 'true' || value === 'false';
	if (type === 'timestamp') return !isNumeral(value) || parseDate(value) !== undefined;
	return isNumeral(value);
}

// Types that JSON has no notation for arrive as texts, so these are no change of type.
function isRelated({type}: Column, value: JsonValue): boolean {
	if (typeof value === 'boolean') return false;
	const numeric = type === 'bigint' || type === 'double' || type === 'decimal';
	if (typeof value !== 'string') return numeric;
	if (type === 'timestamp' || type === 'date') return !isNumeral(value) || parseDate(value) !== undefined;
	return type === 'time' || type === 'decimal' || type === 'binary';
}

function coerceList(items: Column, value: JsonValue, leniency: Leniency): JsonValue | undefined {
	if (!Array.isArray(value)) return undefined;
	let same = true;
	const list: JsonValue[] = [];
	for (const item of value) {
		const coerced = coerce(items, item, leniency);
		if (coerced === undefined) return undefined;
		if (coerced !== item) same = false;
		list.push(coerced);
	}
	return same ? value : list;
}

function coerceStruct(
	fields: readonly Column[],
	value: JsonValue,
	leniency: Leniency,
): JsonValue | undefined {
	if (!isObject(value)) return undefined;
	const struct: JsonObject = {};
	for (const field of fields) {
		const given = own(value, field.name);
		if (given === undefined) {
			if (!field.nullable) return undefined;
			continue;
		}
		const coerced = coerce(field, given, leniency);
		if (coerced === undefined) return undefined;
		assign(struct, field.name, coerced);
	}
	// A field that the struct does not have would be lost, so the value does not fit; a null says nothing.
	for (const key of Object.keys(value))
		if ((value[key] ?? null) !== null && !Object.hasOwn(struct, key)) return undefined;
	return struct;
}

function toBigint(value: JsonValue): number | bigint | undefined {
	if (typeof value === 'bigint') return small(value);
	// The digits that were sent, 33914865668592830, and not the ones that the double has in truth,
	// 33914865668592832.
	const text = typeof value === 'number' && Number.isInteger(value) ? plainDigits(String(value)) : value;
	const integer = typeof text === 'string' ? parseInteger(text) : undefined;
	return integer === undefined ? undefined : small(integer);
}

function small(value: bigint): number | bigint | undefined {
	if (!isBigint(value)) return undefined;
	const number = Number(value);
	return Number.isSafeInteger(number) ? number : value;
}

function toDouble(value: JsonValue): number | undefined {
	// Its digits, too, must come back: a double that has the same value may be written with others.
	if (typeof value === 'bigint' && plainDigits(String(Number(value))) !== value.toString()) return undefined;
	const text = numberText(value);
	return text === undefined ? undefined : exactDouble(text);
}

const yes = /^(?:yes|true|t|y|1)$/i;
const no = /^(?:no|false|f|n|0)$/i;

function toBool(value: JsonValue): boolean | undefined {
	const word = String(value);
	return yes.test(word) ? true : no.test(word) ? false : undefined;
}

function toTimestamp(value: JsonValue): string | undefined {
	if (typeof value === 'string') {
		const time = readTimestamp(value);
		if (time !== undefined || !isNumeral(value)) return time;
	}
	return fromCount(value);
}

function toTime({type}: Column, timestamp: string | undefined): string | undefined {
	return type === 'date' ? timestamp?.slice(0, 10) : timestamp;
}

/** A number, or a text that is one. */
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

function toBinary(value: JsonValue): string | undefined {
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

function toJson(text: string): JsonValue {
	try {
		return parse(text);
	} catch {
		return text;
	}
}

// The digits of a number, or of a text that spells one.
function numberText(value: JsonValue): string | undefined {
	if (typeof value === 'number') return Number.isFinite(value) ? String(value) : undefined;
	if (typeof value === 'bigint') return value.toString();
	if (value instanceof Decimal) return value.text;
	if (typeof value !== 'string') return undefined;
	return isNumeral(value) ? value : parseInteger(value)?.toString();
}
