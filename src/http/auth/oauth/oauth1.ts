/** OAuth 1.0 (RFC 5849): each request is signed with the secrets of a client and, usually, of a token. */
import {createHash, createHmac, type KeyObject, randomBytes, sign} from 'node:crypto';
import {ConfigError} from '../../../core/errors.ts';
import {percentEncoded, withQuery} from '../../url.ts';
import type {Authenticator, Credential, OutgoingRequest} from '../authenticator.ts';
import {readPrivateKey} from '../jwt.ts';
import {toSecret} from '../secret.ts';

export const oauth1Methods = [
	...(['HMAC-SHA1', 'HMAC-SHA256', 'HMAC-SHA512'] as const),
	...(['RSA-SHA1', 'RSA-SHA256', 'RSA-SHA512', 'PLAINTEXT'] as const),
] as const;
export type OAuth1Method = (typeof oauth1Methods)[number];

export interface OAuth1Options {
	/** The name by which the server knows the client. */
	readonly consumerKey: string;
	/** The client's secret, for all methods but RSA. */
	readonly consumerSecret?: Credential;
	/** Stands for the user who let the client in. @default none: the client acts on its own behalf */
	readonly token?: Credential;
	readonly tokenSecret?: Credential;
	/** The method of the signature. @default 'HMAC-SHA1' */
	readonly signatureMethod?: OAuth1Method;
	/** An RSA key in PEM, for the methods that begin with RSA. */
	readonly privateKey?: Credential;
	/** The passphrase of an encrypted private key. */
	readonly passphrase?: Credential;
	/** A realm for the header. It is not signed. @default none */
	readonly realm?: string;
	/** The place of the OAuth parameters. @default 'header' */
	readonly in?: 'header' | 'query';
	/** Also signs a hash of bodies that are not forms, as `oauth_body_hash`. @default false */
	readonly bodyHash?: boolean;
}

type Pairs = readonly (readonly [name: string, value: string])[];

/**
 * Signs every try of a request anew, so put it last if several authenticators change the request. Throws a
 * `ConfigError` if a required option is missing or the private key cannot be read.
 * @example oauth1({consumerKey, consumerSecret, token, tokenSecret})
 */
export function oauth1(options: OAuth1Options): Authenticator {
	const {consumerKey, signatureMethod: method = 'HMAC-SHA1', realm, in: place = 'header'} = options;
	if (!consumerKey) throw new ConfigError('oauth1() needs a consumerKey');
	if (place !== 'header' && place !== 'query')
		throw new ConfigError(`oauth1() takes in: 'header' or 'query', got ${JSON.stringify(place)}`);
	if (!oauth1Methods.includes(method))
		throw new ConfigError(
			`oauth1() knows no signatureMethod ${method}; it takes ${oauth1Methods.join(', ')}`,
		);
	const token =
		options.token === undefined ? undefined : toSecret(options.token, 'oauth1() got an empty token');
	const signature = signer(method, options);
	return {
		secretParams: ['oauth_token', 'oauth_signature'],
		apply(request) {
			const own: (readonly [string, string])[] = [
				['oauth_consumer_key', consumerKey],
				['oauth_nonce', randomBytes(16).toString('hex')],
				['oauth_signature_method', method],
				['oauth_timestamp', String(Math.floor(Date.now() / 1000))],
				['oauth_version', '1.0'],
			];
			if (token) own.push(['oauth_token', token.reveal()]);
			if (options.bodyHash && !isForm(request)) own.push(['oauth_body_hash', bodyHash(request, method)]);
			const all = [...own, ['oauth_signature', signature(signatureBase(request, own))] as const];
			if (place === 'query') {
				request.url = withQuery(request.url, Object.fromEntries(all));
				return;
			}
			const parts = all.map(([name, value]) => `${name}="${percentEncoded(value)}"`);
			// A realm is a quoted text, and is not encoded as the other parameters are.
			const headerParts =
				realm === undefined ? parts : [`realm="${realm.replace(/["\\]/g, '\\$&')}"`, ...parts];
			request.headers.authorization = `OAuth ${headerParts.join(', ')}`;
		},
	};
}

/** The text to sign: the method, the URL, and all parameters in order (RFC 5849 §3.4.1). */
export function signatureBase(request: OutgoingRequest, own: Pairs): string {
	const {method, url, body = ''} = request;
	const all: Pairs = [
		...new URLSearchParams(url.search),
		...(isForm(request) ? new URLSearchParams(body) : []),
		...own,
	];
	const sorted = all
		.map(([name, value]) => [percentEncoded(name), percentEncoded(value)] as const)
		.sort(([a, x], [b, y]) => (a === b ? compare(x, y) : compare(a, b)))
		.map(pair => pair.join('='))
		.join('&');
	return [method.toUpperCase(), `${url.origin}${url.pathname}`, sorted].map(percentEncoded).join('&');
}

/** Returns a function from the text to its signature. */
export function signer(
	method: OAuth1Method,
	{consumerSecret, tokenSecret, privateKey, passphrase}: Omit<OAuth1Options, 'consumerKey'>,
): (base: string) => string {
	const hash = hashOf(method);
	if (method.startsWith('RSA')) {
		const pem = toSecret(privateKey ?? '', `oauth1() needs a privateKey for ${method}`);
		const phrase = passphrase === undefined ? undefined : toSecret(passphrase, 'oauth1() needs a passphrase');
		const key: KeyObject = readPrivateKey(pem.reveal(), phrase?.reveal(), method as `RSA-${string}`);
		return base => sign(hash, Buffer.from(base), key).toString('base64');
	}
	const secret = toSecret(consumerSecret ?? '', `oauth1() needs a consumerSecret for ${method}`);
	const ofToken =
		tokenSecret === undefined ? undefined : toSecret(tokenSecret, 'oauth1() got an empty tokenSecret');
	const key = () => [secret.reveal(), ofToken?.reveal() ?? ''].map(percentEncoded).join('&');
	if (method === 'PLAINTEXT') return key;
	return base => createHmac(hash, key()).update(base).digest('base64');
}

function isForm({headers, body}: OutgoingRequest): boolean {
	return body !== undefined && /^application\/x-www-form-urlencoded\b/i.test(headers['content-type'] ?? '');
}

function bodyHash({body = ''}: OutgoingRequest, method: OAuth1Method): string {
	return createHash(hashOf(method)).update(body).digest('base64');
}

function hashOf(method: OAuth1Method): string {
	return method === 'PLAINTEXT' ? 'sha1' : (method.split('-')[1] ?? '').toLowerCase();
}

function compare(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0;
}
