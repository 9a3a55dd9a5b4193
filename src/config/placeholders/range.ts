/**
 * `{incremental.start_value}` and similar placeholders: parts of the range that an incremental resource
 * requests.
 */
import {suggest} from '../suggest.ts';

export const rangeNames = ['start_value', 'end_value', 'last_value', 'initial_value', 'lag'] as const;
export type RangeName = (typeof rangeNames)[number];

/** Whether the name in braces is meant as a part of the range, even if it is misspelled. */
export function isRangeName(placeholder: string): boolean {
	return /^incremental(\.|$)/.test(placeholder);
}

/** The fault of such a placeholder, if it has one. */
export function rangeNameProblem(placeholder: string): string | undefined {
	if (rangeName(placeholder)) return undefined;
	const given = placeholder.replace(/^incremental\.?/, '');
	// Other tools have an option `start`, which would mislead here.
	const meant = suggest(given, [...rangeNames]);
	return (
		'no ' +
		`{${placeholder}}${(meant && ` (did you mean ${JSON.stringify(meant)}?)`) || `; there are: ${rangeNames.map(name => `{incremental.${name}}`).join(', ')}`}`
	);
}

/** The part of the range for the name in braces. */
export function rangeName(placeholder: string): RangeName | undefined {
	return rangeNames.find(name => placeholder === `incremental.${name}`);
}
