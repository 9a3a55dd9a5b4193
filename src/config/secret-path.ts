/** Which places of a config hold secrets. */
import {isSecretName} from '../core/secret.ts';
import type {ConfigPath} from './tree.ts';

/**
 * Whether the value there is secret by its name: `client.auth.token`, `params.api_key`,
 * `headers.Authorization`.
 */
export function isSecretPath(path: ConfigPath): boolean {
	const name = path.at(-1);
	// A column or a field may be named token; its type, or its other name, is no secret.
	if (typeof name !== 'string' || path.includes('columns')) return false;
	if (path.includes('processing_steps') && path.at(-2) !== 'hash') return false;
	// Where the option stands, a word such as bearer is a mistake, and no secret.
	if (name === 'auth' && (path.at(-2) === 'client' || path.at(-2) === 'endpoint')) return false;
	// A body of a login that is one text has no names in it.
	if (name === 'data' && path.at(-2) === 'login') return true;
	// Elsewhere `key` may be anything: in a body, say, the name of a field.
	return isSecretName(name) || (name === 'key' && (path.at(-2) === 'params' || path.includes('auth')));
}
