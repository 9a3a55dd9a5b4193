/** Imports authenticators as the `auth` of an endpoint. */
import {asObject, isPlainObject, type PlainObject, withoutUndefined} from '../../config/tree.ts';
import {messageOf} from '../../core/stage.ts';
import {readDuration} from '../../core/time/duration.ts';
import {basicPair} from './basic.ts';
import {credential} from './credential.ts';
import type {Known} from './known.ts';
import {knownAuthOf} from './known-python.ts';
import {oauthOf} from './oauth.ts';
import {type Differences, LeftOut} from './outcome.ts';
import {Placeholders} from './placeholders.ts';
import {putOption} from './request-option.ts';
import {joined, type Request, requestOf} from './requester.ts';

/** The auth, if the request needs one. A key for the body is put into the request itself. */
export function authOf(
	authenticator: unknown,
	above: Known,
	{request, differences}: {request: Request; differences: Differences},
): PlainObject | undefined {
	if (!isPlainObject(authenticator)) return basicHeader(request, above);
	const known = above.in(authenticator);
	const {type} = authenticator;
	switch (type) {
		case 'NoAuth':
			return undefined;
		case 'BearerAuthenticator':
			return {type: 'bearer', token: credential(authenticator.api_token, 'token', {known, differences})};
		case 'BasicHttpAuthenticator':
			return basic(authenticator, known);
		case 'ApiKeyAuthenticator':
			return apiKey(authenticator, known, {request, differences});
		case 'OAuthAuthenticator':
			return oauthOf(authenticator, known, differences);
		case 'SessionTokenAuthenticator':
			return session(authenticator, known, differences);
		case 'LegacySessionTokenAuthenticator':
			return legacySession(authenticator, known, request);
		case 'SelectiveAuthenticator':
			return authOf(selected(authenticator, known, differences), above, {request, differences});
		case 'JwtAuthenticator':
			throw new LeftOut('auth: a JWT sent as it is');
		default:
			return knownAuthOf(authenticator, {
				known,
				base: request.base,
				differences,
				authOf: component => authOf(component, known, {request, differences}),
			});
	}
}

function basic({username, password}: PlainObject, known: Known): PlainObject {
	const [user, word] = [known.text(username, 'user name'), known.text(password ?? '', 'password')];
	const isNamed = user !== '' || word !== '';
	return {type: 'http_basic', username: isNamed ? user : known.needed(username, 'user name'), password: word};
}

function apiKey(
	authenticator: PlainObject,
	known: Known,
	{request, differences}: {request: Request; differences: Differences},
): PlainObject | undefined {
	const key = credential(authenticator.api_token, 'API key', {known, differences});
	const option = asObject(authenticator.inject_into);
	const {inject_into: into = 'header'} = option;
	const name = known.needed(
		option.field_name ?? authenticator.header ?? 'Authorization',
		'name of the API key',
	);
	if (into === 'header' || into === 'request_parameter')
		return {type: 'api_key', name, api_key: key, ...(into === 'request_parameter' && {location: 'query'})};
	putOption(request, {...option, inject_into: into}, key, known);
	return undefined;
}

/** One of several authenticators, which a value of the connection selects. */
function selected(authenticator: PlainObject, known: Known, differences: Differences): unknown {
	const {authenticator_selection_path: path, authenticators} = authenticator;
	const keys = Array.isArray(path) ? path.map(String) : [];
	const all = asObject(authenticators);
	let value: unknown = known.connection.config;
	for (const key of keys) value = asObject(value)[key];
	const found = all[String(value)];
	if (found !== undefined) return found;
	const [first] = Object.keys(all);
	differences.add(
		'choice',
		`signs in as ${JSON.stringify(first)}, the first of ${Object.keys(all).join(', ')}`,
	);
	return all[first ?? ''];
}

function session(authenticator: PlainObject, known: Known, differences: Differences): PlainObject {
	const {login_requester: login, session_token_path: path, expiration_duration: life} = authenticator;
	if (!isPlainObject(login)) throw new LeftOut('auth: a session without a login');
	const sent = requestOf(login, known, new Placeholders({slice: new Map()}));
	let url = sent.url;
	const own = authOf(login.authenticator, known.in(login), {request: sent, differences});
	if (own?.type === 'http_basic')
		url = url.replace('://', `://${String(own.username)}:${String(own.password)}@`);
	else if (own?.type === 'api_key')
		(own.location === 'query' ? sent.params : sent.headers).set(String(own.name), String(own.api_key));
	else if (own?.type === 'bearer') sent.headers.set('Authorization', `Bearer ${String(own.token)}`);
	else if (own) throw new LeftOut(`auth: a login that signs in by ${String(own.type)}`);
	const token = Array.isArray(path) ? path.map(part => known.text(part, 'path to the token')).join('.') : '';
	const {type, inject_into: inject} = asObject(authenticator.request_authentication);
	const {inject_into: into, field_name: name} = asObject(inject);
	const send =
		type === 'ApiKey'
			? {in: into === 'request_parameter' ? 'query' : 'header', name: known.text(name, 'name'), prefix: ''}
			: undefined;
	return withoutUndefined({
		type: 'session',
		login: withoutUndefined({
			url,
			method: sent.method,
			params: sent.params.size > 0 ? Object.fromEntries(sent.params) : undefined,
			headers: sent.headers.size > 0 ? Object.fromEntries(sent.headers) : undefined,
			json: sent.json,
			data: sent.data,
		}),
		token_path: token,
		send,
		expires_in: life === undefined ? undefined : secondsIn(known.text(life, 'life of the session')),
	});
}

function legacySession(authenticator: PlainObject, known: Known, {base}: Request): PlainObject {
	const {login_url: url, username, password, header, session_token_response_key: key} = authenticator;
	return {
		type: 'session',
		login: {
			url: joined(base, known.needed(url, 'URL of the login')),
			json: {username: known.needed(username, 'user name'), password: known.needed(password, 'password')},
		},
		token_path: known.needed(key, 'path to the token'),
		send: {in: 'header', name: known.needed(header, 'name of the header'), prefix: ''},
	};
}

function secondsIn(duration: string): number {
	try {
		const {months, nanos} = readDuration(duration);
		return months * 30 * 86_400 + Number(nanos / 1_000_000_000n);
	} catch (error) {
		throw new LeftOut('auth: life of the session', messageOf(error));
	}
}

/** The auth for a header `Authorization: Basic …` that the manifest computes itself. */
function basicHeader(request: Request, known: Known): PlainObject | undefined {
	const computed = request.basic;
	if (computed === undefined) return undefined;
	const pair = basicPair(computed, known);
	if (!pair) throw new LeftOut('header: computes with a value that only the connection has', computed);
	return {type: 'http_basic', ...pair};
}
