/** Where the rows of an operation are in its response, and in which format it comes. */
import {asObject, type PlainObject} from '../../config/tree.ts';
import {isAboutTheList, pathStep, plainName} from '../../resource/paging/known-places.ts';
import {isObjectShape, type Shape, shapeOf} from './schema.ts';
import type {Spec} from './spec.ts';

export interface ListResponse {
	/** The path to the rows; `undefined` if the document has no schema of the response. */
	readonly selector: string | undefined;
	readonly row: Shape | undefined;
	/** The name of the schema of a row. */
	readonly rowName: string | undefined;
	/** The response as a whole. */
	readonly body: Shape | undefined;
	/** The value of `format`, if the response is not JSON. */
	readonly format?: string;
	readonly headers: PlainObject;
}

const usualNames = [
	'data',
	'items',
	'results',
	'records',
	'value',
	'values',
	'entries',
	'rows',
	'list',
	'objects',
];
const NO_LIST = 'the response is one object, and no list';
const formats: readonly (readonly [type: RegExp, format: string | undefined])[] = [
	[/[/+]json\b/, undefined],
	[/ndjson|jsonl|json-seq/, 'jsonl'],
	[/^\*\/\*|^application\/\*/, undefined],
	[/[/+]xml\b/, 'xml'],
	[/^text\/csv/, 'csv'],
];

export interface PathTraits {
	/** The last word of the path. */
	readonly name: string;
	/** Whether the path ends with a parameter, as that of one row does. */
	readonly isOneRow: boolean;
}

/** The list that an operation returns, or the reason why it returns none. */
export function listOfRows(
	spec: Spec,
	operation: PlainObject,
	{name, isOneRow}: PathTraits,
): ListResponse | string {
	const response = responseOf(spec, operation);
	if (!response) return 'no response is a success';
	const headers = asObject(response.headers);
	const content = spec.isSwagger ? swaggerContent(spec, response, operation) : asObject(response.content);
	if (Object.keys(content).length === 0)
		return {selector: undefined, row: undefined, rowName: undefined, body: undefined, headers};
	for (const [type, format] of formats) {
		const media = Object.entries(content).find(([key]) => type.test(key.toLowerCase()));
		if (!media) continue;
		const {schema} = spec.object(media[1]);
		if (format === 'csv' || format === 'jsonl') {
			const row = shapeOf(spec, shapeOf(spec, schema).items ?? schema);
			return {selector: undefined, row, rowName: undefined, body: undefined, format, headers};
		}
		const found = inBody(spec, schema, {name, isOneRow});
		if (typeof found === 'string') return found;
		return {...found, ...(format !== undefined && {format}), headers};
	}
	return `the response is ${Object.keys(content).join(', ')}, which has no rows`;
}

function responseOf(spec: Spec, operation: PlainObject): PlainObject | undefined {
	const responses = asObject(operation.responses);
	const codes = Object.keys(responses);
	const code =
		codes.find(each => each === '200') ??
		codes.find(each => /^2/.test(each)) ??
		codes.find(each => each === 'default');
	return code === undefined ? undefined : spec.object(responses[code]);
}

function swaggerContent(spec: Spec, response: PlainObject, operation: PlainObject): PlainObject {
	if (response.schema === undefined) return {};
	const produced = [operation.produces ?? spec.root.produces].flat().filter(each => typeof each === 'string');
	const [type = 'application/json'] = produced.some(each => /json/.test(each))
		? produced.filter(each => /json/.test(each))
		: produced;
	return {[type]: {schema: response.schema}};
}

function inBody(
	spec: Spec,
	schema: unknown,
	{name, isOneRow}: PathTraits,
): Omit<ListResponse, 'headers'> | string {
	const body = shapeOf(spec, schema);
	if (schema === undefined || (body.types.length === 0 && !isObjectShape(body)))
		return {selector: undefined, row: undefined, rowName: undefined, body: undefined};
	if (body.items !== undefined) return {selector: '$', ...rowOf(spec, body.items), body};
	const found = listIn(spec, body, name, 0);
	// A row may have a list too: such an object has an id, or a path that names one row.
	const isRow = isOneRow || Object.keys(body.properties).some(key => plainName(key) === 'id');
	if (!found || (isRow && !found.isUsual)) return NO_LIST;
	return {selector: found.path, ...rowOf(spec, found.items), body};
}

function rowOf(spec: Spec, items: unknown): Pick<ListResponse, 'row' | 'rowName'> {
	return {row: shapeOf(spec, items), rowName: spec.nameOf(items)};
}

interface FoundList {
	readonly path: string;
	readonly items: unknown;
	readonly rank: number;
	/** Whether its name is one for rows of any kind. */
	readonly isUsual: boolean;
}

/** The likeliest list: a usual name, or that of the path, and objects in it; in the body or in one object of it. */
function listIn(spec: Spec, {properties}: Shape, name: string, depth: number): FoundList | undefined {
	const found: FoundList[] = [];
	for (const [key, value] of Object.entries(properties)) {
		const shape = shapeOf(spec, value);
		const step = pathStep(key, true);
		if (shape.items !== undefined) {
			const isOfObjects = isObjectShape(shapeOf(spec, shape.items));
			const usual = usualNames.indexOf(plainName(key));
			const isNamed = plainName(key) === plainName(name);
			if (isAboutTheList(key) && !isNamed && usual < 0) continue;
			const rank = (isOfObjects ? 100 : 0) + (isNamed ? 50 : usual >= 0 ? 40 - usual : 0);
			found.push({path: step, items: shape.items, rank, isUsual: usual >= 0});
		} else if (depth < 2 && isObjectShape(shape)) {
			const inner = listIn(spec, shape, name, depth + 1);
			const isEnvelope =
				usualNames.includes(plainName(key)) || /^(_?embedded|response|result|payload|body)$/i.test(key);
			if (inner && isEnvelope) found.push({...inner, path: joined(step, inner.path), rank: inner.rank - 5});
		}
	}
	const best = found.sort((a, b) => b.rank - a.rank)[0];
	// An object with a list of texts, such as tags, is a row itself.
	return best && best.rank >= 30 ? best : onlyList(spec, properties, found);
}

/** A list of objects that is alone beside texts and numbers about the list. */
function onlyList(spec: Spec, properties: PlainObject, found: readonly FoundList[]): FoundList | undefined {
	const [only, ...others] = found;
	if (!only || others.length > 0) return undefined;
	const rest = Object.entries(properties).filter(([key]) => pathStep(key, true) !== only.path);
	const isEnvelope = rest.every(
		([key, value]) =>
			isAboutTheList(key) ||
			!shapeOf(spec, value).types.includes('string') ||
			/next|prev|cursor|token|url|self/i.test(key),
	);
	return isEnvelope ? only : undefined;
}

function joined(first: string, rest: string): string {
	return rest.startsWith('[') ? `${first}${rest}` : `${first}.${rest}`;
}
