/** URLs as they may be shown. Values of `Secret`s are scrubbed by the errors themselves; this hides what is secret by its name. */
import {scrub} from '../core/secret.ts';
import {nameOf} from './url.ts';

const HIDDEN = '***';
// Tokens of paging (`page_token`, `nextPageToken`) are no secrets and help to find the page: only these whole names are hidden.
const usual =
	/^(?:x-amz-(?:signature|credential|security-token)|(?:x[-_])?(?:api|access|app|auth|private|secret|subscription)[-_]?(?:key|token|secret)|key|token|appid|jwt|auth|authorization|(?:id|refresh|bearer)[-_]?token|(?:client[-_]?)?secret|pass(?:word|wd)?|pwd|sig|signature|session(?:[-_]?id)?|credentials?)$/i;

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
	return secretParams.includes(name) || usual.test(name);
}
