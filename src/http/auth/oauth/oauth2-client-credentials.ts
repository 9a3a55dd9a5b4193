import {ConfigError} from '../../../core/errors.ts';
import type {Authenticator} from '../authenticator.ts';
import {toSecret} from '../secret.ts';
import {type AskForToken, type OAuth2Options, oauth2} from './oauth2.ts';

/**
 * OAuth 2.0 client credentials, for a program with an id and a secret of its own. Only one token is fetched
 * at a time, for any number of waiting requests. It is renewed 30 s before it expires (at 80 % of a short
 * life), and when a request gets a 401 for it.
 * @example oauth2ClientCredentials({tokenUrl, clientId, clientSecret, request: {scope: 'read'}})
 */
export function oauth2ClientCredentials(options: OAuth2Options): Authenticator {
	const name = 'oauth2ClientCredentials';
	if (!options.clientId) throw new ConfigError(`${name}() needs a clientId, got an empty one`);
	const check = 'client_id, client_secret and scope';
	const grant = {name, check, request: (ask: AskForToken) => ask('client_credentials')};
	if (options.clientAssertion) return oauth2(grant, options);
	return oauth2(grant, {
		...options,
		clientSecret: toSecret(options.clientSecret ?? '', `${name}() needs a clientSecret`),
	});
}
