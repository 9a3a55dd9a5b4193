import {ConfigError} from '../../core/errors.ts';
import {Secret} from '../../core/secret.ts';
import type {Credential} from './authenticator.ts';

/**
 * The credential as a `Secret`. Throws `complaint` if it is empty, as that is usually a variable that is not
 * set.
 */
export function toSecret(value: Credential, complaint: string): Secret {
	const secret = typeof value === 'string' ? new Secret(value) : value;
	if (!(secret instanceof Secret))
		throw new ConfigError(`${complaint}: a string or a Secret, got ${typeof value}`);
	if (secret.reveal() === '') throw new ConfigError(`${complaint}, got an empty one`);
	return secret;
}
