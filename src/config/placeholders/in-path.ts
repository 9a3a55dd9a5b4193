/** Values in a path: what stays a slash, and what is one segment whatever is in it. */

/** Ends a placeholder whose value is one segment: `{resources.sites.url|segment}`. */
export const WHOLE = '|segment';

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
