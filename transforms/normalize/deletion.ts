/**
 * A row that marks a deletion needs only the key: a merge drops the row, so other required columns are
 * filled.
 */
import type {JsonValue} from '../../src/core/json/json.ts';
import type {Column} from '../../src/core/schema/schema.ts';

/** Whether the value of a column with `hard_delete` deletes the key. */
export function isDeletion(flag: JsonValue | undefined, {type}: Column): boolean {
	if (flag === null || flag === undefined) return false;
	return type !== 'bool' || flag === true;
}

/** A value for a column that may not be null. */
export function placeholderValue(column: Column): JsonValue {
	switch (column.type) {
		case 'bigint':
		case 'double':
			return 0;
		case 'bool':
			return false;
		case 'decimal':
			return '0';
		case 'timestamp':
			return '1970-01-01T00:00:00Z';
		case 'date':
			return '1970-01-01';
		case 'time':
			return '00:00:00';
		case 'json':
			return {};
		case 'list':
			return [];
		case 'struct':
			return Object.fromEntries(
				column.fields.map(field => [field.name, field.nullable ? null : placeholderValue(field)]),
			);
		default:
			return '';
	}
}
