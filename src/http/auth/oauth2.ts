/**
 * What all OAuth 2.0 grants have in common: the token request, which is oauth4webapi's, and what may come of
 * it.
 */
import type {ClientAuth} from 'oauth4webapi';
import {ConfigError, RequestError} from '../../core/errors.ts';
import {type JsonObject, type JsonValue, parse} from '../../core/json.ts';
import {isObject} from '../../core/path.ts';
import {Secret} from '../../core/secret.ts';
import {oneLine} from '../failure.ts';
import {redactUrl} from '../redact.ts';
import {lowerCased} from '../request.ts';
import type {AuthContext, Authenticator, Credential, PlainResponse} from './authenticator.ts';
import {type ClientAssertionOptions, clientAssertion} from './client-assertion.ts';
import {toSecret} from './secret.ts';
import {type FetchedToken, sharedToken} from './token.ts';

export interface OAuth2Options {
	readonly tokenUrl: string;
	readonly clientId: string;
	/** May be left out where there is a `clientAssertion`. */
	readonly clientSecret?: Credential;
	/** Further fields of the token request: `scope`, `audience`, `resource` … */
	readonly request?: Record<string, string>;
	/**
	 * Where the id and the secret go: the form, or a Basic header. The other way is tried once when the server
	 * refuses; in a Basic header form-encoded, as RFC 6749 has it, and then as they are. @default 'body'
	 */
	readonly clientAuth?: 'body' | 'basic';
	/** A signed assertion in place of a secret. @default none */
	readonly clientAssertion?: ClientAssertionOptions;
	/** Further headers of the token request; they go over its own. @default {} */
	readonly requestHeaders?: Record<string, string>;
	/** The life of a token whose answer does not say, in seconds. @default 3600 */
	readonly defaultExpiresInSeconds?: number;
	/** A token that is there already: used for `defaultExpiresInSeconds`, or until a 401. @default none */
	readonly accessToken?: Credential;
}

/** The same for a client that may be public, or known by other means. */
export type PublicOAuth2Options = Omit<OAuth2Options, 'clientId' | 'clientSecret'> &
	Partial<Pick<OAuth2Options, 'clientId' | 'clientSecret'>>;

/** Sends a token request with the fields of a grant. Resolves with an answer that holds a token. */
export type AskForToken = (grantType: string, fields?: Record<string, string>) => Promise<TokenAnswer>;

/** A body with an `access_token`, as it came. */
export type TokenAnswer = JsonObject & {readonly access_token: string};

export interface Grant {
	/** The name of the factory, for messages. */
	readonly name: string;
	/** What to look at when the server refuses: a list of words. */
	readonly check: string;
	/** Gets one token. The signal ends when nobody waits for it any more. */
	request(ask: AskForToken, signal: AbortSignal): Promise<TokenAnswer>;
}

/** Sends `Authorization: Bearer …` with a token that the grant gets from `tokenUrl`. */
export function oauth2(grant: Grant, options: PublicOAuth2Options): Authenticator {
	const {tokenUrl, clientId, defaultExpiresInSeconds = 3600} = options;
	if (!URL.canParse(tokenUrl))
		throw new ConfigError(`${grant.name}() needs a tokenUrl, got ${JSON.stringify(tokenUrl)}`);
	const clientSecret =
		options.clientSecret === undefined
			? undefined
			: toSecret(options.clientSecret, `${grant.name}() needs a clientSecret`);
	const assertion =
		options.clientAssertion &&
		clientAssertion(options.clientAssertion, {clientId, tokenUrl, name: grant.name});
	if (clientSecret && assertion)
		throw new ConfigError(`${grant.name}() takes a clientSecret or a clientAssertion: give one`);
	if (options.clientAuth === 'basic' && new URL(tokenUrl).username)
		throw new ConfigError(
			`${grant.name}(): user:password@ of the tokenUrl and clientAuth: 'basic' are one header; give one`,
		);
	if (clientSecret && !clientId)
		throw new ConfigError(`${grant.name}() needs a clientId for its clientSecret`);
	const endpoint: Endpoint = {
		tokenUrl,
		clientId,
		clientSecret,
		assertion,
		request: options.request ?? {},
		check: grant.check,
		headers: lowerCased(options.requestHeaders ?? {}),
	};
	const present =
		options.accessToken === undefined
			? undefined
			: {
					value: toSecret(options.accessToken, `${grant.name}() needs an accessToken`),
					lifeMs: defaultExpiresInSeconds * 1000,
				};
	let ways = clientSecret ? waysOf(endpoint, options.clientAuth) : (['body'] as const);

	return sharedToken({
		url: tokenUrl,
		first: present,
		async fetch(context, signal) {
			const answer = await grant.request(async (grantType, fields = {}) => {
				let refused: PlainResponse | undefined;
				for (const way of ways) {
					const answer = await send(endpoint, {way, grantType, fields}, context, signal);
					if (isRefused(answer)) refused ??= answer;
					else {
						// The way that worked goes first from now on.
						ways = [way, ...ways.filter(other => other !== way)];
						return readAnswer(answer, endpoint);
					}
				}
				if (!refused) throw new TypeError('the token request was not sent');
				return readAnswer(refused, endpoint);
			}, signal);
			return toToken(answer, defaultExpiresInSeconds);
		},
	});
}

interface Endpoint {
	readonly tokenUrl: string;
	readonly clientId: string | undefined;
	readonly clientSecret: Secret | undefined;
	readonly assertion: (() => Record<string, string>) | undefined;
	readonly request: Record<string, string>;
	readonly headers: Record<string, string>;
	readonly check: string;
}

type Way = 'body' | 'basic' | 'plain';

interface TokenRequest {
	readonly way: Way;
	readonly grantType: string;
	readonly fields: Record<string, string>;
}

function isRefused({status, text}: PlainResponse): boolean {
	return status === 401 || (status === 400 && text.includes('invalid_client'));
}

async function send(
	endpoint: Endpoint,
	{way, grantType, fields}: TokenRequest,
	context: AuthContext,
	signal: AbortSignal,
): Promise<PlainResponse> {
	const {tokenUrl, clientId = '', clientSecret, assertion, request} = endpoint;
	let answer: PlainResponse | undefined;
	const secret = clientSecret?.reveal();
	// Some servers look at the order of the fields, so credentials and grant come first; oauth4webapi fills them
	// in where they stand.
	const credentials = {
		...(clientId && way === 'body' && {client_id: clientId}),
		...(secret && way === 'body' && {client_secret: secret}),
		...assertion?.(),
	};
	// Loaded for those who use it: it takes as long as all other authenticators.
	const library = await import('oauth4webapi');
	try {
		await library.genericTokenEndpointRequest(
			{issuer: new URL(tokenUrl).origin, token_endpoint: tokenUrl},
			// The library wants a client id even where the request has none.
			{client_id: clientId || 'none'},
			authentication(library, clientId, secret, way),
			grantType,
			new URLSearchParams({...credentials, grant_type: grantType, ...fields, ...request}),
			{
				[library.allowInsecureRequests]: true,
				[library.customFetch]: async (url, {method, headers, body}) => {
					const sent = {
						method,
						url: new URL(url),
						headers: {...headers, 'content-type': 'application/x-www-form-urlencoded', ...endpoint.headers},
						body: String(body),
					};
					answer = await context.fetch(sent, signal);
					return new Response(null);
				},
			},
		);
	} catch (error) {
		if (error instanceof RequestError) throw authError(endpoint, error.message, error);
		throw error;
	}
	if (!answer) throw new TypeError('the token request was not sent');
	return answer;
}

function authentication(
	{ClientSecretPost, None}: typeof import('oauth4webapi'),
	clientId: string,
	secret: string | undefined,
	way: Way,
): ClientAuth {
	if (!secret) return clientId ? None() : () => {};
	if (way === 'body') return ClientSecretPost(secret);
	// The library's own escapes what needs no escape, such as the dashes of a UUID, which some servers do not
	// undo.
	const pair = way === 'basic' ? formPair(clientId, secret) : `${clientId}:${secret}`;
	const credentials = new Secret(Buffer.from(pair).toString('base64'));
	return (_as, _client, _body, headers) => headers.set('authorization', `Basic ${credentials.reveal()}`);
}

// In the order in which they are tried. User and password of the URL are in the header already.
function waysOf(
	{tokenUrl, clientId = '', clientSecret}: Endpoint,
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

// Read by hand, since many servers leave out `token_type` or answer 201, which the library refuses.
function readAnswer({status, text}: PlainResponse, endpoint: Endpoint): TokenAnswer {
	const body = parsed(text);
	if (status < 300 && hasToken(body)) return body;
	const what =
		isObject(body) && status < 300
			? `without access_token; found: ${Object.keys(body).join(', ')}`
			: shorten(text);
	const advice = status === 400 || status === 401 || status === 403 ? `. Check ${endpoint.check}` : '';
	throw authError(
		endpoint,
		`POST ${redactUrl(endpoint.tokenUrl)} answered ${status} ${what}${advice}`,
		undefined,
		status,
	);
}

function parsed(text: string): JsonValue | undefined {
	try {
		return parse(text);
	} catch {
		return undefined;
	}
}

function hasToken(body: JsonValue | undefined): body is TokenAnswer {
	return isObject(body) && typeof body.access_token === 'string' && body.access_token !== '';
}

function shorten(text: string): string {
	return oneLine(text).slice(0, 200) || 'and nothing more';
}

function toToken(
	{access_token: token, expires_in: expiresIn}: TokenAnswer,
	defaultSeconds: number,
): FetchedToken {
	const answered = Number(expiresIn);
	// 0 is sent for a token without end; a 401 renews that one too.
	return {value: new Secret(token), lifeMs: 1000 * (answered > 0 ? answered : defaultSeconds)};
}

function authError(
	{tokenUrl}: Endpoint,
	message: string,
	cause?: RequestError,
	status = cause?.status,
): RequestError {
	const details = {
		code: 'ERR_AUTH',
		method: 'POST',
		url: redactUrl(tokenUrl),
		attempts: cause?.attempts ?? 1,
		status,
		cause,
	} as const;
	return new RequestError(`no OAuth2 token: ${message}`, details);
}
