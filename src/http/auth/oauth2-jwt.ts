/** OAuth 2.0 with a signed assertion (RFC 7523), as service accounts have it. */

import {createHmac, createPrivateKey, type KeyObject, randomUUID, sign} from 'node:crypto';
import {ConfigError} from '../../core/errors.ts';
import {Secret} from '../../core/secret.ts';
import type {Authenticator, Credential} from './authenticator.ts';
import {oauth2, type PublicOAuth2Options} from './oauth2.ts';
import {toSecret} from './secret.ts';

export type JwtAlgorithm = 'RS256' | 'ES256' | 'HS256';

export interface OAuth2JwtOptions extends PublicOAuth2Options {
	/** Claim `iss`: the client id or the e-mail address of the service account. @default clientId */
	readonly issuer?: string;
	/** Claim `sub`: who the token is for. @default issuer */
	readonly subject?: string;
	/** Claim `aud`. @default tokenUrl */
	readonly audience?: string;
	/** Claim `scope`, joined by spaces. @default none */
	readonly scopes?: readonly string[];
	/** Further claims; they go over the others. @default {} */
	readonly claims?: Record<string, string>;
	/** PEM, for RS256 and ES256; `\n` spelled out stands for a line break, as in variables of the environment. */
	readonly privateKey?: Credential;
	/** Of an encrypted private key. */
	readonly passphrase?: Credential;
	/** For HS256. */
	readonly secret?: Credential;
	/** Header `kid`: which of its keys the server is to check with. @default none */
	readonly keyId?: string;
	/** @default 'RS256' */
	readonly algorithm?: JwtAlgorithm;
	/** From `iat` to `exp` of the assertion, in seconds. @default 1200 */
	readonly lifetimeSeconds?: number;
}

const GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

/** Tokens for a signed assertion, made anew for each of them; shared and renewed as by `oauth2ClientCredentials()`. */
export function oauth2Jwt(options: OAuth2JwtOptions): Authenticator {
	const name = 'oauth2Jwt';
	const {tokenUrl, clientId, issuer = clientId, algorithm = 'RS256', keyId, lifetimeSeconds = 1200} = options;
	if (!issuer) throw new ConfigError(`${name}() needs an issuer or a clientId`);
	if (!(lifetimeSeconds > 0)) throw new ConfigError(`lifetimeSeconds must be more than 0, got ${lifetimeSeconds}`);
	const signature = signer(options);
	const header = {alg: algorithm, typ: 'JWT', ...(keyId !== undefined && {kid: keyId})};

	function assertion(): string {
		const issuedAt = Math.floor(Date.now() / 1000);
		const claims = {
			iss: issuer,
			sub: options.subject ?? issuer,
			aud: options.audience ?? tokenUrl,
			iat: issuedAt,
			exp: issuedAt + lifetimeSeconds,
			jti: randomUUID(),
			...(options.scopes?.length && {scope: options.scopes.join(' ')}),
			...options.claims,
		};
		const content = `${encoded(header)}.${encoded(claims)}`;
		const signed = new Secret(`${content}.${signature(content).toString('base64url')}`);
		return signed.reveal();
	}

	// Without a secret the assertion says who asks; some servers refuse a client_id beside it.
	const {clientId: _, ...withoutClient} = options;
	const check = 'issuer, key, audience, subject and scopes, and the clock of this machine';
	return oauth2(
		{name, check, request: ask => ask(GRANT_TYPE, {assertion: assertion()})},
		options.clientSecret === undefined ? withoutClient : options,
	);
}

function signer(options: OAuth2JwtOptions): (content: string) => Buffer {
	const {algorithm = 'RS256', privateKey, passphrase, secret} = options;
	if (algorithm === 'HS256') {
		const key = toSecret(secret ?? '', 'oauth2Jwt() needs a secret for HS256');
		return content => createHmac('sha256', key.reveal()).update(content).digest();
	}
	const pem = toSecret(privateKey ?? '', `oauth2Jwt() needs a privateKey for ${algorithm}`);
	const phrase = passphrase === undefined ? undefined : toSecret(passphrase, 'oauth2Jwt() needs a passphrase');
	const key = readPrivateKey(pem.reveal(), phrase?.reveal(), algorithm);
	return content => sign('sha256', Buffer.from(content), {key, dsaEncoding: 'ieee-p1363'});
}

/** The key that a PEM text holds. Throws a `ConfigError` when it cannot be read, or does not go with the algorithm. */
export function readPrivateKey(pem: string, passphrase: string | undefined, algorithm: 'RS256' | 'ES256'): KeyObject {
	let key: KeyObject;
	try {
		key = createPrivateKey({key: pem.replaceAll('\\n', '\n'), ...(passphrase !== undefined && {passphrase})});
	} catch {
		// What OpenSSL says names its own functions, and helps nobody.
		const advice = pem.includes('ENCRYPTED') ? 'check its passphrase' : 'it begins with -----BEGIN PRIVATE KEY-----';
		throw new ConfigError(`the private key cannot be read as PEM; ${advice}`);
	}
	const {asymmetricKeyType: type, asymmetricKeyDetails: details} = key;
	if (algorithm === 'RS256' ? type === 'rsa' : details?.namedCurve === 'prime256v1') return key;
	const wanted = algorithm === 'RS256' ? 'an RSA key' : 'a key on the curve P-256';
	throw new ConfigError(
		`${algorithm} needs ${wanted}, got one of type ${type}${details?.namedCurve ? ` ${details.namedCurve}` : ''}`,
	);
}

function encoded(value: object): string {
	return Buffer.from(JSON.stringify(value)).toString('base64url');
}
