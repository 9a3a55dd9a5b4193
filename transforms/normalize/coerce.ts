/** Converts a value to one that its column holds, without loss. */
import {Decimal, type JsonObject, type JsonValue, stringify} from '../../src/core/json/json.ts';
import {ownValue} from '../../src/core/own.ts';
import {isObject} from '../../src/core/path/path.ts';
import type {Column} from '../../src/core/schema/schema.ts';
import {setProperty} from '../assign.ts';
import {
	fromCount,
	isCount,
	numberText,
	toBigint,
	toBinary,
	toBool,
	toDouble,
	toJson,
	toTime,
	toTimestamp,
} from './convert.ts';
import {isNumeral, toDecimal} from './digits.ts';
import {fits, isJsonText} from './fits.ts';
import {parseDate, parseTimeOfDay} from './time.ts';

/**
 * Which conversions are allowed. `declared`: the author chose the type, so `yes` is true, `0x1f` is 31, and a
 * text with JSON is that value; an object in a text column becomes its JSON. `inferred`: a text whose meaning
 * is only likely is not converted. `strict`: texts do not become numbers or bools, and numbers do not become
 * texts, bools or times.
 */
export type Leniency = 'declared' | 'inferred' | 'strict';

/**
 * The value in the form of the column, or `undefined` when it does not fit. Nothing is lost, except what the
 * type does not have: the time of day in a date, fractions of a microsecond.
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
	// In a text column, objects and lists become their JSON.
	if (typeof value === 'object' && !(value instanceof Decimal))
		return column.type === 'text' && leniency === 'declared' ? stringify(value) : undefined;
	const unit = 'timeUnit' in column ? column.timeUnit : undefined;
	// A declared unit means that the column is written as numbers.
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
			return typeof value === 'string' ? parseTimeOfDay(value) : undefined;
		case 'decimal': {
			const text = numberText(value);
			return text === undefined ? undefined : toDecimal(text, column.precision, column.scale);
		}
		case 'binary':
			return toBinary(value);
	}
}

// Whether a text certainly has the type of a column that was inferred.
function isPlain({type}: Column, value: JsonValue): boolean {
	if (typeof value !== 'string') return true;
	if (type === 'bool') return value === 'true' || value === 'false';
	if (type === 'timestamp') return !isNumeral(value) || parseDate(value) !== undefined;
	return isNumeral(value);
}

// JSON writes values of these types as texts, so they are no change of type.
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
		const given = ownValue(value, field.name);
		if (given === undefined) {
			if (!field.nullable) return undefined;
			continue;
		}
		const coerced = coerce(field, given, leniency);
		if (coerced === undefined) return undefined;
		setProperty(struct, field.name, coerced);
	}
	// A field that the struct lacks would be lost, so the value does not fit; a null is no loss.
	for (const key of Object.keys(value))
		if ((value[key] ?? null) !== null && !Object.hasOwn(struct, key)) return undefined;
	return struct;
}
