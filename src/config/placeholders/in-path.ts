/** Values in a path: which keep their slashes, and which become one segment. */

/** Marks a placeholder whose value is one segment: `{resources.sites.url|segment}`. */
export const WHOLE = '|segment';

/** Whether a path with this value would lead elsewhere: servers and clients resolve dots, encoded or not. */
export function leadsElsewhere(text: string): boolean {
	return text === '' || text.split('/').some(step => step === '.' || step === '..');
}

/** The placeholder of a row that makes up the whole path, without its braces. */
export function onlyPlaceholder(path: string): string | undefined {
	return /^\{(resources\.[^{}]+)\}$/.exec(path)?.[1];
}
