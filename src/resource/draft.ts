/** Setting one value in a request: a query parameter, or a place in its JSON body. */
import {PaginationError} from '../core/errors.ts';
import {Decimal, type JsonValue, stringify} from '../core/json.ts';
import {isObject} from '../core/path.ts';
import type {QueryScalar} from '../http/url.ts';
import type {RequestDraft} from './paginator.ts';

/** Exactly one of the two: a query parameter's name, or a dotted path of keys in the JSON body. */
export type Target = {readonly param: string} | {readonly bodyPath: string};

/** The target that two options name, of which at most one is set. */
export function target(param: string | undefined, bodyPath: string | undefined, fallback: string): Target {
	if (bodyPath === undefined) return {param: param ?? fallback};
	if (param !== undefined)
		throw new TypeError(`expected either a query parameter or a body path, got both: "${param}" and "${bodyPath}"`);
	return {bodyPath};
}

export function put(draft: RequestDraft, where: Target, value: JsonValue): RequestDraft {
	if ('param' in where) return {...draft, params: {...draft.params, [where.param]: parameter(value, where.param)}};
	const body = draft.body ?? {json: {}};
	if (!('json' in body)) throw new PaginationError(`cannot set "${where.bodyPath}" in a body that is not JSON`);
	return {...draft, body: {json: putInside(body.json, where.bodyPath.split('.'), value)}};
}

function parameter(value: JsonValue, name: string): QueryScalar | QueryScalar[] {
	const items = Array.isArray(value) ? value : [value];
	const texts = items.map(item => (item instanceof Decimal ? item.text : item));
	if (texts.every(item => typeof item !== 'object' || item === null)) return Array.isArray(value) ? texts : (texts[0] ?? null);
	throw new PaginationError(
		`${stringify(value)} cannot be the query parameter "${name}", which holds one value; point to a value inside it, or send it in the JSON body`,
	);
}

function putInside(json: JsonValue, keys: readonly string[], value: JsonValue): JsonValue {
	const [key, ...rest] = keys;
	if (key === undefined) return value;
	const object = isObject(json) ? json : {};
	return {...object, [key]: putInside(object[key] ?? null, rest, value)};
}
