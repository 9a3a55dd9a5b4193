/** The columns of a table that several resources write to. */

import {SchemaError} from '../../src/core/errors.ts';
import {describeType} from '../../src/core/schema/definition.ts';
import type {Column, Schema} from '../../src/core/schema/schema.ts';
import {withColumns} from './empty-run.ts';

type Schemas = ReadonlyMap<string, Schema>;

export interface SharedTables {
	/**
	 * The columns that a commit of this resource stores: its `own`, and those that others have added to the
	 * table `now`. A column to which two resources gave types that no reader could combine is an error.
	 */
	together(table: string, own: Schema, now: Schemas | undefined): Schema;
	/** Notes the schemas in the log after a commit of this resource. */
	committed(schemas: Schemas | undefined): void;
}

/** `begun`: the schemas in the log before the first commit. */
export function sharedTables(begun: Schemas | undefined): SharedTables {
	let before = begun;
	const others = new Map<string, Map<string, Column>>();
	return {
		together(table, own, now) {
			const known = new Set(before?.get(table)?.columns.map(({name}) => name));
			const added = others.get(table) ?? new Map<string, Column>();
			others.set(table, added);
			for (const column of now?.get(table)?.columns ?? [])
				if (!known.has(column.name)) added.set(column.name, column);
			const ours = new Map(own.columns.map(column => [column.name, column]));
			for (const column of added.values()) checkSame(table, ours.get(column.name), column);
			return withColumns(own, {columns: [...added.values()]}) ?? own;
		},
		committed(schemas) {
			before = schemas;
		},
	};
}

function checkSame(table: string, own: Column | undefined, other: Column): void {
	if (!own || describeType(own) === describeType(other)) return;
	throw new SchemaError(
		`${table}.${other.name} is ${describeType(own)} here, and ${describeType(other)} in another ` +
			'resource that writes to the same table. Declare its type in columns of both, or give each a ' +
			'table_name of its own',
		other.name,
	);
}
