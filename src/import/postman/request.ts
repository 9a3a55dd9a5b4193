/** One request of a collection. */
import {asObject, isPlainObject, type PlainObject} from '../../config/tree.ts';
import {type JsonValue, parse as parseJson} from '../../core/json/json.ts';
import {bodyOf} from '../curl/body.ts';
import {headersOf} from '../curl/headers.ts';
import {braced, type ImportedBody, type Pair} from '../imported-request.ts';
import type {CollectedAnswer, CollectedRequest} from '../requests/collected.ts';
import {authOf} from './auth.ts';
import type {Variables} from './variables.ts';

export interface Item {
	readonly label: string;
	readonly item: PlainObject;
	readonly variables: Variables;
	/** The auth of the nearest folder that has one, or of the collection. */
	readonly auth: PlainObject | undefined;
}

/** The request, or the reason why there is none. */
export function requestOf({label, item, variables, auth: inherited}: Item): CollectedRequest | string {
	const given = typeof item.request === 'string' ? {url: item.request} : asObject(item.request);
	const dynamic = variables.dynamicIn(given);
	if (dynamic !== undefined) return `it has {{${dynamic}}} in it, which is another value in each request`;
	const url = isPlainObject(given.url) ? given.url : {raw: given.url};
	const place = placeOf(variables.text(rawOf(url)));
	if (!place) return 'its URL cannot be read';
	const {auth, note} = authOf(isPlainObject(given.auth) ? given.auth : (inherited ?? {}), variables);
	const found = headersOf(headersIn(given.header, variables));
	const made = bodyIn(asObject(given.body), found.contentType, variables);
	if (typeof made === 'string') return made;
	const method = String(given.method ?? 'GET').toUpperCase();
	return {
		label,
		method,
		origin: place.origin,
		path: withParameters(place.path),
		pathValues: Object.fromEntries(
			list(url.variable).map(each => [String(each.key ?? each.id), variables.text(each.value)]),
		),
		params: Array.isArray(url.query) ? pairsOf(url.query, variables) : queryIn(place.search),
		headers: [...found.headers, ...made.headers],
		auth,
		body: method === 'GET' && made.body === undefined ? undefined : made.body,
		notes: [...made.notes, ...(note === undefined ? [] : [note])],
		answer: answerIn(item.response),
	};
}

function rawOf({raw, protocol = 'https', host, port, path}: PlainObject): string {
	if (typeof raw === 'string') return raw;
	const name = Array.isArray(host) ? host.join('.') : String(host ?? '');
	const steps = Array.isArray(path)
		? path.map(step => asObject(step).value ?? step).join('/')
		: String(path ?? '');
	const start = name.includes('{{') ? name : `${String(protocol)}://${name}`;
	return `${start}${port === undefined ? '' : `:${String(port)}`}/${steps.replace(/^\//, '')}`;
}

interface Place {
	readonly origin: string;
	readonly path: string;
	readonly search: string;
}

/** The server may be a variable: `${BASE_URL}/users`. */
function placeOf(text: string): Place | undefined {
	const [whole = ''] = text.split('#');
	const [, start = '', rest = ''] =
		/^(https?:\/\/(?:\$\{[^}]*\}|[^/?{}$])+|\$\{[^}]*\})(.*)$/is.exec(whole) ?? [];
	if (start === '') return whole === '' || /^[/{$:]/.test(whole) ? undefined : placeOf(`https://${whole}`);
	const [path = '', search = ''] = rest.split(/\?(.*)/s);
	return {origin: start, path: path.replace(/\/+$/, '') || '/', search};
}

/** `:id` becomes `{id}`; other braces are literal. */
function withParameters(path: string): string {
	return path
		.split('/')
		.map(step => (/^:\w+$/.test(step) ? `{${step.slice(1)}}` : braced(step)))
		.join('/');
}

function list(value: unknown): PlainObject[] {
	return Array.isArray(value) ? value.map(asObject).filter(each => each.disabled !== true) : [];
}

function pairsOf(given: unknown, variables: Variables): Pair[] {
	return list(given)
		.filter(({key}) => typeof key === 'string' && key !== '')
		.map(({key, value}) => [variables.text(key), variables.text(value)] as const);
}

function queryIn(search: string): Pair[] {
	return search
		.split('&')
		.filter(Boolean)
		.map(part => {
			const [, name = part, value = ''] = /^([^=]*)=(.*)$/s.exec(part) ?? [];
			return [decoded(name), decoded(value)] as const;
		});
}

function decoded(text: string): string {
	try {
		return decodeURIComponent(text.replaceAll('+', ' '));
	} catch {
		return text;
	}
}

function headersIn(given: unknown, variables: Variables): Pair[] {
	if (typeof given !== 'string') return pairsOf(given, variables);
	return given.split('\n').flatMap((line): Pair[] => {
		const [, name, value = ''] = /^([^:]+):\s*(.*)$/.exec(line.trim()) ?? [];
		return name === undefined ? [] : [[name, variables.text(value)]];
	});
}

interface Body {
	readonly body?: ImportedBody | undefined;
	readonly headers: readonly Pair[];
	readonly notes: readonly string[];
}

function bodyIn(given: PlainObject, contentType: string | undefined, variables: Variables): Body | string {
	const {mode} = given;
	const nothing = {headers: [], notes: []};
	if (given.disabled === true) return nothing;
	switch (mode) {
		case undefined:
		case null:
			return nothing;
		case 'raw': {
			if (String(given.raw ?? '').trim() === '') return nothing;
			const {language} = asObject(asObject(given.options).raw);
			const type = contentType ?? (language === 'json' ? 'application/json' : undefined);
			return bodyOf([{kind: 'raw', text: variables.text(given.raw)}], type) ?? nothing;
		}
		case 'urlencoded':
			return {...nothing, body: {data: pairsOf(given.urlencoded, variables)}};
		case 'graphql': {
			const {query, variables: values} = asObject(given.graphql);
			const text = variables.text(typeof values === 'string' ? values : JSON.stringify(values ?? {}));
			const parsed = jsonIn(text);
			return {
				...nothing,
				body: {json: {query: variables.text(query), ...(isPlainObject(parsed) && {variables: parsed})}},
			};
		}
		default:
			return `its body is of the kind ${String(mode)}, which no config has`;
	}
}

function answerIn(responses: unknown): CollectedAnswer | undefined {
	for (const {body, code, header} of list(responses)) {
		if (typeof body !== 'string' || (typeof code === 'number' && (code < 200 || code > 299))) continue;
		const value = jsonIn(body);
		if (typeof value !== 'object' || value === null) continue;
		const headers = list(header).map(({key, value: text}) => [String(key).toLowerCase(), String(text)]);
		return {headers: Object.fromEntries(headers) as Record<string, string>, body: value};
	}
	return undefined;
}

function jsonIn(text: string): JsonValue | undefined {
	try {
		return parseJson(text);
	} catch {
		return undefined;
	}
}
