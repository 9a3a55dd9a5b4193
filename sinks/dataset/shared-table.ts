/** The columns of a table that several resources write to. */
import {describeType} from '../../src/core/definition.ts';
import {SchemaError} from '../../src/core/errors.ts';
import type {Schema} from '../../src/core/schema.ts';
import {withColumns} from './empty.ts';

/**
 * What one resource made of the columns that it `began` with, and what others have added to them `now`. A column that both have
 * found, each with a type of its own, is an error: no reader could read both.
 */
export function together(table: string, schema: Schema, began: Schema | undefined, now: Schema | undefined): Schema {
	const known = new Map(began?.columns.map(column => [column.name, column]));
	const ours = new Map(schema.columns.map(column => [column.name, column]));
	const added = (now?.columns ?? []).filter(({name}) => !known.has(name));
	for (const column of added) {
		const own = ours.get(column.name);
		if (own && describeType(own) !== describeType(column))
			throw new SchemaError(
				`${table}.${column.name} is ${describeType(own)} here, and ${describeType(column)} in another resource that writes to ` +
					'the same table. Declare its type in columns of both, or give each a table_name of its own',
				column.name,
			);
	}
	return withColumns(schema, {columns: added}) ?? schema;
}
