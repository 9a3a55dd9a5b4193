/** Authentication of a client by a signed assertion in place of a secret (RFC 7523 §2.2, private_key_jwt). */
import {randomUUID} from 'node:crypto';
import {ConfigError} from '../../../core/errors.ts';
import type {JsonObject} from '../../../core/json/json.ts';
import {type JwtKey, jwtSigner} from '../jwt.ts';

export interface ClientAssertionOptions extends JwtKey {
	/** Claim `aud`. @default tokenUrl */
	readonly audience?: string | readonly string[];
	/** Further claims, of any type. They replace the standard ones. @default {} */
	readonly claims?: JsonObject;
	/** Further fields of the header, such as `x5t`. @default {} */
	readonly header?: JsonObject;
	/** The time from `iat` to `exp`, in seconds. @default 300 */
	readonly lifetimeSeconds?: number;
}

const TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** Fields of the token request. Each request gets a new assertion. */
export function clientAssertion(
	{audience, claims = {}, header = {}, lifetimeSeconds = 300, ...key}: ClientAssertionOptions,
	{
		clientId,
		tokenUrl,
		name,
	}: {readonly clientId: string | undefined; readonly tokenUrl: string; readonly name: string},
): () => Record<string, string> {
	if (!clientId) throw new ConfigError(`${name}() needs a clientId for its clientAssertion`);
	if (!(lifetimeSeconds > 0))
		throw new ConfigError(`lifetimeSeconds must be more than 0, got ${lifetimeSeconds}`);
	const signed = jwtSigner(key, `the clientAssertion of ${name}()`, header);
	return () => {
		const issuedAt = Math.floor(Date.now() / 1000);
		const assertion = signed({
			iss: clientId,
			sub: clientId,
			aud: typeof audience === 'object' ? [...audience] : (audience ?? tokenUrl),
			iat: issuedAt,
			exp: issuedAt + lifetimeSeconds,
			jti: randomUUID(),
			...claims,
		});
		return {client_assertion_type: TYPE, client_assertion: assertion.reveal()};
	};
}
