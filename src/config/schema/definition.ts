import type {ColumnDefinition, SchemaDefinition} from '../../core/schema/schema.ts';
import type {ColumnHints, ItemHints} from './column.ts';

/** Column hints in the form of the normalizer. */
export function definition(columns: readonly ColumnHints[]): SchemaDefinition {
	return {columns: columns.map(column => ({...columnDefinition(column), name: column.name}))};
}

function columnDefinition(hints: ItemHints): ColumnDefinition {
	const {data_type: type, nullable, precision, scale, time_unit: timeUnit, items, fields} = hints;
	return {
		...(type && {type}),
		...(nullable !== undefined && {nullable}),
		...(precision !== undefined && {precision}),
		...(scale !== undefined && {scale}),
		...(timeUnit !== undefined && {timeUnit}),
		...(items && {items: columnDefinition(items)}),
		...(fields && {fields: definition(fields).columns}),
	};
}
