/** Builds URLs from a base, a path and query parameters. */
import {ConfigError} from '../core/errors.ts';
import {wellFormed} from '../core/json/surrogates.ts';

export type QueryScalar = string | number | bigint | boolean | null;
export type QueryValue = QueryScalar | undefined | readonly QueryScalar[];

/**
 * Joins a path to a base URL with exactly one slash between them. A trailing slash of the path is kept, since
 * servers distinguish `/a` from `/a/`. An absolute path replaces the base. An empty one leaves it without a
 * trailing slash. A query of the base comes before the path's own.
 */
export function joinUrl(base: string, path: string): string {
	if (base === '' || isAbsolute(path)) return path;
	const [baseHead, baseQuery] = splitQuery(base);
	const [pathHead, pathQuery] = splitQuery(path);
	const root = baseHead.replace(/\/+$/, '');
	const head = pathHead === '' ? root : `${root}/${pathHead.replace(/^\/+/, '')}`;
	const query = [baseQuery, pathQuery].filter(Boolean).join('&');
	return query ? `${head}?${query}` : head;
}

/**
 * A copy of the URL with parameters set. Each replaces all parameters of the same name, a list repeats the
 * name, and `null` and `undefined` are left out. The rest of the query stays as it was. A space becomes
 * `%20`, since not every server reads `+` as a space.
 */
export function withQuery(url: string | URL, params: Record<string, QueryValue>): URL {
	const [head, query] = splitQuery(String(url));
	const kept =
		query === '' ? [] : query.split('&').filter(part => part !== '' && !Object.hasOwn(params, nameOf(part)));
	const parts = kept.map(part => part.replaceAll('+', '%20'));
	for (const [name, value] of Object.entries(params)) {
		for (const item of isList(value) ? value : [value]) {
			if (item !== null && item !== undefined) parts.push(`${segment(name)}=${segment(String(item))}`);
		}
	}
	return new URL(parts.length > 0 ? `${head}?${parts.join('&')}` : head);
}

/**
 * The text as one segment of a path, or one part of a query. `encodeURIComponent` throws on half a surrogate
 * pair; here U+FFFD takes its place.
 */
export function segment(text: string): string {
	return unreserved.test(text) ? text : encodeURIComponent(wellFormed(text));
}

// Most names and numbers need no encoding.
const unreserved = /^[\w.~-]*$/;

/**
 * The text as one or more segments: its slashes stay, and everything else that would change the URL is
 * encoded.
 */
export function segments(text: string): string {
	return text.split('/').map(segment).join('/');
}

/** The text with everything but letters, digits and `-._~` as `%XX` (RFC 3986), as signatures require. */
export function percentEncoded(text: string): string {
	return segment(text).replace(/[!'()*]/g, found => `%${found.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** The pairs as `a=1&b=two%20words`: form encoding with `%20` for `+`, which form decoders accept too. */
export function encodePairs(pairs: readonly (readonly [string, string])[]): string {
	return new URLSearchParams(pairs.map(([name, value]): [string, string] => [name, value]))
		.toString()
		.replaceAll('+', '%20');
}

/** The decoded name of one `name=value` part of a query. */
export function nameOf(part: string): string {
	const end = part.indexOf('=');
	const name = end < 0 ? part : part.slice(0, end);
	if (name !== '' && unreserved.test(name)) return name;
	for (const name of new URLSearchParams(part).keys()) return name;
	return '';
}

/** The decoded `name:password` of a URL that has them. */
export function userOf(url: URL): string | undefined {
	const {username, password} = url;
	if (username === '') return undefined;
	try {
		return `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
	} catch {
		throw new ConfigError(
			`${url.protocol}//***@${url.host}: a % in the user name or the password is written %25`,
		);
	}
}

/** Whether the URL leads to a socket in the file system: `http+unix://…`, `unix:…`. */
export function isUnixSocket({protocol}: URL): boolean {
	return protocol.includes('unix');
}

export const noUnixSockets =
	'Unix sockets are not supported: let the server listen on a port of 127.0.0.1, or put socat or a ' +
	'proxy before it';

function isAbsolute(path: string): boolean {
	return /^[a-z][a-z\d+.-]*:\/\//i.test(path);
}

function splitQuery(text: string): [head: string, query: string] {
	const fragment = text.indexOf('#');
	const whole = fragment < 0 ? text : text.slice(0, fragment);
	const at = whole.indexOf('?');
	return at < 0 ? [whole, ''] : [whole.slice(0, at), whole.slice(at + 1)];
}

function isList(value: QueryValue): value is readonly QueryScalar[] {
	return Array.isArray(value);
}
