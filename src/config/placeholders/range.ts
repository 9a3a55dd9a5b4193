/** `{incremental.start_value}` and the like: parts of the range that an incremental resource asks for. */
import {suggest} from '../suggest.ts';

const names = ['start_value', 'end_value', 'last_value', 'initial_value', 'lag'] as const;
export type RangeName = (typeof names)[number];

/** Whether the name in braces means a part of the range, rightly written or not. */
export function isRangeName(placeholder: string): boolean {
	return /^incremental(\.|$)/.test(placeholder);
}

/** What is wrong with such a placeholder. */
export function rangeNameProblem(placeholder: string): string | undefined {
	if (rangeName(placeholder)) return undefined;
	const given = placeholder.replace(/^incremental\.?/, '');
	// Other tools call options `start`, which is no help here.
	const meant = suggest(given, [...names]);
	return `no {${placeholder}}${(meant && ` (did you mean ${JSON.stringify(meant)}?)`) || `; there are: ${names.map(name => `{incremental.${name}}`).join(', ')}`}`;
}

/** Which part of the range the name in braces means. */
export function rangeName(placeholder: string): RangeName | undefined {
	return names.find(name => placeholder === `incremental.${name}`);
}
