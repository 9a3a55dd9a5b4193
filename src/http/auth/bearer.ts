import type {Authenticator, Credential} from './authenticator.ts';
import {toSecret} from './secret.ts';

/**
 * `Authorization: Bearer …`. Throws a `ConfigError` if the token is empty.
 * @example client({baseUrl, auth: bearer(process.env.TOKEN ?? '')})
 */
export function bearer(token: Credential): Authenticator {
	const secret = toSecret(token, 'bearer() needs a token');
	return {
		apply({headers}) {
			headers.authorization = `Bearer ${secret.reveal()}`;
		},
	};
}
