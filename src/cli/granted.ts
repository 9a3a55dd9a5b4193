/** Finds the requested scopes that the user has not granted. */

// Servers grant these by the content of their answer, and often do not list them.
const unnamed = ['openid', 'profile', 'email', 'offline_access'];

/**
 * Requested scopes that the answer does not name. A scope that is requested by its last word may be answered
 * in full.
 */
export function notGranted(asked: readonly string[], answered: unknown): string[] {
	if (typeof answered !== 'string' || answered.trim() === '') return [];
	const granted = answered.split(/[\s,]+/);
	const isGranted = (scope: string): boolean =>
		granted.some(each => each === scope || each.endsWith(`/${scope}`) || each.endsWith(`.${scope}`));
	return asked.filter(scope => !unnamed.includes(scope) && !isGranted(scope));
}
