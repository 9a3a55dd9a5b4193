/** From the `auth` of a config to authenticators. */
import {ConfigError} from '../../core/errors.ts';
import type {JsonObject} from '../../core/json/json.ts';
import type {Authenticator} from '../../http/auth/authenticator.ts';
import {bearer} from '../../http/auth/bearer.ts';
import type {ClientAssertionOptions} from '../../http/auth/client-assertion.ts';
import type {JwtKey} from '../../http/auth/jwt.ts';
import type {OAuth2Options} from '../../http/auth/oauth2.ts';
import {oauth2ClientCredentials} from '../../http/auth/oauth2-client-credentials.ts';
import {oauth2Jwt} from '../../http/auth/oauth2-jwt.ts';
import {oauth2Password} from '../../http/auth/oauth2-password.ts';
import {oauth2RefreshToken} from '../../http/auth/oauth2-refresh-token.ts';
import {type SessionOptions, session} from '../../http/auth/session.ts';
import {several} from '../../http/auth/several.ts';
import type {RequestBody} from '../../http/request.ts';
import {joinUrl, withQuery} from '../../http/url.ts';
import type {AuthPlace} from '../../plugins/auth.ts';
import type {Registry} from '../../plugins/registry.ts';
import {type Auth, type BuiltInAuth, isAuthenticator, isBuiltIn, type OneAuth} from '../schema/auth.ts';
import {optionsIn, type PluginConfig} from '../schema/plugin.ts';
import {defined} from '../tree.ts';
import {canSignIn, tokenFile} from './refresh-token-place.ts';

/**
 * Makes authenticators; what is written alike becomes one, with one token. Otherwise two would use up the
 * same refresh token. Paths of a login are joined to `baseUrl`, those of files to the folder of the config.
 */
export function authenticators(place: AuthPlace, plugins: Registry): (auth: Auth) => Authenticator {
	const made = new Map<string, Authenticator>();

	function one(auth: OneAuth): Authenticator {
		if (typeof auth === 'function') return {apply: auth};
		if (isAuthenticator(auth)) return auth;
		const key = JSON.stringify(auth);
		const authenticator = made.get(key) ?? make(auth);
		made.set(key, authenticator);
		return authenticator;
	}

	function make(auth: BuiltInAuth | PluginConfig): Authenticator {
		if (isBuiltIn(auth)) return builtIn(auth, place);
		const plugin = plugins.auth(auth.type);
		if (!plugin) throw new TypeError(`no auth ${JSON.stringify(auth.type)}`);
		return plugin.make(optionsIn(plugin.fields, auth), place);
	}

	return auth => (Array.isArray(auth) ? several(auth.map(one)) : one(auth));
}

function builtIn(auth: BuiltInAuth, {baseUrl, folder}: AuthPlace): Authenticator {
	switch (auth.type) {
		case 'bearer':
			return bearer(auth.token);
		case 'oauth2_client_credentials':
			return oauth2ClientCredentials({...tokenRequest(auth), ...client(auth), clientId: auth.client_id});
		case 'oauth2_refresh_token': {
			const {refresh_token: refreshToken} = auth;
			const signIn = canSignIn(auth)
				? 'run: sluice auth login'
				: 'put a new refresh_token into the config, or give it an authorization_url and run: sluice auth login';
			return oauth2RefreshToken({
				...tokenRequest(auth),
				...client(auth),
				...defined({refreshToken, store: tokenFile(auth, folder), signIn}),
			});
		}
		case 'oauth2_password':
			return oauth2Password({
				...tokenRequest(auth),
				...client(auth),
				username: auth.username,
				password: auth.password,
			});
		case 'oauth2_jwt':
			return oauth2Jwt({
				...tokenRequest(auth),
				...client(auth),
				...defined({
					issuer: auth.issuer,
					subject: auth.subject,
					audience: auth.audience,
					scopes: auth.scopes,
					claims: auth.claims as JsonObject,
				}),
				...signingKey(auth),
				lifetimeSeconds: auth.lifetime,
			});
		case 'session':
			return session(sessionOptions(auth, baseUrl));
	}
}

export type OfType<Type> = Extract<BuiltInAuth, {readonly type: Type}>;

export function tokenRequest(
	auth: OfType<`oauth2_${string}`>,
): Omit<OAuth2Options, 'clientId' | 'clientSecret'> {
	return {
		tokenUrl: auth.access_token_url,
		request: texts(auth.access_token_request_data),
		clientAuth: auth.client_auth,
		defaultExpiresInSeconds: auth.default_token_expiration,
		...defined({
			accessToken: auth.access_token,
			requestHeaders: auth.access_token_request_headers,
			clientAssertion: auth.client_assertion && assertion(auth.client_assertion),
		}),
	};
}

function assertion({
	lifetime,
	...auth
}: NonNullable<OfType<'oauth2_jwt'>['client_assertion']>): ClientAssertionOptions {
	const {audience, claims, header} = auth;
	return {
		...signingKey(auth),
		lifetimeSeconds: lifetime,
		...defined({audience, claims: claims as JsonObject, header: header as JsonObject}),
	};
}

type SigningKey = Pick<
	OfType<'oauth2_jwt'>,
	'algorithm' | 'key_id' | 'private_key' | 'private_key_passphrase' | 'secret'
>;

function signingKey(auth: SigningKey): JwtKey {
	return {
		algorithm: auth.algorithm,
		...defined({
			privateKey: auth.private_key,
			passphrase: auth.private_key_passphrase,
			secret: auth.secret,
			keyId: auth.key_id,
		}),
	};
}

export function client({
	client_id: clientId,
	client_secret: clientSecret,
}: {
	client_id?: string | undefined;
	client_secret?: string | undefined;
}) {
	return defined({clientId, clientSecret});
}

function sessionOptions(
	{login, send, expires_in: expiresInSeconds, ...auth}: OfType<'session'>,
	baseUrl: string,
): SessionOptions {
	const {path = '', url = joinUrl(baseUrl, path), method, params = {}, headers, json, data} = login;
	if (!URL.canParse(url)) {
		throw new ConfigError(
			`auth: base_url is empty, so the path of the login must be a whole URL, got ${JSON.stringify(path)}`,
		);
	}
	const body = json === undefined ? (data === undefined ? undefined : formOrRaw(data)) : {json};
	return {
		login: {url: withQuery(url, params).href, method, ...defined({headers, body})},
		token:
			auth.token_path !== undefined
				? {path: auth.token_path}
				: auth.token_header !== undefined
					? {header: auth.token_header}
					: {cookie: auth.token_cookie ?? ''},
		...defined({
			send: send && defined({in: send.in, name: send.name, prefix: send.prefix}),
			expiresInSeconds,
		}),
	};
}

function formOrRaw(data: string | Record<string, string | number | boolean>): RequestBody {
	return typeof data === 'string' ? {raw: data} : {form: Object.entries(texts(data))};
}

export function texts(values: Record<string, string | number | boolean>): Record<string, string> {
	return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
}
