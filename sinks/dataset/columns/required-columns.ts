/** Checks that columns with a role in the config exist. */
import {SinkError} from '../../../src/core/errors.ts';

const MOST_NAMES = 20;

/** `roles` maps keys of the config to the names of columns. */
export function checkRequiredColumns(
	resource: string,
	roles: Readonly<Record<string, string>>,
	names: ReadonlySet<string>,
): void {
	for (const [key, name] of Object.entries(roles)) {
		if (names.size === 0 || names.has(name)) continue;
		const more = names.size > MOST_NAMES ? ` and ${names.size - MOST_NAMES} more` : '';
		const known = [...names].slice(0, MOST_NAMES).join(', ');
		throw new SinkError(
			`${resource}: ${key} names ${name}, and no row has it; there are ${known}${more}. Correct ${key}`,
		);
	}
}
