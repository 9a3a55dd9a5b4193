/** Which of the scopes that were asked for a person has granted. */

// Servers grant these by what they answer, and often name them in no list.
const unnamed = ['openid', 'profile', 'email', 'offline_access'];

/** Scopes that the answer does not name. One that is asked for by its last word may be answered whole. */
export function notGranted(asked: readonly string[], answered: unknown): string[] {
	if (typeof answered !== 'string' || answered.trim() === '') return [];
	const granted = answered.split(/[\s,]+/);
	const isGranted = (scope: string): boolean =>
		granted.some(each => each === scope || each.endsWith(`/${scope}`) || each.endsWith(`.${scope}`));
	return asked.filter(scope => !unnamed.includes(scope) && !isGranted(scope));
}
