/** Imports an `HttpRequester` as the request of an endpoint. */
import {asObject, eachText, isPlainObject, mapLeaves, type PlainObject} from '../../config/tree.ts';
import type {JsonValue} from '../../core/json/json.ts';
import {Template} from '../../template/template.ts';
import {isBasic} from './basic.ts';
import {asPrinted, type Known} from './known.ts';
import {LeftOut} from './outcome.ts';
import {type Placeholders, TOKEN} from './placeholders.ts';

/** The request of an endpoint. Other modules add their values to it. */
export interface Request {
	url: string;
	/** The beginning of the URL, if several streams share it as one text. */
	base: string;
	method: string;
	readonly params: Map<string, JsonValue>;
	readonly headers: Map<string, string>;
	json?: JsonValue;
	data?: PlainObject | string;
	/** A header `Authorization: Basic …` that is computed from user and password. */
	basic?: string;
}

export function requestOf(requester: PlainObject, above: Known, texts: Placeholders): Request {
	const known = above.in(requester);
	const writer = new Writer(known, texts);
	const request: Request = {
		...urlOf(requester, known, writer),
		method: known.text(requester.http_method ?? 'GET', 'method').toUpperCase() || 'GET',
		params: new Map(),
		headers: new Map(),
	};
	for (const [key, value] of writer.pairs(requester.request_parameters, 'parameter'))
		request.params.set(key, value);
	const {Authorization: authorization, ...others} = asObject(requester.request_headers);
	if (isBasic(authorization)) request.basic = authorization;
	const headers = isBasic(authorization) ? others : requester.request_headers;
	for (const [key, value] of writer.pairs(headers, 'header')) request.headers.set(key, asPrinted(value));
	addBody(request, requester, writer);
	return request;
}

function urlOf(requester: PlainObject, known: Known, writer: Writer): {url: string; base: string} {
	const path = requester.path === undefined ? '' : writer.text(requester.path, 'path');
	if (requester.url !== undefined) return {url: joined(writer.url(requester.url), path), base: ''};
	const base = writer.url(requester.url_base);
	if (/^https?:\/\//.test(path)) return {url: path, base: ''};
	if (base.startsWith('{') && path !== '') throw new LeftOut('URL: a path after one that a row states', path);
	if (base === '') throw new LeftOut('no URL', asPrinted(requester.url_base) || known.connection.choices[0]);
	return {url: joined(base, path), base};
}

/** A path below a URL. An absolute URL stays as it is. */
export function joined(base: string, path: string): string {
	if (/^https?:\/\//.test(path)) return path;
	return path === '' ? base : `${base.replace(/\/+$/, '')}/${path.replace(/^\/+/, '')}`;
}

function addBody(request: Request, requester: PlainObject, writer: Writer): void {
	const {request_body_json: json, request_body_data: data, request_body: body} = requester;
	if (json !== undefined) request.json = writer.json(json);
	else if (typeof data === 'string') request.data = writer.text(data, 'body');
	else if (data !== undefined) request.data = Object.fromEntries(writer.pairs(data, 'body'));
	else if (isPlainObject(body)) addTypedBody(request, body, writer);
	if (isNothing(request.json)) delete request.json;
	if (isNothing(request.data)) delete request.data;
}

function addTypedBody(request: Request, {type, value}: PlainObject, writer: Writer): void {
	switch (type) {
		case 'RequestBodyJsonObject':
		case 'RequestBodyGraphQL':
		case 'RequestBodyGraphQlQuery':
			request.json = writer.json(value);
			break;
		case 'RequestBodyUrlEncodedForm':
			request.data = Object.fromEntries(writer.pairs(value, 'body'));
			break;
		case 'RequestBodyPlainText':
			request.data = writer.text(value, 'body');
			break;
		default:
			throw new LeftOut(`body: ${String(type)}`);
	}
}

function isNothing(value: unknown): boolean {
	return value === null || value === '' || (isPlainObject(value) && Object.keys(value).length === 0);
}

/** Sets a value in a JSON body, at nested keys. */
export function putInJson(request: Request, keys: readonly string[], value: JsonValue): void {
	const root = isPlainObject(request.json) ? request.json : {};
	let owner = root as PlainObject;
	for (const key of keys.slice(0, -1)) {
		if (!isPlainObject(owner[key])) owner[key] = {};
		owner = owner[key] as PlainObject;
	}
	owner[keys.at(-1) ?? ''] = value;
	request.json = root as JsonValue;
}

/** Writes values of a manifest as values of a request. */
class Writer {
	readonly #known: Known;
	readonly #texts: Placeholders;

	constructor(known: Known, texts: Placeholders) {
		this.#known = known;
		this.#texts = texts;
	}

	text(given: unknown, what: string): string {
		const template = this.#known.template(asPrinted(given), what);
		const written = this.#texts.text(template, what);
		return written === 'None' ? '' : written;
	}

	/** A URL is required, so a value that the connection lacks is read from the environment. */
	url(given: unknown): string {
		const text = this.text(given, 'URL');
		// A URL that a row of the parent states.
		if (/^\{resources\.[^{}]+\}$/.test(text)) return text;
		return /^https?:\/\/[^/]/.test(text) && !/\/\/\.|\/\/$/.test(text)
			? text.trim()
			: this.#known.needed(given, 'URL').trim();
	}

	/** Parameters, headers or fields of a form, without those that have no value. */
	pairs(given: unknown, what: string): [string, JsonValue][] {
		if (typeof given === 'string') {
			const text = this.#known.text(given, what);
			return [...new URLSearchParams(text)].map(([key, value]) => [key, this.#texts.literal(value)]);
		}
		return Object.entries(asObject(given)).flatMap(([name, value]): [string, JsonValue][] => {
			if (isPlainObject(value)) throw new LeftOut(`${what}: ${String(value.type ?? 'an object')}`, name);
			const key = this.#known.text(name, what);
			const written = this.value(value, what, key);
			if (written === null || written === '') return [];
			if (typeof written === 'boolean') return [[key, asPrinted(written)]];
			if (isPlainObject(written)) throw new LeftOut(`${what}: an object`, key);
			return [[key, written]];
		});
	}

	json(given: unknown, name = 'body'): JsonValue {
		if (Array.isArray(given)) return given.map(item => this.json(item, name));
		if (!isPlainObject(given)) return this.value(given, 'body', name);
		const entries = Object.entries(given).map(([key, value]) => [key, this.json(value, key)] as const);
		return Object.fromEntries(entries.filter(([, value]) => value !== null));
	}

	/** The value. It is a text with placeholders if the connection alone does not decide it. */
	value(given: unknown, what: string, name = what): JsonValue {
		const value = this.#known.value(given, what);
		if (value instanceof Template) return this.#texts.text(value, what, name);
		return escaped(value, this.#texts);
	}
}

function escaped(value: JsonValue, texts: Placeholders): JsonValue {
	if (typeof value === 'string') return texts.literal(value);
	if (Array.isArray(value)) return value.map(item => escaped(item, texts));
	if (!isPlainObject(value)) return value;
	return Object.fromEntries(
		Object.entries(value).map(([key, item]) => [key, escaped(item as JsonValue, texts)]),
	);
}

/** The place of the page token in a request. */
export interface TokenPlace {
	readonly param?: string;
	readonly header?: string;
	readonly bodyPath?: string;
	/** It stands inside a text, or in several places. The placeholder of the paginator goes there. */
	readonly isInRequest?: true;
}

/** Removes the page token from a request, if it is one whole value. Finds the token elsewhere in it. */
export function takeToken(request: Request): TokenPlace | undefined {
	const all = texts([request.url, [...request.params], [...request.headers], request.json, request.data]);
	const found = all.filter(text => text.includes(TOKEN));
	if (found.length === 0) return undefined;
	if (found.length > 1 || found[0] !== TOKEN) return {isInRequest: true};
	for (const [name, value] of request.params)
		if (value === TOKEN) {
			request.params.delete(name);
			return {param: name};
		}
	for (const [name, value] of request.headers)
		if (value === TOKEN) {
			request.headers.delete(name);
			return {header: name};
		}
	const keys = keysTo(request.json);
	if (!keys) return {isInRequest: true};
	removeAt(request.json, keys);
	return {bodyPath: keys.join('.')};
}

/** Puts a placeholder into the places of the token. */
export function replaceToken(request: Request, placeholder: string): void {
	const replaced = <T>(tree: T): T =>
		mapLeaves(tree, leaf => (typeof leaf === 'string' ? leaf.replaceAll(TOKEN, placeholder) : leaf)) as T;
	request.url = replaced(request.url);
	for (const [name, value] of request.params) request.params.set(name, replaced(value));
	for (const [name, value] of request.headers) request.headers.set(name, replaced(value));
	if (request.json !== undefined) request.json = replaced(request.json);
	if (request.data !== undefined) request.data = replaced(request.data);
}

function texts(tree: unknown): string[] {
	const found: string[] = [];
	eachText(tree, text => found.push(text));
	return found;
}

function keysTo(json: unknown): string[] | undefined {
	if (json === TOKEN) return [];
	if (!isPlainObject(json)) return undefined;
	for (const [key, value] of Object.entries(json)) {
		const inner = keysTo(value);
		if (inner) return [key, ...inner];
	}
	return undefined;
}

function removeAt(json: JsonValue | undefined, keys: readonly string[]): void {
	let owner: unknown = json;
	for (const key of keys.slice(0, -1)) owner = asObject(owner)[key];
	delete asObject(owner)[keys.at(-1) ?? ''];
}
