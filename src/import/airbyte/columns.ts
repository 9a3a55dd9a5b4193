/** Imports a JSON Schema as `columns`. */
import {asObject, isPlainObject, type PlainObject} from '../../config/tree.ts';

const types: {readonly [type: string]: string} = {
	array: 'json',
	boolean: 'bool',
	integer: 'bigint',
	number: 'double',
	object: 'json',
	string: 'text',
};
const timed: {readonly [format: string]: string} = {date: 'date', 'date-time': 'timestamp', time: 'time'};

export interface ColumnsOptions {
	/** Whether a column that the schema never allows to be null is required. */
	readonly isStrict: boolean;
}

/** Types of the columns, as far as the schema has them. */
export function columnsOf(loader: unknown, {isStrict}: ColumnsOptions): PlainObject | undefined {
	const {schema} = asObject(loader);
	const columns = Object.entries(asObject(asObject(schema).properties)).flatMap(([name, property]) => {
		const column = columnOf(asObject(property), isStrict);
		return column === undefined ? [] : [[name, column] as const];
	});
	return columns.length === 0 ? undefined : Object.fromEntries(columns);
}

function columnOf(property: PlainObject, isStrict: boolean): unknown {
	const named = [property.type].flat().filter(type => typeof type === 'string');
	const kinds = named.filter(type => type !== 'null');
	const [kind] = kinds;
	if (kind === undefined) return isPlainObject(property.properties) ? 'json' : undefined;
	const type = kinds.length > 1 ? common(kinds) : typeOf(kind, property);
	if (type === undefined) return undefined;
	return isStrict && !named.includes('null') ? {data_type: type, nullable: false} : type;
}

function typeOf(kind: string, {format, airbyte_type: airbyte}: PlainObject): string | undefined {
	if (kind === 'string' && typeof format === 'string') return timed[format] ?? 'text';
	if (kind === 'number' && airbyte === 'integer') return 'bigint';
	return types[kind];
}

function common(kinds: readonly string[]): string | undefined {
	if (kinds.every(kind => kind === 'integer' || kind === 'number')) return 'double';
	return kinds.some(kind => kind === 'object' || kind === 'array') ? 'json' : undefined;
}
