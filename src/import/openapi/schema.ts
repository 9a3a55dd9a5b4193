/** A JSON Schema as what its values look like: parts of `allOf` are one, and of alternatives the first counts. */
import {asObject, isPlainObject, type PlainObject} from '../../config/tree.ts';
import type {Spec} from './spec.ts';

const DEEPEST = 8;

export interface Shape {
	/** Types other than null. */
	readonly types: readonly string[];
	readonly isNullable: boolean;
	readonly format: string | undefined;
	/** Schemas of the fields, by their names. */
	readonly properties: PlainObject;
	readonly required: readonly string[];
	/** The schema of the items of a list. */
	readonly items: unknown;
	readonly schema: PlainObject;
}

const NOTHING: Shape = {
	types: [],
	isNullable: false,
	format: undefined,
	properties: {},
	required: [],
	items: undefined,
	schema: {},
};

export function shapeOf(spec: Spec, value: unknown, depth = 0): Shape {
	if (depth > DEEPEST) return NOTHING;
	const schema = spec.object(value);
	const own = ownShape(schema);
	const parts = listOf(schema.allOf).map(part => shapeOf(spec, part, depth + 1));
	const alternatives = [...listOf(schema.oneOf), ...listOf(schema.anyOf)].map(each =>
		shapeOf(spec, each, depth + 1),
	);
	const [first] = alternatives.filter(({types, properties}) => types.length > 0 || !isEmpty(properties));
	const all = [own, ...parts, ...(first ? [first] : [])];
	const isList = all.some(({items}) => items !== undefined);
	const properties = Object.assign({}, ...all.map(each => each.properties)) as PlainObject;
	const types = [...new Set(all.flatMap(each => each.types))];
	const guessed = isList ? ['array'] : isEmpty(properties) ? [] : ['object'];
	return {
		types: types.length > 0 ? types : guessed,
		isNullable: [...all, ...alternatives].some(({isNullable}) => isNullable),
		format: all.find(({format}) => format !== undefined)?.format,
		properties,
		required: all.flatMap(each => each.required),
		items: all.find(({items}) => items !== undefined)?.items,
		schema,
	};
}

function ownShape(schema: PlainObject): Shape {
	const types = [schema.type].flat().filter(type => typeof type === 'string');
	return {
		types: types.filter(type => type !== 'null'),
		isNullable: types.includes('null') || schema.nullable === true || schema['x-nullable'] === true,
		format: typeof schema.format === 'string' ? schema.format : undefined,
		properties: asObject(schema.properties),
		required: listOf(schema.required).filter(name => typeof name === 'string'),
		items: schema.items,
		schema,
	};
}

export function isObjectShape({types, properties}: Shape): boolean {
	return types.includes('object') || !isEmpty(properties);
}

export function listOf(value: unknown): unknown[] {
	return Array.isArray(value) ? value : [];
}

function isEmpty(value: PlainObject): boolean {
	return isPlainObject(value) && Object.keys(value).length === 0;
}
