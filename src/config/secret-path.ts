/** Finds the places of a config that hold secrets. */
import {isSecretName} from '../core/secret.ts';
import type {ConfigPath} from './tree.ts';

/**
 * Whether the value at a path is secret by its name: `client.auth.token`, `params.api_key`,
 * `headers.Authorization`.
 */
export function isSecretPath(path: ConfigPath): boolean {
	const name = path.at(-1);
	// A column or a field may be named token; its type, or its other name, is not a secret.
	if (typeof name !== 'string' || path.includes('columns')) return false;
	if (path.includes('processing_steps') && path.at(-2) !== 'hash') return false;
	// At this place, a word such as bearer is a mistake, but not a secret.
	if (name === 'auth' && (path.at(-2) === 'client' || path.at(-2) === 'endpoint')) return false;
	// The body of a login that is a single text has no names in it.
	if (name === 'data' && path.at(-2) === 'login') return true;
	// In other places `key` may mean anything, such as the name of a field in a body.
	return isSecretName(name) || (name === 'key' && (path.at(-2) === 'params' || path.includes('auth')));
}
