/**
 * The fields that all OAuth2 grants share: the address of the token endpoint, and the content of the request.
 */
import type {ClientAssertionOptions} from '../../../http/auth/oauth/client-assertion.ts';
import type {OAuth2Options, PublicOAuth2Options} from '../../../http/auth/oauth/oauth2.ts';
import {choice, type Options, object, type Report, record, scalar, seconds, text, url} from '../../fields.ts';
import {audience, checkSigningKey, claims, signingKey, toJwtKey} from './signing-key.ts';

const clientAssertion = object(
	{
		...signingKey,
		audience,
		claims,
		header: {...claims, doc: 'Further fields of its header, such as x5t.'},
		lifetime: seconds({above: 0, default: 300, doc: 'Seconds until it expires.'}),
	},
	{
		optional: true,
		rules: checkSigningKey,
		doc: 'A signed assertion that says who the client is, in place of client_secret (private_key_jwt).',
	},
);

export const tokenRequest = {
	accessTokenUrl: url({optional: true, doc: 'Where the token comes from.'}),
	tokenUrl: url({optional: true, aliasOf: 'accessTokenUrl', doc: 'The same as access_token_url.'}),
	accessToken: text({
		optional: true,
		doc: 'A token that is there already: used until it expires, or until a 401.',
	}),
	accessTokenRequestData: record(scalar({doc: 'A value.'}), {
		default: {},
		doc: 'Further fields of the token request, such as scope or audience.',
	}),
	accessTokenRequestHeaders: record(text({allowEmpty: true, doc: 'A value.'}), {
		optional: true,
		doc: 'Further headers of the token request.',
	}),
	clientAssertion,
	defaultTokenExpiration: seconds({
		default: 3600,
		doc: 'Life of a token, in seconds, when the answer has no expires_in.',
	}),
	clientAuth: choice(['body', 'basic'], {
		default: 'body',
		doc: 'Where id and secret go in the token request: its form body, or HTTP Basic.',
	}),
};

/** Fields of grants whose client must have an id. */
export const knownClient = {
	clientId: text({doc: 'Id of the client.'}),
	clientSecret: text({optional: true, doc: 'Secret of the client, if it has one.'}),
};

/** Fields of grants whose client may be public. */
export const publicClient = {
	...knownClient,
	clientId: text({optional: true, doc: 'Id of the client.'}),
};

type TokenRequest = Options<typeof tokenRequest>;
type Client = Options<typeof publicClient>;

/** Reports a missing URL, and a client with two kinds of credentials. */
export function checkTokenRequest(
	{accessTokenUrl, tokenUrl, clientAssertion, clientSecret}: Partial<TokenRequest & Client>,
	report: Report,
): void {
	if (accessTokenUrl === undefined && tokenUrl === undefined)
		report('accessTokenUrl', 'required key is missing');
	if (clientAssertion !== undefined && clientSecret !== undefined)
		report('clientAssertion', 'in place of {clientSecret}: give one of them');
}

/** Reports the same, and a public client with credentials but without an id. */
export function checkPublicClient(auth: Partial<TokenRequest & Client>, report: Report): void {
	checkTokenRequest(auth, report);
	const proof = (['clientSecret', 'clientAssertion'] as const).find(field => auth[field] !== undefined);
	if (proof && auth.clientId === undefined) report('clientId', `required key is missing beside {${proof}}`);
}

export type Grant = TokenRequest & Options<typeof knownClient>;

/** The options for a grant of the library. */
export function grantOptions(auth: Grant): OAuth2Options {
	return {...publicGrantOptions(auth), clientId: auth.clientId};
}

/** The options for a grant whose client may be public. */
export function publicGrantOptions(auth: TokenRequest & Client): PublicOAuth2Options {
	const {accessTokenUrl: tokenUrl = '', clientId, clientSecret, accessToken} = auth;
	const {accessTokenRequestHeaders: requestHeaders, clientAssertion} = auth;
	return {
		tokenUrl,
		request: texts(auth.accessTokenRequestData),
		clientAuth: auth.clientAuth,
		defaultExpiresInSeconds: auth.defaultTokenExpiration,
		...(clientId !== undefined && {clientId}),
		...(clientSecret !== undefined && {clientSecret}),
		...(accessToken !== undefined && {accessToken}),
		...(requestHeaders && {requestHeaders}),
		...(clientAssertion && {clientAssertion: toClientAssertion(clientAssertion)}),
	};
}

function toClientAssertion(given: NonNullable<TokenRequest['clientAssertion']>): ClientAssertionOptions {
	const {lifetime, audience, claims, header} = given;
	return {
		...toJwtKey(given),
		lifetimeSeconds: lifetime,
		...(audience !== undefined && {audience}),
		...(claims && {claims}),
		...(header && {header}),
	};
}

export function texts(values: Readonly<Record<string, string | number | boolean>>): Record<string, string> {
	return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
}
