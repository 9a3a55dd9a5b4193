/** Sets one value in a request: a query parameter, a place in its JSON body, or a header. */

import {ConfigError, PaginationError} from '../../core/errors.ts';
import {Decimal, type JsonObject, type JsonValue, stringify} from '../../core/json/json.ts';
import {ownValue} from '../../core/own.ts';
import {isObject} from '../../core/path/path.ts';
import type {QueryScalar} from '../../http/url.ts';
import {nameOf, segment} from '../../http/url.ts';
import type {RequestDraft} from './paginator.ts';

/**
 * A query parameter's name, a dotted path of keys in the JSON body, a header's name, or a placeholder in the
 * path.
 */
export type ParameterPlace =
	| {readonly param: string}
	| {readonly bodyPath: string}
	| {readonly header: string}
	| {readonly placeholder: string};

/** The target of two options, of which at most one may be set. */
export function target(
	param: string | undefined,
	bodyPath: string | undefined,
	fallback: string,
): ParameterPlace {
	if (bodyPath === undefined) return {param: param ?? fallback};
	if (param !== undefined)
		throw new ConfigError(
			`expected either a query parameter or a body path, got both: "${param}" and "${bodyPath}"`,
		);
	return {bodyPath};
}

/**
 * The request with a value at a place of it.
 * @example put(draft, {param: 'cursor'}, place)
 */
export function setParameter(draft: RequestDraft, where: ParameterPlace, value: JsonValue): RequestDraft {
	if ('param' in where)
		return {
			...draft,
			params: {...draft.params, [where.param]: oneValue(value, `query parameter "${where.param}"`)},
		};
	if ('header' in where)
		return {
			...draft,
			headers: {...draft.headers, [where.header]: String(oneValue(value, `header "${where.header}"`))},
		};
	if ('placeholder' in where)
		return {...draft, path: draft.path.replace(where.placeholder, () => segmentOf(value))};
	const body = draft.body ?? {json: {}};
	if (!('json' in body))
		throw new PaginationError(`cannot set "${where.bodyPath}" in a body that is not JSON`);
	return {...draft, body: {json: putInside(body.json, where.bodyPath.split('.'), value)}};
}

/**
 * The path of the object that holds the parameters of a request in its JSON body, with a dot at its end, or an
 * empty text; `undefined` where they are in the query.
 * @example parametersInBody({method: 'POST', body: {json: {query: '{ a }', variables: {}}}}) // 'variables.'
 */
export function parametersInBody({method, body}: RequestDraft): string | undefined {
	if (method === 'GET' || !body || !('json' in body)) return undefined;
	const isGraphql = isObject(body.json) && typeof ownValue(body.json, 'query') === 'string';
	return isGraphql && isObject(ownValue(body.json as JsonObject, 'variables') ?? null) ? 'variables.' : '';
}

/**
 * The request without a placeholder: its segment of the path is left out, or its parameter of a query there.
 * @example without({path: 'rows/{cursor}'}, '{cursor}') // {path: 'rows'}
 */
export function removePlaceholder(draft: RequestDraft, placeholder: string): RequestDraft {
	const [head = '', ...query] = draft.path.split('?');
	const segments = head.split('/').filter(part => !part.includes(placeholder));
	const params = query
		.join('?')
		.split('&')
		.filter(part => part !== '' && !part.includes(placeholder));
	return {...draft, path: [segments.join('/'), params.join('&')].filter(Boolean).join('?')};
}

// One segment for any value. Dots alone would lead to another path, encoded or not.
function segmentOf(value: JsonValue): string {
	const text = String(oneValue(value, 'segment of the path'));
	if (/^\.{0,2}$/.test(text)) throw new PaginationError(`${JSON.stringify(text)} cannot stand in a path`);
	return segment(text);
}

/**
 * The request for the page at a link. The link is complete: parameters of the endpoint are in it already, or
 * are not wanted, unless `keepParams` says that they go on. Then the link's own take precedence.
 */
export function linkDraft(
	draft: RequestDraft,
	link: string,
	{keepParams}: {readonly keepParams: boolean},
): RequestDraft {
	if (!keepParams) return {...draft, path: link, params: {}};
	const own = new Set(new URL(link).search.slice(1).split('&').map(nameOf));
	const others = Object.entries(draft.params).filter(([name]) => !own.has(name));
	return {...draft, path: link, params: Object.fromEntries(others)};
}

/** Sets every key of an object: in the JSON body, where the request has one, or else as parameters. */
export function putAll(draft: RequestDraft, values: JsonObject): RequestDraft {
	const {body} = draft;
	if (body && 'json' in body)
		return {...draft, body: {json: isObject(body.json) ? {...body.json, ...values} : values}};
	const params = Object.entries(values).map(([name, value]) => [
		name,
		oneValue(value, `query parameter "${name}"`),
	]);
	return {...draft, params: {...draft.params, ...Object.fromEntries(params)}};
}

function oneValue(value: JsonValue, owner: string): QueryScalar | QueryScalar[] {
	const items = Array.isArray(value) ? value : [value];
	const texts = items.map(item => (item instanceof Decimal ? item.text : item));
	if (texts.every(item => typeof item !== 'object' || item === null))
		return Array.isArray(value) ? texts : (texts[0] ?? null);
	throw new PaginationError(
		`${stringify(value)} cannot be the ${owner}, which holds one value; point to a value inside it, or ` +
			'send it in the JSON body',
	);
}

function putInside(json: JsonValue, keys: readonly string[], value: JsonValue): JsonValue {
	const [key, ...rest] = keys;
	if (key === undefined) return value;
	const object = isObject(json) ? json : {};
	return {...object, [key]: putInside(ownValue(object, key) ?? null, rest, value)};
}
