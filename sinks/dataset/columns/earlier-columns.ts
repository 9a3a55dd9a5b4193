/** The columns of a table when a run brings only some of them, as with --select. */
import type {Schema} from '../../../src/core/schema/schema.ts';

const known = new WeakMap<Schema, Schema>();

/**
 * All columns of the table: those of earlier runs in their order, with the types of this run, then new ones.
 * A column must have a value only if both say so: rows without it are null there. The same object for the same
 * schema.
 */
export function withEarlier(schema: Schema, earlier: Schema | undefined): Schema {
	if (!earlier) return schema;
	const found = known.get(schema);
	if (found) return found;
	const result = together(schema, earlier);
	known.set(schema, result);
	return result;
}

function together(schema: Schema, earlier: Schema): Schema {
	const ours = new Map(schema.columns.map(column => [column.name, column]));
	const theirs = new Map(earlier.columns.map(column => [column.name, column]));
	const isRequired = (name: string): boolean =>
		ours.get(name)?.nullable === false && theirs.get(name)?.nullable === false;
	const columns = earlier.columns.every(({name}) => ours.has(name))
		? schema.columns
		: [
				...earlier.columns.map(column => ours.get(column.name) ?? column),
				...schema.columns.filter(({name}) => !theirs.has(name)),
			];
	if (columns === schema.columns && columns.every(({name, nullable}) => nullable || isRequired(name)))
		return schema;
	return {
		columns: columns.map(column =>
			column.nullable || isRequired(column.name) ? column : {...column, nullable: true},
		),
	};
}
