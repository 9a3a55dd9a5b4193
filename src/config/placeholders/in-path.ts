/** Values in a path: what stays a slash, and what is one segment whatever is in it. */

/** Ends a placeholder whose value is one segment: `{resources.sites.url|segment}`. */
export const WHOLE = '|segment';

/** The value as one segment. */
export function asSegment(text: string): string {
	return encodeURIComponent(Buffer.from(text).toString());
}

/** The value as one or more segments: its slashes stay, and all else that would change the URL is encoded. */
export function asSegments(text: string): string {
	return text.split('/').map(asSegment).join('/');
}

/**
 * Whether a path of this value would lead somewhere else: servers and clients resolve dots, encoded or not.
 */
export function leadsElsewhere(text: string): boolean {
	return text === '' || text.split('/').some(step => step === '.' || step === '..');
}

/** The placeholder of a row that is the whole path, without its braces. */
export function onlyPlaceholder(path: string): string | undefined {
	return /^\{(resources\.[^{}]+)\}$/.exec(path)?.[1];
}
