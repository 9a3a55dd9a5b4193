/**
 * URLs for display. Errors remove the values of `Secret`s themselves; this module hides parameters that are
 * secret by their names.
 */
import {memoize} from '../../core/remembered.ts';
import {isSecretName, scrub} from '../../core/secret.ts';
import {nameOf} from '../url.ts';

const HIDDEN = '***';

/** The URL without user, password and fragment, and with `***` for values of secret parameters. */
export function redactUrl(url: URL | string, secretParams: readonly string[] = []): string {
	const given = typeof url === 'string' ? new URL(url) : url;
	const {username, password, hash, search} = given;
	const parts = search.slice(1).split('&').filter(Boolean);
	const shown = parts.map(part =>
		isSecret(nameOf(part), secretParams) ? `${part.split('=', 1)[0]}=${HIDDEN}` : part,
	);
	const query = shown.join('&');
	// Every request is shown, and hardly any URL has anything to hide.
	const isClean = username === '' && password === '' && hash === '';
	return scrub(isClean && search.slice(1) === query ? given.href : redacted(given, query));
}

function redacted(url: URL, query: string): string {
	const shown = new URL(url);
	if (shown.username || shown.password) {
		shown.username = HIDDEN;
		shown.password = '';
	}
	shown.hash = '';
	shown.search = query;
	return shown.href;
}

const isNamedSecret = memoize((name: string) => name.toLowerCase() === 'key' || isSecretName(name));

function isSecret(name: string, secretParams: readonly string[]): boolean {
	return secretParams.includes(name) || isNamedSecret(name);
}
