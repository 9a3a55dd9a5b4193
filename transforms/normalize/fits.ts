/** Checks whether a value fits its column without a conversion. */
import {isBase64} from '../../src/core/json/base64.ts';
import type {JsonValue} from '../../src/core/json/json.ts';
import type {Column} from '../../src/core/schema/schema.ts';
import {isDecimal} from './digits.ts';
import type {Kind} from './infer.ts';
import {isDate, isTime, isTimestamp} from './time.ts';

/**
 * Whether a column holds this value unchanged. Lists and structs are left to `coerce()`, which returns them
 * unchanged.
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

/** Whether a value may be an object or a list as text; a single number or word stays a text. */
export function isJsonText(value: JsonValue): value is string {
	return typeof value === 'string' && (value.startsWith('{') || value.startsWith('['));
}

/** A text of hexadecimal digits. */
export const hexadecimal = /^0x[\da-f]*$/i;

// Some hexadecimal texts are also valid base64; with 0x in front they are hexadecimal.
function isBinary(text: string): boolean {
	return isBase64(text) && !hexadecimal.test(text);
}
