/**
 * URLs as they may be shown. Values of `Secret`s are scrubbed by the errors themselves; this hides what is
 * secret by its name.
 */
import {isSecretName, scrub} from '../../core/secret.ts';
import {nameOf} from '../url.ts';

const HIDDEN = '***';
/** The URL without user, password and fragment, and with `***` for values of secret parameters. */
export function redactUrl(url: URL | string, secretParams: readonly string[] = []): string {
	const shown = new URL(url);
	if (shown.username || shown.password) {
		shown.username = HIDDEN;
		shown.password = '';
	}
	shown.hash = '';
	const parts = shown.search.slice(1).split('&').filter(Boolean);
	shown.search = parts
		.map(part => (isSecret(nameOf(part), secretParams) ? `${part.split('=', 1)[0]}=${HIDDEN}` : part))
		.join('&');
	return scrub(shown.href);
}

function isSecret(name: string, secretParams: readonly string[]): boolean {
	return secretParams.includes(name) || name.toLowerCase() === 'key' || isSecretName(name);
}
