import {ConfigError} from '../../core/errors.ts';
import {Secret} from '../../core/secret.ts';
import type {Authenticator, Credential} from './authenticator.ts';

export interface BasicOptions {
	readonly username: Credential;
	/** May be empty: some APIs take a key as the user name and no password. */
	readonly password: Credential;
}

/**
 * `Authorization: Basic …` (RFC 7617, in UTF-8). Throws a `ConfigError` if both values are empty.
 * @example client({baseUrl, auth: basic({username: 'me', password})})
 */
export function basic({username, password}: BasicOptions): Authenticator {
	const secret = reveal(password, 'password');
	const user = reveal(username, 'username');
	if (user === '' && secret === '')
		throw new ConfigError('basic() needs a username and a password, got two empty ones');
	// A plain user name stays readable in messages, unless it is the only credential.
	new Secret(secret || user);
	const pair = new Secret(Buffer.from(`${user}:${secret}`).toString('base64'));
	return {
		apply({headers}) {
			headers.authorization = `Basic ${pair.reveal()}`;
		},
	};
}

function reveal(value: Credential, name: string): string {
	if (typeof value !== 'string' && !(value instanceof Secret))
		throw new ConfigError(`basic() needs a ${name}, got ${typeof value}`);
	return typeof value === 'string' ? value : value.reveal();
}
