/** Columns that a config gives a task to have to be there. */
import {SinkError} from '../../src/core/errors.ts';

const MOST_NAMES = 20;

/** `roles` has the name of a column by the key of the config that names it. */
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
