import {ConfigError} from '../../core/errors.ts';
import {Secret} from '../../core/secret.ts';
import type {Credential} from './authenticator.ts';

/**
 * The credential as a `Secret`. An empty one is a mistake, usually a variable that is not set, so it is
 * refused at once.
 */
export function toSecret(value: Credential, complaint: string): Secret {
	const secret = typeof value === 'string' ? new Secret(value) : value;
	if (!(secret instanceof Secret))
		throw new ConfigError(`${complaint}: a string or a Secret, got ${typeof value}`);
	if (secret.reveal() === '') throw new ConfigError(`${complaint}, got an empty one`);
	return secret;
}
