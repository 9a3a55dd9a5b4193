/**
 * A client of an OAuth 2.0 server: its credentials, its requests (built by oauth4webapi), and the errors that
 * may follow.
 */
import type {
	AuthorizationServer,
	ClientAuth,
	TokenEndpointRequestOptions,
	Client as WireClient,
} from 'oauth4webapi';
import {ConfigError, RequestError} from '../../../core/errors.ts';
import {Secret} from '../../../core/secret.ts';
import {lowerCased} from '../../request.ts';
import {redactUrl} from '../../secrets/redact.ts';
import type {AuthContext, Credential, PlainResponse} from '../authenticator.ts';
import {toSecret} from '../secret.ts';
import {type ClientAssertionOptions, clientAssertion} from './client-assertion.ts';

export interface OAuth2Options {
	readonly tokenUrl: string;
	readonly clientId: string;
	/** The client's secret. It may be left out if there is a `clientAssertion`. */
	readonly clientSecret?: Credential;
	/** Further fields of the token request: `scope`, `audience`, `resource` … */
	readonly request?: Record<string, string>;
	/**
	 * The place of the id and the secret: the form, or a Basic header. If the server refuses one, the client
	 * tries the other once. In a Basic header they are first form-encoded, as RFC 6749 requires, and then sent
	 * as they are. @default 'body'
	 */
	readonly clientAuth?: 'body' | 'basic';
	/** A signed assertion in place of a secret. @default none */
	readonly clientAssertion?: ClientAssertionOptions;
	/** Further headers of the token request. They replace its own. @default {} */
	readonly requestHeaders?: Record<string, string>;
	/** The life of a token if the response does not give one, in seconds. @default 3600 */
	readonly defaultExpiresInSeconds?: number;
	/** A token to begin with. It is used for `defaultExpiresInSeconds`, or until a 401. @default none */
	readonly accessToken?: Credential;
}

/** The same options for a client that may be public, or known by other means. */
export type PublicOAuth2Options = Omit<OAuth2Options, 'clientId' | 'clientSecret'> &
	Partial<Pick<OAuth2Options, 'clientId' | 'clientSecret'>>;

/** Sends the requests of an OAuth 2.0 client, through the connections of an API client. */
export interface Sender {
	fetch: AuthContext['fetch'];
	readonly signal: AbortSignal;
}

/**
 * Each method resolves with the response, whatever its status; it throws only if the request fails for good.
 */
export interface OAuth2Client {
	/** Sends a grant to the token endpoint. */
	token(grantType: string, fields: Fields, sender: Sender): Promise<PlainResponse>;
	/** Asks for a code that a person types in on another device (RFC 8628). */
	device(url: string, fields: Fields, sender: Sender): Promise<PlainResponse>;
	/** Ends a refresh token and all tokens issued for it (RFC 7009). */
	revoke(url: string, token: Secret, sender: Sender): Promise<PlainResponse>;
}

type Fields = Record<string, string>;
type Library = typeof import('oauth4webapi');

/** Sends one kind of request with the library. `fields` begins with the credentials. */
type Call = (
	library: Library,
	server: AuthorizationServer,
	parties: {readonly client: WireClient; readonly authentication: ClientAuth},
	fields: URLSearchParams,
	options: TokenEndpointRequestOptions,
) => Promise<Response>;

/** Throws if the options contradict one another. `name` is the factory that received them. */
export function oauth2Client(name: string, options: PublicOAuth2Options): OAuth2Client {
	const {tokenUrl, clientId} = options;
	if (!URL.canParse(tokenUrl))
		throw new ConfigError(`${name}() needs a tokenUrl, got ${JSON.stringify(tokenUrl)}`);
	const clientSecret =
		options.clientSecret === undefined
			? undefined
			: toSecret(options.clientSecret, `${name}() needs a clientSecret`);
	const assertion =
		options.clientAssertion && clientAssertion(options.clientAssertion, {clientId, tokenUrl, name});
	if (clientSecret && assertion)
		throw new ConfigError(`${name}() takes a clientSecret or a clientAssertion: give one`);
	if (options.clientAuth === 'basic' && new URL(tokenUrl).username)
		throw new ConfigError(
			`${name}(): user:password@ of the tokenUrl and clientAuth: 'basic' are one header; give one`,
		);
	if (clientSecret && !clientId) throw new ConfigError(`${name}() needs a clientId for its clientSecret`);
	const identity: Identity = {
		clientId,
		clientSecret,
		assertion,
		headers: lowerCased(options.requestHeaders ?? {}),
	};
	let ways = clientSecret ? waysOf(tokenUrl, identity, options.clientAuth) : (['body'] as const);

	async function post(url: string, fields: Fields, call: Call, sender: Sender): Promise<PlainResponse> {
		let refused: PlainResponse | undefined;
		for (const way of ways) {
			const answer = await send(identity, {url, way, fields, call}, sender);
			if (!isRefused(answer)) {
				// The way that worked goes first from now on.
				ways = [way, ...ways.filter(other => other !== way)];
				return answer;
			}
			refused ??= answer;
		}
		if (!refused) throw new TypeError('the request was not sent');
		return refused;
	}

	return {
		token(grantType, fields, sender) {
			const call: Call = (library, server, {client, authentication}, body, settings) =>
				library.genericTokenEndpointRequest(server, client, authentication, grantType, body, settings);
			const all = {grant_type: grantType, ...fields, ...options.request};
			return post(tokenUrl, all, call, sender);
		},
		device(url, fields, sender) {
			const call: Call = (library, server, {client, authentication}, body, settings) =>
				library.deviceAuthorizationRequest(server, client, authentication, body, settings);
			return post(url, fields, call, sender);
		},
		revoke(url, token, sender) {
			const call: Call = (library, server, {client, authentication}, body, settings) =>
				library.revocationRequest(server, client, authentication, token.reveal(), {
					...settings,
					additionalParameters: body,
				});
			return post(url, {token_type_hint: 'refresh_token'}, call, sender);
		},
	};
}

interface Identity {
	readonly clientId: string | undefined;
	readonly clientSecret: Secret | undefined;
	readonly assertion: (() => Fields) | undefined;
	readonly headers: Record<string, string>;
}

type Way = 'body' | 'basic' | 'plain';

interface Asked {
	readonly url: string;
	readonly way: Way;
	readonly fields: Fields;
	readonly call: Call;
}

function isRefused({status, text}: PlainResponse): boolean {
	return status === 401 || (status === 400 && text.includes('invalid_client'));
}

async function send(
	{clientId = '', clientSecret, assertion, headers: own}: Identity,
	{url, way, fields, call}: Asked,
	{fetch, signal}: Sender,
): Promise<PlainResponse> {
	let answer: PlainResponse | undefined;
	const secret = clientSecret?.reveal();
	// Some servers depend on the order of the fields, so credentials and grant come first; oauth4webapi fills
	// in their values in place.
	const credentials = {
		...(clientId && way === 'body' && {client_id: clientId}),
		...(secret && way === 'body' && {client_secret: secret}),
		...assertion?.(),
	};
	// The import is on demand, as it takes as long as that of all other authenticators.
	const library = await import('oauth4webapi');
	const endpoints = {
		token_endpoint: url,
		device_authorization_endpoint: url,
		revocation_endpoint: url,
	};
	try {
		await call(
			library,
			{issuer: new URL(url).origin, ...endpoints},
			{
				// The library requires a client id even if the request has none.
				client: {client_id: clientId || 'none'},
				authentication: authentication(library, clientId, secret, way),
			},
			new URLSearchParams({...credentials, ...fields}),
			{
				[library.allowInsecureRequests]: true,
				[library.customFetch]: async (_url, {method, headers, body}) => {
					const sent = {
						method,
						url: new URL(url),
						headers: {...headers, 'content-type': 'application/x-www-form-urlencoded', ...own},
						body: String(body),
					};
					answer = await fetch(sent, signal);
					return new Response(null);
				},
			},
		);
	} catch (error) {
		if (error instanceof RequestError) throw authError(url, error.message, {cause: error});
		throw error;
	}
	if (!answer) throw new TypeError('the request was not sent');
	return answer;
}

function authentication(
	{ClientSecretPost, None}: Library,
	clientId: string,
	secret: string | undefined,
	way: Way,
): ClientAuth {
	if (!secret) return clientId ? None() : () => {};
	if (way === 'body') return ClientSecretPost(secret);
	// The library's own encoding escapes characters without need, such as the dashes of a UUID, and some
	// servers do not decode them.
	const pair = way === 'basic' ? formPair(clientId, secret) : `${clientId}:${secret}`;
	const credentials = new Secret(Buffer.from(pair).toString('base64'));
	return (_as, _client, _body, headers) => headers.set('authorization', `Basic ${credentials.reveal()}`);
}

// The ways in the order of their tries. The user and password of the URL are in the header already.
function waysOf(
	tokenUrl: string,
	{clientId = '', clientSecret}: Identity,
	first: 'body' | 'basic' = 'body',
): readonly Way[] {
	if (new URL(tokenUrl).username) return ['body'];
	const secret = clientSecret?.reveal() ?? '';
	const basics: Way[] =
		formPair(clientId, secret) === `${clientId}:${secret}` ? ['basic'] : ['basic', 'plain'];
	return first === 'body' ? ['body', ...basics] : [...basics, 'body'];
}

function formPair(clientId: string, secret: string): string {
	return [clientId, secret]
		.map(text => new URLSearchParams([['', text]]).toString().slice(1).replaceAll('%7E', '~'))
		.join(':');
}

/** The error for a token request that brought no token. */
export function authError(
	url: string,
	message: string,
	{cause, status = cause?.status}: {cause?: RequestError; status?: number | undefined} = {},
): RequestError {
	const details = {
		code: 'ERR_AUTH',
		method: 'POST',
		url: redactUrl(url),
		attempts: cause?.attempts ?? 1,
		status,
		cause,
	} as const;
	return new RequestError(`no OAuth2 token: ${message}`, details);
}
