import {ConfigError} from '../../core/errors.ts';
import type {Authenticator} from './authenticator.ts';
import {type OAuth2Options, oauth2} from './oauth2.ts';
import {toSecret} from './secret.ts';

/**
 * OAuth 2.0 client credentials: a program with an id and a secret of its own. However many requests wait, one token is fetched
 * at a time; it is renewed 30 s before it expires (at 80 % of a short life), and when a request gets a 401 for it.
 */
export function oauth2ClientCredentials(options: OAuth2Options): Authenticator {
	const name = 'oauth2ClientCredentials';
	if (!options.clientId) throw new ConfigError(`${name}() needs a clientId, got an empty one`);
	const clientSecret = toSecret(options.clientSecret, `${name}() needs a clientSecret`);
	const check = 'client_id, client_secret and scope';
	return oauth2({name, check, request: ask => ask('client_credentials')}, {...options, clientSecret});
}
