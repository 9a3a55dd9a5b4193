/**
 * `$parameters`: values that a component passes to all components inside it. They become keys of these
 * components, unless a component has such a key. This module also fills in the types that a manifest may
 * leave out.
 */
import {isPlainObject, type PlainObject} from '../../config/tree.ts';
import {defaultType, type Place} from './default-types.ts';

/** The key under which a component keeps its parameters. Templates read them as `parameters`. */
export const PARAMETERS = '$parameters';

/** A component with the parameters from above, and the components inside it with theirs. */
export function withParameters(component: PlainObject, place: Place, above: PlainObject = {}): PlainObject {
	const {[PARAMETERS]: own, ...fields} = component;
	const parameters = {...above, ...(isPlainObject(own) && own)};
	const type = fields.type ?? defaultType(place, 'class_name' in fields);
	const typed: PlainObject = type === undefined ? fields : {...fields, type};
	// JSON Schema has types of its own.
	if (isJsonSchema(type)) return typed;
	if (type === undefined) return mapped(typed, place, parameters);
	for (const [key, value] of Object.entries(parameters)) if (isNothing(typed[key])) typed[key] = value;
	const made: PlainObject = {};
	for (const [key, value] of Object.entries(typed)) {
		// A parameter is not passed into the key that it has made, as that would never end.
		const {[key]: _, ...others} = parameters;
		made[key] = inside(value, {component: String(type), key}, others);
	}
	return Object.keys(parameters).length === 0 ? made : {...made, [PARAMETERS]: parameters};
}

function inside(value: unknown, place: Place, parameters: PlainObject): unknown {
	if (Array.isArray(value))
		return value.map(item => (isPlainObject(item) ? withParameters(item, place, parameters) : item));
	return isPlainObject(value) ? withParameters(value, place, parameters) : value;
}

/** An object without a type may contain components, as `request_parameters` does. */
function mapped(object: PlainObject, place: Place, parameters: PlainObject): PlainObject {
	return Object.fromEntries(
		Object.entries(object).map(([key, value]) => [
			key,
			isPlainObject(value) && value.type ? withParameters(value, place, parameters) : value,
		]),
	);
}

function isJsonSchema(type: unknown): boolean {
	return type === 'object' || (Array.isArray(type) && type.includes('object'));
}

// The values that Python takes for false: a parameter replaces an empty value.
function isNothing(value: unknown): boolean {
	if (Array.isArray(value)) return value.length === 0;
	if (isPlainObject(value)) return Object.keys(value).length === 0;
	return !value;
}
