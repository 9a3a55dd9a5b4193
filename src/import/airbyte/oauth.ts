/** Imports an `OAuthAuthenticator` as one of the OAuth types. */
import {asObject, isPlainObject, type PlainObject, withoutUndefined} from '../../config/tree.ts';
import {basicPair, isBasic} from './basic.ts';
import {credential} from './credential.ts';
import {asPrinted, type Known} from './known.ts';
import {type Differences, LeftOut} from './outcome.ts';

/** Fields of the token request that have keys of their own in a config. */
const own: ReadonlySet<string> = new Set(['client_id', 'client_secret', 'refresh_token', 'grant_type']);

export function oauthOf(authenticator: PlainObject, known: Known, differences: Differences): PlainObject {
	if (authenticator.use_profile_assertion === true || authenticator.profile_assertion !== undefined)
		throw new LeftOut('auth: a JWT out of a key in JSON');
	const names = ['client_id', 'client_secret', 'refresh_token', 'grant_type', 'access_token'] as const;
	for (const name of names) {
		const other = authenticator[`${name}_name`];
		if (other !== undefined && other !== name)
			throw new LeftOut('auth: OAuth with other names', String(other));
	}
	const body = fields(authenticator.refresh_request_body, known);
	const grant = known.text(authenticator.grant_type ?? body.grant_type ?? 'refresh_token', 'grant');
	const request = {...scopeOf(authenticator.scopes, known, differences), ...body};
	for (const name of own) delete request[name];
	const shared = () => ({
		access_token_url: known.needed(authenticator.token_refresh_endpoint, 'URL of the token'),
		...clientOf(authenticator, known),
	});
	switch (grant) {
		case 'client_credentials':
			return finished('oauth2_client_credentials', shared(), request);
		case 'password': {
			const {username, password, ...rest} = request;
			if (username === undefined || password === undefined) break;
			return finished('oauth2_password', {...shared(), username, password}, rest);
		}
		case 'refresh_token':
			return finished(
				'oauth2_refresh_token',
				{
					...shared(),
					refresh_token: credential(authenticator.refresh_token ?? body.refresh_token, 'refresh token', {
						known,
						differences,
						name: 'refresh_token',
					}),
					...(isPlainObject(authenticator.refresh_token_updater) && {
						refresh_token_file: '.sluice/refresh-token.json',
					}),
				},
				request,
			);
	}
	throw new LeftOut('auth: an OAuth grant that has no type', grant);
}

function finished(type: string, keys: PlainObject, request: PlainObject): PlainObject {
	const {headers, ...rest} = keys;
	return withoutUndefined({
		type,
		...rest,
		access_token_request_data: Object.keys(request).length > 0 ? request : undefined,
		access_token_request_headers: headers,
	});
}

function clientOf(authenticator: PlainObject, known: Known): PlainObject {
	const given = asObject(authenticator.refresh_request_headers);
	const headers: PlainObject = {};
	let basic: {username: string; password: string} | undefined;
	for (const [name, value] of Object.entries(given)) {
		if (name.toLowerCase() === 'content-type') continue;
		if (name.toLowerCase() === 'authorization' && isBasic(value)) basic = basicPair(value, known);
		else headers[name] = known.text(value, 'header of the token request');
	}
	const client = basic
		? {client_id: basic.username, client_secret: basic.password, client_auth: 'basic'}
		: {
				client_id: known.needed(authenticator.client_id, 'client id'),
				client_secret: known.needed(authenticator.client_secret, 'client secret'),
			};
	return {...client, ...(Object.keys(headers).length > 0 && {headers})};
}

function scopeOf(scopes: unknown, known: Known, differences: Differences): PlainObject {
	if (!Array.isArray(scopes) || scopes.length === 0) return {};
	differences.add('requests', 'the token request names its scopes as scope, and not as scopes');
	return {scope: scopes.map(scope => known.text(scope, 'scope')).join(' ')};
}

function fields(body: unknown, known: Known): PlainObject {
	return Object.fromEntries(
		Object.entries(asObject(body)).flatMap(([name, value]) => {
			const text = known.text(
				typeof value === 'string' ? value : asPrinted(value),
				'field of the token request',
			);
			return text === '' || text === 'None' ? [] : [[name, text]];
		}),
	);
}
