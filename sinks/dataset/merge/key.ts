/** The identity of rows: the values of their key, whatever types their columns have. */
import {canonical} from '../../../src/core/json/canonical.ts';
import {Decimal, type JsonValue} from '../../../src/core/json/json.ts';
import {canonicalNumber, isNumeric} from '../../../src/core/json/numbers.ts';
import type {JsonRecord} from '../../../src/core/page.ts';
import type {Column, Schema} from '../../../src/core/schema/schema.ts';

/**
 * Equal for rows that are the same. `undefined`: a column of the key has no value, so the row equals no
 * other.
 */
export type Key = string | number | bigint | undefined;

// The prefix of every key that is neither a plain text nor a number.
const MARK = '\u0000';

/** Returns a function that reads the key of records with this schema. */
export function keyReader(names: readonly string[], schema: Schema): (record: JsonRecord) => Key {
	const readers = names.map(name => {
		const column = columnOf(schema, name);
		return (record: JsonRecord): Key =>
			column && Object.hasOwn(record, name) ? partOf(record[name], column) : undefined;
	});
	const [only] = readers;
	if (only && readers.length === 1) return only;
	return record => {
		const parts = [MARK];
		for (const read of readers) {
			const part = read(record);
			if (part === undefined) return undefined;
			// The length before a text keeps ("a", "b,c") and ("a,b", "c") different.
			if (typeof part === 'string') parts.push(String(part.length), ':', part);
			else parts.push('n', String(part), ';');
		}
		// A text that is concatenated with `+` would also keep its pieces in memory.
		return parts.join('');
	};
}

export function columnOf({columns}: Schema, name: string): Column | undefined {
	return columns.find(column => column.name === name);
}

function partOf(value: JsonValue | undefined, column: Column): Key {
	if (value === null || value === undefined) return undefined;
	switch (column.type) {
		case 'bigint':
		case 'double':
		case 'decimal':
			return numberKey(value);
		case 'timestamp':
		case 'time':
			return trimFraction(value as string);
		case 'text':
		case 'date':
		case 'binary':
			return textKey(value as string);
		default:
			if (typeof value === 'string') return textKey(value);
			if (isNumeric(value)) return numberKey(value);
			return `${MARK}j${canonical(value)}`;
	}
}

function textKey(text: string): string {
	return text.startsWith(MARK) ? `${MARK}t${text}` : text;
}

// A number if a double holds it exactly, so that 1, 1.0 and the decimal 1.00 are one key.
function numberKey(value: JsonValue): Key {
	if (typeof value === 'number')
		return Number.isInteger(value) && !Number.isSafeInteger(value) ? BigInt(value) : value;
	if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
	const text = String(value);
	const [, whole] = /^(-?\d+)(?:\.0+)?$/.exec(text) ?? [];
	if (whole !== undefined) return numberKey(BigInt(whole));
	const number = canonicalNumber(new Decimal(text));
	return typeof number === 'number' ? numberKey(number) : MARK + number;
}

// 10:00:00.500Z and 10:00:00.5Z are the same time.
export function trimFraction(text: string): string {
	const local = text.endsWith('Z') ? text.slice(0, -1) : text;
	return local.includes('.') ? local.replace(/\.?0+$/, '') : local;
}
