/** The request of a resource, and the request on the wire for it. */
import {type JsonValue, stringify} from '../core/json/json.ts';
import {Secret} from '../core/secret.ts';
import type {Authenticator, OutgoingRequest} from './auth/authenticator.ts';
import {encodePairs, userOf} from './url.ts';

/**
 * The body of a request. `form` keeps its order and may repeat names. `raw` is sent as it is, with a
 * content-type from the headers.
 */
export type RequestBody =
	| {readonly json: JsonValue}
	| {readonly form: readonly (readonly [string, string])[]}
	| {readonly raw: string};

export interface HttpRequest {
	readonly method: string;
	readonly url: URL;
	/** Headers in any case. They replace those of the client. */
	readonly headers?: Record<string, string>;
	readonly body?: RequestBody;
	/**
	 * Further origins that get credentials and configured headers, besides that of the client's base URL:
	 * `https://files.example.com`.
	 */
	readonly trustedOrigins?: readonly string[];
	/** Replaces the client's authenticator; `null` sends no credentials. */
	readonly auth?: Authenticator | null;
}

// The only headers that a foreign origin gets.
const harmless = ['accept', 'accept-encoding', 'user-agent'];

/**
 * The request on the wire, except for its credentials. `trusted` says whether its origin may see configured
 * headers. `known` is the `name:password` for it if the URL has none.
 */
export function outgoingRequest(
	{method, url, headers = {}, body}: HttpRequest,
	defaults: Record<string, string>,
	trusted: boolean,
	known?: string,
): OutgoingRequest {
	const all = {...defaults, ...contentType(body), ...lowerCased(headers)};
	const shown = trusted ? all : pick(all, [...harmless, ...(body ? ['content-type'] : [])]);
	const user = userOf(url) ?? known;
	const clean = withoutUser(url);
	if (clean.hash) clean.hash = '';
	if (user && trusted) shown.authorization ??= basicHeader(user);
	return {method: method.toUpperCase(), url: clean, headers: shown, body: body && encodeBody(body)};
}

/**
 * The same request with the `name:password` of its URL, or else `known`, in the Authorization header, unless
 * that header is set.
 */
export function withUser(request: OutgoingRequest, known?: string): OutgoingRequest {
	const user = userOf(request.url) ?? known;
	if (user === undefined) return request;
	return {
		...request,
		url: withoutUser(request.url),
		headers: {authorization: basicHeader(user), ...request.headers},
	};
}

function withoutUser(url: URL): URL {
	const clean = new URL(url);
	if (clean.username || clean.password) {
		clean.username = '';
		clean.password = '';
	}
	return clean;
}

function basicHeader(user: string): string {
	return `Basic ${new Secret(Buffer.from(user).toString('base64')).reveal()}`;
}

/** The headers with lower-case names, so that each name occurs once. */
export function lowerCased(headers: Record<string, string>): Record<string, string> {
	return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function contentType(body: RequestBody | undefined): Record<string, string> {
	if (!body || 'raw' in body) return {};
	return {'content-type': 'json' in body ? 'application/json' : 'application/x-www-form-urlencoded'};
}

function encodeBody(body: RequestBody): string {
	if ('raw' in body) return body.raw;
	return 'json' in body ? stringify(body.json) : encodePairs(body.form);
}

function pick(headers: Record<string, string>, names: readonly string[]): Record<string, string> {
	return Object.fromEntries(Object.entries(headers).filter(([name]) => names.includes(name)));
}
