/** Converts values of text formats to the values that records hold. */
import {Decimal, type JsonObject, type JsonValue, parse} from '../../src/core/json/json.ts';
import type {JsonRecord} from '../../src/core/page.ts';
import type {Column, Schema} from '../../src/core/schema/schema.ts';
import type {ReadOptions} from './format.ts';

/** The columns that a reader is asked for; `undefined` for all keys of each record. */
export function wantedColumns({
	schema,
	columns,
}: Pick<ReadOptions, 'schema' | 'columns'>): readonly Column[] | undefined {
	if (!columns) return schema?.columns;
	return columns.map(name => columnOf(schema, name) ?? {name, type: 'json', nullable: true});
}

function columnOf(schema: Schema | undefined, name: string): Column | undefined {
	return schema?.columns.find(column => column.name === name);
}

/** Returns a function that makes records with these columns from the value at each index. */
export function recordMaker(names: readonly string[]): (take: (index: number) => JsonValue) => JsonRecord {
	// An assignment to `__proto__` would lose the value.
	if (names.includes('__proto__'))
		return take => Object.fromEntries(names.map((name, index) => [name, take(index)]));
	return take => {
		const record: JsonRecord = {};
		for (let index = 0; index < names.length; index++) record[names[index] as string] = take(index);
		return record;
	};
}

/**
 * Converts a value in JSON text to that of its column. A value that was written before the column became
 * wider is widened.
 */
export function fromJson(column: Column): (value: JsonValue) => JsonValue {
	switch (column.type) {
		case 'double':
			return value => (typeof value === 'bigint' || value instanceof Decimal ? Number(value) : value);
		case 'decimal':
			return value => (typeof value === 'number' || typeof value === 'bigint' ? String(value) : value);
		case 'list': {
			const item = fromJson(column.items);
			return value => (Array.isArray(value) ? value.map(item) : value);
		}
		case 'struct': {
			const fields = column.fields.map(field => ({name: field.name, read: fromJson(field)}));
			const make = recordMaker(fields.map(field => field.name));
			return value => {
				if (value === null || typeof value !== 'object') return value;
				const object = value as JsonObject;
				return make(index => {
					const {name = '', read} = fields[index] ?? {};
					return Object.hasOwn(object, name) ? (read?.(object[name] as JsonValue) ?? null) : null;
				});
			};
		}
		default:
			return value => value;
	}
}

/**
 * Converts a field of CSV to the value of its column. Throws `SyntaxError` for a text that is not of its
 * type.
 */
export function fromField(column: Column): (text: string) => JsonValue {
	switch (column.type) {
		case 'bigint':
			return text => {
				const number = Number(text);
				return Number.isSafeInteger(number) ? number : BigInt(text);
			};
		case 'double':
			return text => {
				const number = Number(text);
				if (Number.isNaN(number) && text !== 'NaN')
					throw new SyntaxError(`${JSON.stringify(text)} is not a number`);
				return number;
			};
		case 'bool':
			return text => {
				if (text !== 'true' && text !== 'false')
					throw new SyntaxError(`${JSON.stringify(text)} is not true or false`);
				return text === 'true';
			};
		case 'json':
			return jsonOrText;
		case 'list':
		case 'struct': {
			const read = fromJson(column);
			return text => read(parse(text));
		}
		default:
			return text => text;
	}
}

// Texts in a column of JSON are written without quotes, like all texts in CSV.
function jsonOrText(text: string): JsonValue {
	try {
		return parse(text);
	} catch {
		return text;
	}
}
