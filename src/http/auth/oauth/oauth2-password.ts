import {ConfigError} from '../../../core/errors.ts';
import type {Authenticator, Credential} from '../authenticator.ts';
import {toSecret} from '../secret.ts';
import {oauth2, type PublicOAuth2Options} from './oauth2.ts';

export interface OAuth2PasswordOptions extends PublicOAuth2Options {
	readonly username: string;
	readonly password: Credential;
}

/**
 * OAuth 2.0 with the name and password of a user. Tokens are shared and renewed as by
 * `oauth2ClientCredentials()`.
 * @example oauth2Password({tokenUrl, clientId, username: 'me', password})
 */
export function oauth2Password({username, password, ...options}: OAuth2PasswordOptions): Authenticator {
	const name = 'oauth2Password';
	if (!username) throw new ConfigError(`${name}() needs a username, got an empty one`);
	const secret = toSecret(password, `${name}() needs a password`);
	const check = 'username, password, client_id and scope';
	return oauth2(
		{name, check, request: ask => ask('password', {username, password: secret.reveal()})},
		options,
	);
}
