/** Types of columns in DuckDB, and their values as records have them. */
import type {DuckDBValue} from '@duckdb/node-api';
import type {JsonValue} from '../../../src/core/json/json.ts';
import type {Column} from '../../../src/core/schema/schema.ts';
import {fromField} from '../../formats/text-values.ts';
import {quoted} from '../sql/names.ts';

const TIME = 'TIMESTAMP WITH TIME ZONE';

export function typeOf(column: Column): string {
	switch (column.type) {
		case 'text':
			return 'VARCHAR';
		case 'bigint':
			return 'BIGINT';
		case 'double':
			return 'DOUBLE';
		case 'bool':
			return 'BOOLEAN';
		case 'timestamp':
			return TIME;
		case 'date':
			return 'DATE';
		case 'time':
			return 'TIME';
		case 'decimal':
			return `DECIMAL(${column.precision},${column.scale})`;
		case 'binary':
			return 'BLOB';
		case 'list':
			return `${typeOf(column.items)}[]`;
		case 'struct':
			return `STRUCT(${column.fields.map(field => `${quoted(field.name)} ${typeOf(field)}`).join(', ')})`;
		default:
			return 'JSON';
	}
}

/** DuckDB writes a type with quotes only where it needs them. */
export function isSame(found: string, wanted: string): boolean {
	return found.replaceAll('"', '') === wanted.replaceAll('"', '');
}

const asText = new Set(['BIGINT', 'DOUBLE', 'BOOLEAN', 'DATE', 'TIME']);

/** The expression that gives a column another type without a loss; `undefined` if there is none. */
export function conversion(name: string, from: string, to: string): string | undefined {
	if (isSame(from, to)) return name;
	const [wide, room] = [digitsOf(to), digitsOf(from)];
	if (to === 'VARCHAR') return asText.has(from) || room ? `CAST(${name} AS VARCHAR)` : undefined;
	if (to === 'JSON') return asText.has(from) || from === 'VARCHAR' ? `to_json(${name})` : undefined;
	if (from === 'BIGINT' && (to === 'DOUBLE' || wide)) return `CAST(${name} AS ${to})`;
	const isRoomier = wide && room && wide.scale >= room.scale && wide.whole >= room.whole;
	return isRoomier ? `CAST(${name} AS ${to})` : undefined;
}

function digitsOf(type: string): {whole: number; scale: number} | undefined {
	const [, precision, scale] = /^DECIMAL\((\d+),(\d+)\)$/.exec(type) ?? [];
	return precision === undefined
		? undefined
		: {whole: Number(precision) - Number(scale), scale: Number(scale)};
}

/** The value of a column as text. */
export function cellText(sql: string, {type}: Column): string {
	// In the form of records, which depends on no time zone.
	if (type === 'timestamp') return `CAST(epoch_us(CAST(${sql} AS ${TIME})) AS VARCHAR)`;
	if (type === 'binary') return `base64(${sql})`;
	return type === 'list' || type === 'struct'
		? `CAST(to_json(${sql}) AS VARCHAR)`
		: `CAST(${sql} AS VARCHAR)`;
}

/** Turns such a text into the value of a record. */
export function cellReader(column: Column): (value: DuckDBValue) => JsonValue {
	if (column.type === 'timestamp') return value => (value === null ? null : isoTime(BigInt(String(value))));
	const read = column.type === 'binary' ? (text: string): JsonValue => text : fromField(column);
	return value => (value === null ? null : read(String(value)));
}

const MILLION = 1_000_000n;

function isoTime(micros: bigint): string {
	const rest = ((micros % MILLION) + MILLION) % MILLION;
	const second = new Date(Number((micros - rest) / 1000n)).toISOString().slice(0, -5);
	if (rest === 0n) return `${second}Z`;
	const digits = String(rest).padStart(6, '0');
	return `${second}.${digits.endsWith('000') ? digits.slice(0, 3) : digits}Z`;
}
