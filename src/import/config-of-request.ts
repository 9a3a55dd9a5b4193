/** Makes a config from one request. */
import type {ConfigObject} from '../config/define.ts';
import {type ConfigPath, mapLeaves, setIn, valueAt} from '../config/tree.ts';
import {ConfigError} from '../core/errors.ts';
import {isSecretName} from '../core/secret.ts';
import {braced, type ImportedRequest, literal, type Pair} from './imported-request.ts';

export interface ConfigOfRequest {
	/** Name of its one resource. */
	readonly name: string;
	readonly config: ConfigObject;
	/** The places of secrets in plain text in it. */
	readonly secrets: readonly FoundSecret[];
}

export interface FoundSecret {
	/** A description for users: `the header Authorization`. */
	readonly where: string;
	/** Its name, such as `api_key`. */
	readonly name: string;
	/** Its place in the config. */
	readonly path: ConfigPath;
	/** Text before the secret at its place: `Bearer `. */
	readonly before: string;
	readonly value: string;
}

/** Facts about the resource that the request alone does not show. */
export interface ResourceHints {
	readonly auth?: object | undefined;
	readonly selector?: string | undefined;
	readonly paginator?: unknown;
	/** The format of the responses. @default JSON */
	readonly format?: string | undefined;
	readonly key?: readonly string[] | undefined;
	/** Name of the resource. @default the last step of the path that has letters in it */
	readonly name?: string | undefined;
}

export function configOfRequest(request: ImportedRequest, hints: ResourceHints = {}): ConfigOfRequest {
	const {base, path, name, search} = placeOf(request.url);
	const secrets: FoundSecret[] = [];
	const note = (where: string, path: ConfigPath, key: string, text: string): void => {
		const [, scheme = '', value = text] = /^((?:Bearer|Basic|Token) )?(.*)$/is.exec(text) ?? [];
		const name = key.toLowerCase().replace(/\W/g, '_');
		if (!text.includes('${')) secrets.push({where, name, path: [...path, key], before: scheme, value});
	};

	const query = queryOf(search);
	const params: Record<string, string | string[]> = {...query.params};
	for (const [key, value] of request.params ?? []) add(params, key, value);
	for (const [key, value] of Object.entries(params)) {
		if (isSecretName(key) || key === 'key')
			note(`the parameter ${key}`, ['resources', 0, 'endpoint', 'params'], key, String(value));
	}
	const headers: Record<string, string> = {};
	for (const [key, value] of request.headers ?? []) {
		headers[key] = value;
		if (isSecretName(key)) note(`the header ${key}`, ['client', 'headers'], key, value);
	}
	const auth = hints.auth ?? request.auth;
	// Many APIs take their key as the name of a user without a password.
	const isUserSecret = valueAt(auth, ['password']) === '';
	for (const key of ['token', 'password', 'api_key', ...(isUserSecret ? ['username'] : [])]) {
		const value = valueAt(auth, [key]);
		if (typeof value === 'string' && value !== '')
			note(`the credential ${key}`, ['client', 'auth'], key, value);
	}
	const {body} = request;
	const data = body && 'data' in body ? dataOf(body.data) : undefined;
	const {key} = hints;
	const endpoint = {
		path: `${braced(path)}${query.rest}`,
		...(methodOf(request) !== undefined && {method: methodOf(request)}),
		...(Object.keys(params).length > 0 && {params: mapLeaves(params, bracedLeaf)}),
		...(body && 'json' in body && {json: mapLeaves(body.json, bracedLeaf)}),
		...(data !== undefined && {data: mapLeaves(data, bracedLeaf)}),
		...(hints.format !== undefined && {format: hints.format}),
		...(hints.selector !== undefined && {data_selector: hints.selector}),
		...(hints.paginator !== undefined && {paginator: hints.paginator}),
	};
	const resource = {
		name: hints.name ?? name,
		...(key && {primary_key: key.length === 1 ? key[0] : key}),
		endpoint,
	};
	const config = {
		client: {
			base_url: base,
			...(Object.keys(headers).length > 0 && {headers}),
			...(auth && {auth}),
		},
		resources: [resource],
	};
	return {name: resource.name, config: config as ConfigObject, secrets};
}

/** A copy of the config with each secret replaced by the result of `spelled` for its name. */
export function withoutSecrets(
	config: ConfigObject,
	secrets: readonly FoundSecret[],
	spelled: (name: string) => string,
): ConfigObject {
	const copy = mapLeaves(config, leaf => leaf) as ConfigObject;
	for (const {path, before, name} of secrets) {
		const owner = valueAt(copy, path.slice(0, -1));
		setIn(owner as object, path.at(-1) as PropertyKey, `${before}${spelled(name)}`);
	}
	return copy;
}

function methodOf({method, body}: ImportedRequest): string | undefined {
	const usual = body ? 'POST' : 'GET';
	// A POST is written out, as a body may go with any method.
	return method === undefined ? (body ? usual : undefined) : method === 'GET' && !body ? undefined : method;
}

const variables = /\$\{\w+\}/g;

// The name that a person would choose: `/v1/contacts.json` becomes contacts. Variables may be anywhere except
// in the port.
function placeOf(text: string): {base: string; path: string; name: string; search: string} {
	const named: string[] = [];
	const marked = text.replace(/\$\$\{/g, '$%7B').replace(variables, found => `xvar${named.push(found) - 1}x`);
	const restored = (part: string): string =>
		literal(part).replace(/xvar(\d+)x/g, (whole, index) => named[Number(index)] ?? whole);
	if (!URL.canParse(marked)) throw new ConfigError(`${JSON.stringify(text)} is no URL that can be read`);
	const {origin, pathname, search} = new URL(marked);
	const cut = pathname.replace(/\/+$/, '').lastIndexOf('/') + 1;
	const path = pathname.slice(cut);
	const base = `${origin}${pathname.slice(0, Math.max(0, cut - 1))}`;
	const steps = pathname.split('/').map(step => step.replace(/\.\w+$/, ''));
	const word = steps.findLast(step => /[A-Za-z]/.test(step) && !/xvar\d+x/.test(step)) ?? 'rows';
	return {
		base: restored(base),
		path: restored(path) || '/',
		name: word.replace(/%[\dA-F]{2}|[^\w-]+/gi, '_'),
		search: restored(search),
	};
}

// A part without "=" cannot be written as a parameter. Then all parameters stay in the path.
function queryOf(search: string): {params: Record<string, string | string[]>; rest: string} {
	const parts = search.slice(1).split('&').filter(Boolean);
	if (parts.some(part => !part.includes('='))) return {params: {}, rest: braced(search)};
	const params: Record<string, string | string[]> = {};
	for (const [name, value] of new URLSearchParams(search)) add(params, name, value);
	return {params, rest: ''};
}

function add(params: Record<string, string | string[]>, name: string, value: string): void {
	const before = Object.hasOwn(params, name) ? params[name] : undefined;
	params[name] = before === undefined ? value : [before, value].flat();
}

// An object is easier to read, but allows no repeated name.
function dataOf(data: string | readonly Pair[]): unknown {
	if (typeof data === 'string') return data;
	const names = new Set(data.map(([name]) => name));
	return names.size === data.length ? Object.fromEntries(data) : data;
}

function bracedLeaf(leaf: unknown): unknown {
	return typeof leaf === 'string' ? braced(leaf) : leaf;
}
