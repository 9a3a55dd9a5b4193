/** Types of columns, from the schema of a row. */
import type {PlainObject} from '../../config/tree.ts';
import {type Shape, shapeOf} from './schema.ts';
import type {Spec} from './spec.ts';

const types: {readonly [type: string]: string} = {
	array: 'json',
	boolean: 'bool',
	integer: 'bigint',
	number: 'double',
	object: 'json',
	string: 'text',
};
const timed: {readonly [format: string]: string} = {date: 'date', 'date-time': 'timestamp'};

/** The columns, as far as the schema has their types. */
export function columnsOf(spec: Spec, row: Shape, isStrict: boolean): PlainObject | undefined {
	const columns = Object.entries(row.properties).flatMap(([name, value]) => {
		const shape = shapeOf(spec, value);
		const type = typeOf(shape);
		if (type === undefined || shape.schema.writeOnly === true) return [];
		const isRequired = isStrict && row.required.includes(name) && !shape.isNullable;
		return [[name, isRequired ? {data_type: type, nullable: false} : type] as const];
	});
	return columns.length === 0 ? undefined : Object.fromEntries(columns);
}

function typeOf(shape: Shape): string | undefined {
	const kinds = shape.types;
	const [kind] = kinds;
	if (kind === undefined) return undefined;
	if (kinds.length > 1) {
		if (kinds.every(each => each === 'integer' || each === 'number')) return 'double';
		return kinds.some(each => each === 'object' || each === 'array') ? 'json' : undefined;
	}
	if (kind === 'string') return timed[shape.format ?? ''] ?? 'text';
	return types[kind];
}
