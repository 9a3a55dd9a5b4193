/** OAuth 2.0 client credentials: one token for all requests, renewed in time. The request is oauth4webapi's. */
import {
	allowInsecureRequests,
	type ClientAuth,
	ClientSecretBasic,
	ClientSecretPost,
	clientCredentialsGrantRequest,
	customFetch,
} from 'oauth4webapi';
import {RequestError} from '../../core/errors.ts';
import {type JsonValue, parse} from '../../core/json.ts';
import {isObject} from '../../core/path.ts';
import {Secret} from '../../core/secret.ts';
import {oneLine} from '../failure.ts';
import {redactUrl} from '../redact.ts';
import type {AuthContext, Authenticator, Credential, PlainResponse} from './authenticator.ts';
import {toSecret} from './secret.ts';
import {singleFlight} from './single-flight.ts';

export interface OAuth2Options {
	readonly tokenUrl: string;
	readonly clientId: string;
	readonly clientSecret: Credential;
	/** Further fields of the token request: `scope`, `audience`, `resource` … */
	readonly request?: Record<string, string>;
	/** Where the id and the secret go: the form, or a Basic header. The other way is tried once when the server refuses. @default 'body' */
	readonly clientAuth?: 'body' | 'basic';
	/** The life of a token whose answer does not say, in seconds. @default 3600 */
	readonly defaultExpiresInSeconds?: number;
}

interface Token {
	readonly value: Secret;
	/** When to fetch the next one, in milliseconds of `Date.now()`. */
	readonly renewAt: number;
}

/**
 * Sends `Authorization: Bearer …` with a token from `tokenUrl`. However many requests wait, one token is fetched at a time; it
 * is renewed 30 s before it expires (at 80 % of a short life), and when a request gets a 401 for it.
 */
export function oauth2ClientCredentials(options: OAuth2Options): Authenticator {
	const {tokenUrl, clientId} = options;
	if (!URL.canParse(tokenUrl)) throw new TypeError(`oauth2ClientCredentials() needs a tokenUrl, got ${JSON.stringify(tokenUrl)}`);
	if (!clientId) throw new TypeError('oauth2ClientCredentials() needs a clientId, got an empty one');
	const clientSecret = toSecret(options.clientSecret, 'oauth2ClientCredentials() needs a clientSecret');
	const grant = {...options, clientSecret, clientAuth: options.clientAuth ?? 'body'};
	let token: Token | undefined;

	const fetching = singleFlight(async (signal, context: AuthContext) => {
		const answer = await requestToken(grant, context, signal);
		// The way that worked goes first from now on.
		grant.clientAuth = answer.clientAuth;
		token = readToken(answer.response, grant);
		context.tokenFetched(tokenUrl, Math.max(0, token.renewAt - Date.now()));
		return token;
	});

	return {
		async apply({headers}, context) {
			const current = token && Date.now() < token.renewAt ? token : await fetching.join(context.signal, context);
			headers.authorization = `Bearer ${current.value.reveal()}`;
		},
		refresh({headers}) {
			// Somebody else may have renewed it while this request was under way.
			if (token && headers.authorization === `Bearer ${token.value.reveal()}`) token = undefined;
		},
	};
}

interface Grant extends OAuth2Options {
	readonly clientSecret: Secret;
	readonly clientAuth: 'body' | 'basic';
}

interface Answer {
	readonly response: PlainResponse;
	readonly clientAuth: 'body' | 'basic';
}

async function requestToken(grant: Grant, context: AuthContext, signal: AbortSignal): Promise<Answer> {
	const other = grant.clientAuth === 'body' ? 'basic' : 'body';
	try {
		const first = {response: await postGrant(grant, grant.clientAuth, context, signal), clientAuth: grant.clientAuth};
		if (!isRefused(first.response)) return first;
		const second = {response: await postGrant(grant, other, context, signal), clientAuth: other} as const;
		return isRefused(second.response) ? first : second;
	} catch (error) {
		if (error instanceof RequestError) throw authError(grant, error.message, error);
		throw error;
	}
}

function isRefused({status, text}: PlainResponse): boolean {
	return status === 401 || (status === 400 && text.includes('invalid_client'));
}

async function postGrant(
	grant: Grant,
	clientAuth: 'body' | 'basic',
	context: AuthContext,
	signal: AbortSignal,
): Promise<PlainResponse> {
	const {tokenUrl, clientId, clientSecret, request = {}} = grant;
	let answer: PlainResponse | undefined;
	const secret = clientSecret.reveal();
	const authentication: ClientAuth = clientAuth === 'body' ? ClientSecretPost(secret) : ClientSecretBasic(secret);
	// Some servers look at the order of the fields, so credentials and grant come first; oauth4webapi fills them in where they stand.
	const credentials = clientAuth === 'body' ? {client_id: clientId, client_secret: secret} : {};
	const form = new URLSearchParams({...credentials, grant_type: 'client_credentials', ...request});
	await clientCredentialsGrantRequest(
		{issuer: new URL(tokenUrl).origin, token_endpoint: tokenUrl},
		{client_id: clientId},
		authentication,
		form,
		{
			[allowInsecureRequests]: true,
			[customFetch]: async (url, {method, headers, body}) => {
				const sent = {
					method,
					url: new URL(url),
					headers: {...headers, 'content-type': 'application/x-www-form-urlencoded'},
					body: String(body),
				};
				answer = await context.fetch(sent, signal);
				return new Response(null);
			},
		},
	);
	if (!answer) throw new TypeError('the token request was not sent');
	return answer;
}

// Read by hand, since many servers leave out `token_type` or answer 201, which the library refuses.
function readToken({status, text}: PlainResponse, grant: Grant): Token {
	const {defaultExpiresInSeconds = 3600} = grant;
	const body = parsed(text);
	const token = isObject(body) ? body.access_token : undefined;
	if (status >= 300 || typeof token !== 'string' || token === '') {
		const what = isObject(body) && status < 300 ? `without access_token; found: ${Object.keys(body).join(', ')}` : shorten(text);
		const advice = status === 400 || status === 401 || status === 403 ? '. Check client_id, client_secret and scope' : '';
		throw authError(grant, `POST ${redactUrl(grant.tokenUrl)} answered ${status} ${what}${advice}`, undefined, status);
	}
	const answered = Number(isObject(body) ? body.expires_in : undefined);
	// 0 is sent for a token without end; a 401 renews that one too.
	const lifeMs = 1000 * (answered > 0 ? answered : defaultExpiresInSeconds);
	return {value: new Secret(token), renewAt: Date.now() + Math.max(lifeMs * 0.8, lifeMs - 30_000)};
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

function authError({tokenUrl}: Grant, message: string, cause?: RequestError, status = cause?.status): RequestError {
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
