/** Finds the credentials in a request of another tool, so that the config has them as `client.auth`. */
import {isSecretName} from '../core/secret.ts';
import type {ImportedRequest, Pair} from './imported-request.ts';

type Auth = NonNullable<ImportedRequest['auth']>;

/**
 * The same request, with `auth` from its `Authorization` header, or else from a header or parameter whose
 * name is that of a key.
 */
export function withAuth(request: ImportedRequest): ImportedRequest {
	if (request.auth) return request;
	const {headers = []} = request;
	for (const [i, header] of headers.entries()) {
		const auth = /^authorization$/i.test(header[0]) ? byScheme(header[1]) : undefined;
		if (auth) return {...request, auth, headers: headers.toSpliced(i, 1)};
	}
	const isKey = ([name, value]: Pair): boolean =>
		isSecretName(name) && !/^(authorization|cookie|proxy-authorization)$/i.test(name) && value !== '';
	const key = headers.findIndex(isKey);
	const header = headers[key];
	if (header) return {...request, auth: keyOf(header, 'header'), headers: headers.toSpliced(key, 1)};
	const [url = '', search = ''] = request.url.split(/\?(.*)/s);
	const parts = search.split('&').filter(Boolean);
	const at = parts.findIndex(part => isKey(plainPair(part)));
	if (at < 0) return request;
	const rest = parts.toSpliced(at, 1).join('&');
	return {
		...request,
		auth: keyOf(plainPair(parts[at] ?? ''), 'query'),
		url: rest === '' ? url : `${url}?${rest}`,
	};
}

function byScheme(value: string): Auth | undefined {
	const [, scheme = '', credentials = ''] = /^(\S+)\s+(\S+)$/.exec(value) ?? [];
	if (/^bearer$/i.test(scheme)) return {type: 'bearer', token: credentials};
	if (!/^basic$/i.test(scheme) || credentials.includes('${')) return undefined;
	const [, username, password] = /^([^:]*):(.*)$/s.exec(Buffer.from(credentials, 'base64').toString()) ?? [];
	return username === undefined || password === undefined
		? undefined
		: {type: 'http_basic', username, password};
}

function keyOf([name, value]: Pair, location: 'header' | 'query'): Auth {
	return {type: 'api_key', name, api_key: value, location};
}

function plainPair(part: string): Pair {
	const [pair] = new URLSearchParams(part);
	return pair ?? ['', ''];
}
