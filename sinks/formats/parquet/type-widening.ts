/**
 * Which type can replace which without losing a value, and how values are converted, in the form of records.
 */

import {type JsonValue, parse} from '../../../src/core/json/json.ts';
import {describeType} from '../../../src/core/schema/definition.ts';
import type {Column} from '../../../src/core/schema/schema.ts';

/**
 * Converts to the wider type; returns `undefined` for a value that it cannot hold, which only a number can
 * be.
 */
export type Upgrade = (value: JsonValue) => JsonValue | undefined;

const asIs: Upgrade = value => value;
const asText: Upgrade = value => String(value);

/** How values of one type become values of another without a loss. `undefined` where that is impossible. */
export function upgrade(from: Column, to: Column): Upgrade | undefined {
	if (describeType(from) === describeType(to)) return asIs;
	switch (from.type) {
		case 'bigint':
			if (to.type === 'double') return exactDouble;
			return to.type === 'json' ? asIs : to.type === 'decimal' || to.type === 'text' ? asText : undefined;
		case 'double':
			return to.type === 'json' ? finite : to.type === 'text' ? asText : undefined;
		case 'decimal':
			return to.type === 'text' || (to.type === 'decimal' && isRoomier(from, to)) ? asIs : undefined;
		case 'bool':
			return to.type === 'json' ? asIs : to.type === 'text' ? asText : undefined;
		case 'date':
			if (to.type === 'timestamp') return value => `${value}T00:00:00Z`;
			return to.type === 'json' || to.type === 'text' ? asIs : undefined;
		case 'timestamp':
		case 'time':
			return to.type === 'json' || to.type === 'text' ? asIs : undefined;
		case 'text':
			return to.type === 'json' ? jsonOf : undefined;
		default:
			return undefined;
	}
}

interface Digits {
	readonly precision: number;
	readonly scale: number;
}

function isRoomier(from: Digits, to: Digits): boolean {
	return to.scale >= from.scale && to.precision - to.scale >= from.precision - from.scale;
}

// The same rule as in normalize(): an integer that is not safe would get other digits.
function exactDouble(value: JsonValue): number | undefined {
	const number = Number(value);
	return Number.isSafeInteger(number) ? number : undefined;
}

function finite(value: JsonValue): JsonValue | undefined {
	return Number.isFinite(value) ? value : undefined;
}

// The value of a text in a column that was declared as json.
function jsonOf(value: JsonValue): JsonValue {
	if (typeof value !== 'string' || !/^[[{]/.test(value)) return value;
	try {
		return parse(value);
	} catch {
		return value;
	}
}

/** Whether the conversion keeps the order of values, so that the extremes of a chunk stay the same. */
export function keepsOrder({type: from}: Column, {type: to}: Column): boolean {
	const isNumber = to === 'double' || to === 'decimal' || to === 'bigint';
	return (
		from === to ||
		(isNumber && (from === 'bigint' || from === 'decimal')) ||
		(from === 'date' && to === 'timestamp')
	);
}

/**
 * Columns with the same name whose types cannot be united: that of the first file, and that of the second.
 */
export interface Torn {
	readonly name: string;
	readonly types: readonly [string, string];
}

/**
 * The columns that can hold the values of both, in the order of the first. For a torn column, the first
 * stays.
 */
export function unitedColumns(
	some: readonly Column[],
	others: readonly Column[],
): {columns: readonly Column[]; torn: readonly Torn[]} {
	const torn: Torn[] = [];
	const byName = new Map(others.map(column => [column.name, column]));
	const names = new Set(some.map(({name}) => name));
	const columns = some.map(column => {
		const other = byName.get(column.name);
		if (!other) return optional(column);
		const wide = widerColumn(column, other);
		if (!wide) torn.push({name: column.name, types: [describeType(column), describeType(other)]});
		return wide ?? column;
	});
	return {columns: [...columns, ...others.filter(({name}) => !names.has(name)).map(optional)], torn};
}

/**
 * The first column if it can hold the values of the second; for numbers also the second, if it can hold those
 * of the first.
 */
export function widerColumn(column: Column, other: Column): Column | undefined {
	const nullable = column.nullable || other.nullable;
	if (column.type === 'list' && other.type === 'list') {
		const items = widerColumn(column.items, other.items);
		return items && {...column, nullable, items};
	}
	if (column.type === 'struct' && other.type === 'struct') {
		const {columns: fields, torn} = unitedColumns(column.fields, other.fields);
		return torn.length > 0 ? undefined : {...column, nullable, fields};
	}
	if (upgrade(other, column)) return nullable === column.nullable ? column : {...column, nullable};
	const isNumber = other.type === 'double' || other.type === 'decimal';
	return isNumber && upgrade(column, other) ? {...other, name: column.name, nullable} : undefined;
}

function optional(column: Column): Column {
	return column.nullable ? column : {...column, nullable: true};
}
