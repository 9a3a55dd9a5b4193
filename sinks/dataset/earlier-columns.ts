/** The columns of a table when a run brings only some of them, as with --select. */
import type {Schema} from '../../src/core/schema/schema.ts';

const known = new WeakMap<Schema, Schema>();

/**
 * All columns of the table: those of earlier runs in their order, with the types of this run, then new ones.
 * The same object for the same schema.
 */
export function withEarlier(schema: Schema, earlier: Schema | undefined): Schema {
	if (!earlier) return schema;
	const found = known.get(schema);
	if (found) return found;
	const byName = new Map(schema.columns.map(column => [column.name, column]));
	const isWhole = earlier.columns.every(({name}) => byName.has(name));
	const names = new Set(earlier.columns.map(({name}) => name));
	const result = isWhole
		? schema
		: {
				columns: [
					...earlier.columns.map(column => byName.get(column.name) ?? column),
					...schema.columns.filter(({name}) => !names.has(name)),
				],
			};
	known.set(schema, result);
	return result;
}
