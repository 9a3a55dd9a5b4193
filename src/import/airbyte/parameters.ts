/**
 * `$parameters`: what a component hands down to all components inside it. They get the parameters as keys,
 * unless they have such a key, and the types that a manifest may leave out.
 */
import {isPlainObject, type PlainObject} from '../../config/tree.ts';
import {defaultType, type Place} from './default-types.ts';

/** The key under which a component keeps what it has got; templates read it as `parameters`. */
export const PARAMETERS = '$parameters';

/** A component with the parameters from above, and everything inside it with its own. */
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
		// A parameter goes not into the key that it has made: that would never end.
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

/** An object without a type may hold components, as `request_parameters` does. */
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

// What Python takes for false: an empty value makes room for the parameter.
function isNothing(value: unknown): boolean {
	if (Array.isArray(value)) return value.length === 0;
	if (isPlainObject(value)) return Object.keys(value).length === 0;
	return !value;
}
