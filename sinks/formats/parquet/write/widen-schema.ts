/** Unites the columns of a file and those of its next page, and finds changes that the file cannot follow. */

import {SinkError} from '../../../../src/core/errors.ts';
import {describeType} from '../../../../src/core/schema/definition.ts';
import type {Column} from '../../../../src/core/schema/schema.ts';

/**
 * The columns that can hold both: those of the file in their order, then new ones. A column that one side
 * lacks becomes nullable, unless the file has no rows yet. Returns `file` itself when nothing changes.
 */
export function widenSchema(
	file: readonly Column[],
	page: readonly Column[],
	hasRows: boolean,
): readonly Column[] {
	return merge(file, page, hasRows, '');
}

/** The columns that can hold the values of two files, whichever has the wider ones. */
export function widestColumns(some: readonly Column[], others: readonly Column[]): readonly Column[] {
	const rest = new Map(others.map(column => [column.name, column]));
	const first = some.map(column => {
		const other = rest.get(column.name);
		rest.delete(column.name);
		return other ? wider(column, other) : optional(column);
	});
	return [...first, ...[...rest.values()].map(optional)];
}

function wider(column: Column, other: Column): Column {
	try {
		return mergeColumn(column, other, true, column.name);
	} catch (error) {
		try {
			return mergeColumn(other, column, true, column.name);
		} catch {
			throw error;
		}
	}
}

function merge(
	file: readonly Column[],
	page: readonly Column[],
	hasRows: boolean,
	prefix: string,
): readonly Column[] {
	const incoming = new Map(page.map(column => [column.name, column]));
	const known = new Set(file.map(column => column.name));
	const kept = file.map(column => {
		const next = incoming.get(column.name);
		return next ? mergeColumn(column, next, hasRows, prefix + column.name) : optional(column);
	});
	const added = page
		.filter(column => !known.has(column.name))
		.map(column => (hasRows ? optional(column) : column));
	return added.length === 0 && kept.every((column, index) => column === file[index])
		? file
		: [...kept, ...added];
}

function optional(column: Column): Column {
	return column.nullable ? column : {...column, nullable: true};
}

function mergeColumn(old: Column, next: Column, hasRows: boolean, label: string): Column {
	const column = next.nullable ? optional(old) : old;
	const nullable = column.nullable;
	if (column.type === 'list' && next.type === 'list') {
		const items = mergeColumn(column.items, next.items, hasRows, `${label}[]`);
		return items === column.items ? column : {...column, items};
	}
	if (column.type === 'struct' && next.type === 'struct') {
		const fields = merge(column.fields, next.fields, hasRows, `${label}.`);
		return fields === column.fields ? column : {...column, fields};
	}
	if (column.type === 'decimal' && next.type === 'decimal') {
		if (next.precision === column.precision && next.scale === column.scale) return column;
		const wider =
			next.scale >= column.scale && next.precision - next.scale >= column.precision - column.scale;
		if (wider) return {...next, name: column.name, nullable};
	} else if (column.type === next.type) return column;
	else if (column.type === 'bigint' && (next.type === 'double' || next.type === 'decimal'))
		return {...next, name: column.name, nullable};
	throw new SinkError(
		`column ${JSON.stringify(label)} changed from ${describeType(column)} to ${describeType(next)}; one ` +
			'Parquet file can only widen bigint to double or decimal, and decimal to more digits. Declare the ' +
			"column's type, or start a new file",
	);
}
