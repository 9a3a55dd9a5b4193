/** OAuth 2.0 with a signed assertion (RFC 7523), as service accounts use it. */

import {randomUUID} from 'node:crypto';
import {ConfigError} from '../../../core/errors.ts';
import type {JsonObject} from '../../../core/json/json.ts';
import type {Authenticator} from '../authenticator.ts';
import {type JwtKey, jwtSigner} from '../jwt.ts';
import {oauth2, type PublicOAuth2Options} from './oauth2.ts';

export interface OAuth2JwtOptions extends PublicOAuth2Options, JwtKey {
	/** Claim `iss`: the client id or the e-mail address of the service account. @default clientId */
	readonly issuer?: string;
	/** Claim `sub`: the user that the token is for. @default issuer */
	readonly subject?: string;
	/** Claim `aud`. @default tokenUrl */
	readonly audience?: string | readonly string[];
	/** Claim `scope`, joined by spaces. @default none */
	readonly scopes?: readonly string[];
	/** Further claims, of any type. They replace the standard ones. @default {} */
	readonly claims?: JsonObject;
	/** The time from `iat` to `exp` of the assertion, in seconds. @default 1200 */
	readonly lifetimeSeconds?: number;
}

const GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

/**
 * OAuth 2.0 with a signed assertion, a new one for each token request. Tokens are shared and renewed as by
 * `oauth2ClientCredentials()`.
 * @example oauth2Jwt({tokenUrl, issuer: 'robot@example.com', privateKey, scopes: ['read']})
 */
export function oauth2Jwt(options: OAuth2JwtOptions): Authenticator {
	const name = 'oauth2Jwt';
	const {tokenUrl, clientId, issuer = clientId, audience = tokenUrl, lifetimeSeconds = 1200} = options;
	if (!issuer) throw new ConfigError(`${name}() needs an issuer or a clientId`);
	if (!(lifetimeSeconds > 0))
		throw new ConfigError(`lifetimeSeconds must be more than 0, got ${lifetimeSeconds}`);
	const signed = jwtSigner(options, `${name}()`);

	function assertion(): string {
		const issuedAt = Math.floor(Date.now() / 1000);
		return signed({
			iss: issuer ?? '',
			sub: options.subject ?? issuer ?? '',
			aud: typeof audience === 'string' ? audience : [...audience],
			iat: issuedAt,
			exp: issuedAt + lifetimeSeconds,
			jti: randomUUID(),
			...(options.scopes?.length && {scope: options.scopes.join(' ')}),
			...options.claims,
		}).reveal();
	}

	// Without a secret, the assertion identifies the client; some servers refuse a client_id beside it.
	const {clientId: _, ...withoutClient} = options;
	const check = 'issuer, key, audience, subject and scopes, and the clock of this machine';
	return oauth2(
		{name, check, request: ask => ask(GRANT_TYPE, {assertion: assertion()})},
		options.clientSecret === undefined && !options.clientAssertion ? withoutClient : options,
	);
}
