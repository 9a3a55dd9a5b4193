/** The parameters of an operation: those of its path and its own. */
import {asObject, type PlainObject} from '../../config/tree.ts';
import {braced, literal} from '../imported-request.ts';
import {listOf, type Shape, shapeOf} from './schema.ts';
import type {Spec} from './spec.ts';

export interface Parameter {
	readonly name: string;
	readonly in: string;
	readonly isRequired: boolean;
	readonly shape: Shape;
	/** The value that the document has for it, and whether it is only one of several. */
	readonly value: unknown;
	readonly isChoice: boolean;
}

export function parametersOf(spec: Spec, path: PlainObject, operation: PlainObject): Parameter[] {
	const byPlace = new Map<string, Parameter>();
	for (const given of [...spec.list(path.parameters), ...spec.list(operation.parameters)]) {
		const {name, in: place} = given;
		if (typeof name !== 'string' || typeof place !== 'string') continue;
		const shape = spec.isSwagger
			? shapeOf(spec, given)
			: shapeOf(spec, given.schema ?? contentOf(spec, given));
		const fixed = [shape.schema.default, shape.schema.const];
		const listed = listOf(shape.schema.enum);
		const examples = [
			given.example,
			Object.values(asObject(given.examples)).map(each => spec.object(each).value)[0],
			shape.schema.example,
			listOf(shape.schema.examples)[0],
		];
		const known = fixed.find(isGiven) ?? (listed.length === 1 ? listed[0] : undefined);
		byPlace.set(`${place} ${name}`, {
			name,
			in: place,
			isRequired: given.required === true,
			shape,
			value: known ?? [...listed, ...examples].find(isGiven),
			isChoice: known === undefined,
		});
	}
	return [...byPlace.values()];
}

function contentOf(spec: Spec, {content}: PlainObject): unknown {
	return spec.object(Object.values(asObject(content))[0]).schema;
}

function isGiven(value: unknown): boolean {
	return ['string', 'number', 'boolean'].includes(typeof value);
}

/** Values for the required parameters of one place, with a remark on each that the document leaves open. */
export function requiredOf(
	parameters: readonly Parameter[],
	place: string,
	remarks: string[],
): {[name: string]: unknown} {
	const values: {[name: string]: unknown} = {};
	for (const {name, in: at, isRequired, value, isChoice} of parameters) {
		if (at !== place || !isRequired) continue;
		if (value === undefined) {
			values[name] = variable(name);
			remarks.push(`the parameter ${name} is required: set ${variableName(name)} in the environment`);
			continue;
		}
		values[name] = typeof value === 'string' ? braced(literal(value)) : value;
		if (isChoice)
			remarks.push(`a choice: ${name} is ${JSON.stringify(value)}, one of the values in the document`);
	}
	return values;
}

export function variableName(name: string): string {
	const plain = name
		.replace(/([a-z\d])([A-Z])/g, '$1_$2')
		.replace(/\W+/g, '_')
		.replace(/^_+|_+$/g, '')
		.toUpperCase();
	return /^[A-Z_]/.test(plain) ? plain : `VALUE_${plain}`;
}

export function variable(name: string): string {
	return `\${${variableName(name)}}`;
}
