/** Values that fit a property of a spec, for checks and for counting importable streams. */
import {asObject, type PlainObject} from '../../config/tree.ts';

/** A connection config with a value for every property except secrets. */
export function plausibleConnection(spec: PlainObject): PlainObject {
	const [option] = Array.isArray(spec.oneOf) ? spec.oneOf : [];
	const properties = {...asObject(spec.properties), ...asObject(asObject(option).properties)};
	return Object.fromEntries(
		Object.entries(properties)
			.filter(([, property]) => asObject(property).airbyte_secret !== true)
			.map(([key, property]) => [key, plausible(asObject(property), key)]),
	);
}

/** The default of a property, an example, or a value of its type. */
export function plausible(schema: PlainObject, name = ''): unknown {
	if (schema.properties || schema.oneOf) return plausibleConnection(schema);
	if (schema.const !== undefined) return schema.const;
	if (schema.default !== undefined) return schema.default;
	const [first] = Array.isArray(schema.enum) ? schema.enum : [];
	if (first !== undefined) return first;
	const type = Array.isArray(schema.type) ? schema.type.find(each => each !== 'null') : schema.type;
	const [example] = Array.isArray(schema.examples) ? schema.examples.flat() : [];
	if (type === 'integer' || type === 'number') return Number(example) || Number(schema.minimum) || 1;
	if (type === 'boolean') return false;
	if (type === 'array') return examplesOf(schema) ?? [plausible(asObject(schema.items), name)];
	if (type === 'object') return {};
	return timeOf(schema, name) ?? (typeof example === 'string' && example !== '' ? example : textOf(name));
}

function examplesOf({examples}: PlainObject): unknown[] | undefined {
	const [first] = Array.isArray(examples) ? examples : [];
	if (Array.isArray(first)) return first;
	return typeof first === 'string' || typeof first === 'number' ? [first] : undefined;
}

function timeOf({format, pattern, examples}: PlainObject, name: string): string | undefined {
	const [example] = Array.isArray(examples) ? examples : [];
	if (typeof example === 'string' && /^\d{4}-\d\d-\d\d/.test(example)) return example;
	if (format === 'date') return '2024-01-01';
	if (format === 'date-time') return '2024-01-01T00:00:00Z';
	if (typeof pattern === 'string' && pattern.includes('{4}-'))
		return pattern.includes('T') ? '2024-01-01T00:00:00Z' : '2024-01-01';
	return /date|since|start_time|end_time/i.test(name) ? '2024-01-01T00:00:00Z' : undefined;
}

function textOf(name: string): string {
	if (/url|site|endpoint|^host$/i.test(name)) return 'https://api.example.com';
	if (/host|domain/i.test(name)) return 'api.example.com';
	return /window|days|limit|size|count|number/i.test(name) ? '1' : 'example';
}
