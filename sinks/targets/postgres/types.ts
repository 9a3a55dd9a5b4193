/** Types of columns in PostgreSQL, as `format_type()` writes them. */
import type {Column} from '../../../src/core/schema/schema.ts';

export function typeOf(column: Column): string {
	switch (column.type) {
		case 'text':
			return 'text';
		case 'bigint':
			return 'bigint';
		case 'double':
			return 'double precision';
		case 'bool':
			return 'boolean';
		case 'timestamp':
			return 'timestamp with time zone';
		case 'date':
			return 'date';
		case 'time':
			return 'time without time zone';
		case 'decimal':
			return `numeric(${column.precision},${column.scale})`;
		case 'binary':
			return 'bytea';
		default:
			return 'jsonb';
	}
}

const asText = new Set(['bigint', 'double precision', 'boolean', 'date', 'time without time zone']);

/** The expression that gives a column another type without a loss; `undefined` if there is none. */
export function conversion(name: string, from: string, to: string): string | undefined {
	if (from === to) return name;
	const [wide, room] = [digitsOf(to), digitsOf(from)];
	if (to === 'text') {
		if (asText.has(from) || room) return `${name}::text`;
		return from === 'timestamp with time zone' ? timeText(name) : undefined;
	}
	if (to === 'jsonb') {
		if (from === 'timestamp with time zone') return `to_jsonb(${timeText(name)})`;
		return asText.has(from) || from === 'text' ? `to_jsonb(${name})` : undefined;
	}
	if (from === 'bigint' && to === 'double precision') return `${name}::double precision`;
	if (from === 'bigint' && wide) return `${name}::${to}`;
	if (from === 'date' && to === 'timestamp with time zone') return `${name}::timestamp AT TIME ZONE 'UTC'`;
	const isRoomier = wide && room && wide.scale >= room.scale && wide.whole >= room.whole;
	return isRoomier ? `${name}::${to}` : undefined;
}

function digitsOf(type: string): {whole: number; scale: number} | undefined {
	const [, precision, scale] = /^numeric\((\d+),(\d+)\)$/.exec(type) ?? [];
	return precision === undefined
		? undefined
		: {whole: Number(precision) - Number(scale), scale: Number(scale)};
}

/** A time as records have it: in UTC, with 3 or 6 decimals of a second where there are any. */
function timeText(name: string): string {
	const text = `to_char((${name})::timestamptz AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
	return `regexp_replace(regexp_replace(${text}, '000Z$', 'Z'), '\\.000Z$', 'Z')`;
}

/** The value of a column as text, as it is in a part. */
export function cellText(sql: string, {type}: Column): string {
	if (type === 'timestamp') return timeText(sql);
	return type === 'binary' ? `'\\x' || encode(${sql}, 'hex')` : `(${sql})::text`;
}
