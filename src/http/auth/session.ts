/** A login: the response of one request holds the token for all others. */
import {ConfigError, RequestError} from '../../core/errors.ts';
import {type JsonValue, parse} from '../../core/json/json.ts';
import {ownValue} from '../../core/own.ts';
import {isObject, parsePath} from '../../core/path/path.ts';
import {Secret} from '../../core/secret.ts';
import {oneLine} from '../failure.ts';
import {outgoingRequest, type RequestBody} from '../request.ts';
import {redactUrl} from '../secrets/redact.ts';
import {apiKey} from './api-key.ts';
import type {Authenticator, OutgoingRequest, PlainResponse} from './authenticator.ts';
import {sharedToken} from './token.ts';

export interface SessionOptions {
	/** The login request. Make a `Secret` of each password in it, so that messages hide it. */
	readonly login: LoginRequest;
	/** The place of the token in the response: a path into its JSON, a header, or a cookie that it sets. */
	readonly token: {readonly path: string} | {readonly header: string} | {readonly cookie: string};
	/** The place of the token in all other requests. */
	readonly send?: SendToken;
	/** The life of a token in seconds. A 401 renews it in any case. @default Infinity */
	readonly expiresInSeconds?: number;
}

export interface LoginRequest {
	readonly url: string;
	/** The method of the login request. @default 'POST' */
	readonly method?: string;
	readonly headers?: Record<string, string>;
	readonly body?: RequestBody;
}

export interface SendToken {
	/** The kind of place. @default 'cookie' for a token from a cookie, 'header' for others */
	readonly in?: 'header' | 'query' | 'cookie';
	/** @default the name of the cookie, 'token' in a query or a cookie, 'Authorization' in a header */
	readonly name?: string;
	/** Text before the token. @default 'Bearer ' in the header Authorization, else '' */
	readonly prefix?: string;
}

/**
 * Logs in when the first request needs it, once for any number of waiting requests, and again after a 401.
 * Only the token of the response is kept: no other cookie is sent along, unless the client keeps `cookies`.
 * @example session({login: {url, body: {json: {user, password: new Secret(password)}}}, token: {path: 'token'}})
 */
export function session({
	login,
	token,
	send = {},
	expiresInSeconds = Infinity,
}: SessionOptions): Authenticator {
	if (!URL.canParse(login.url))
		throw new ConfigError(`session() needs a URL to log in at, got ${JSON.stringify(login.url)}`);
	if (!(expiresInSeconds > 0))
		throw new ConfigError(`expiresInSeconds must be more than 0, got ${expiresInSeconds}`);
	const cookie = 'cookie' in token ? token.cookie : undefined;
	const {in: place = cookie === undefined ? 'header' : 'cookie'} = send;
	const {
		name = place === 'cookie' && cookie !== undefined
			? cookie
			: place === 'header'
				? 'Authorization'
				: 'token',
	} = send;
	const {prefix = place === 'header' && name.toLowerCase() === 'authorization' ? 'Bearer ' : ''} = send;
	const find = finder(token);
	const {method = 'POST', url, ...rest} = login;
	const request = {...rest, method, url: new URL(url)};

	return sharedToken({
		url,
		send: value => apiKey({in: place, name, value: `${prefix}${value.reveal()}`}),
		secretParams: place === 'query' ? [name] : [],
		async fetch(context, signal) {
			const sent = outgoingRequest(request, {accept: 'application/json, */*;q=0.5'}, true);
			let answer: PlainResponse;
			try {
				answer = await context.fetch(sent, signal);
			} catch (error) {
				if (error instanceof RequestError) throw loginError(sent, error.message, error);
				throw error;
			}
			return {value: readToken(answer, sent, find), lifeMs: expiresInSeconds * 1000};
		},
	});
}

/** Finds the token in a response, or describes what is there in its place. */
type Find = (answer: PlainResponse) => {readonly token: string} | {readonly missing: string};

function finder(token: SessionOptions['token']): Find {
	if ('path' in token) {
		const path = parsePath(token.path);
		return ({text}) => {
			const body = parsed(text);
			const found = body === undefined ? undefined : path.first(body);
			if (found !== undefined && found !== null && found !== '' && typeof found !== 'object')
				return {token: String(found)};
			const keys = isObject(body)
				? `; found: ${Object.keys(body).join(', ') || 'no keys'}`
				: ` in ${shorten(text)}`;
			return {missing: `a token at ${JSON.stringify(token.path)}${keys}`};
		};
	}
	if ('header' in token) {
		const name = token.header.toLowerCase();
		return ({headers}) => {
			const value = ownValue(headers, name);
			return value ? {token: value} : {missing: `the header ${token.header}`};
		};
	}
	return ({headers}) => {
		const value = cookieOf(headers['set-cookie'] ?? '', token.cookie);
		return value ? {token: value} : {missing: `the cookie ${token.cookie}`};
	};
}

// Several headers are joined by commas. A date may hold a comma too, but not one before a name and its "=".
function cookieOf(header: string, name: string): string | undefined {
	const starts = header.split(/(?:^|,)\s*(?=[^\s;,=]+=)/);
	const cookies = starts.map(cookie => cookie.split(';', 1)[0]?.trim() ?? '');
	return cookies.findLast(cookie => cookie.startsWith(`${name}=`))?.slice(name.length + 1);
}

function readToken(answer: PlainResponse, sent: OutgoingRequest, find: Find): Secret {
	const {status, text} = answer;
	const what = `${sent.method} ${redactUrl(sent.url)} answered ${status}`;
	if (status >= 400) {
		const advice =
			status === 404 || status === 405 ? 'Check the URL and the method' : 'Check what it sends to log in';
		throw loginError(sent, `${what} ${shorten(text)}. ${advice}`, undefined, status);
	}
	const found = find(answer);
	if ('token' in found) return new Secret(found.token);
	throw loginError(sent, `${what} without ${found.missing}`, undefined, status);
}

function parsed(text: string): JsonValue | undefined {
	try {
		return parse(text);
	} catch {
		return undefined;
	}
}

function shorten(text: string): string {
	return oneLine(text).slice(0, 200) || 'and nothing more';
}

function loginError(
	{method, url}: OutgoingRequest,
	message: string,
	cause?: RequestError,
	status = cause?.status,
): RequestError {
	const details = {
		code: 'ERR_AUTH',
		method,
		url: redactUrl(url),
		attempts: cause?.attempts ?? 1,
		status,
		cause,
	} as const;
	return new RequestError(`no login: ${message}`, details);
}
