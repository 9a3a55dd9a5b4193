/** Fields that several paginators share: where a cursor is sent, and the signs that the pages end. */

import type {Report} from '../fields.ts';
import {boolean, placeholder, responsePath, text} from '../fields.ts';

/** A cursor in the path of a request. */
export const CURSOR = '{cursor}';

export const cursorHeader = text({
	optional: true,
	null: 'absent',
	doc: 'Request header it is sent in, instead of cursor_param.',
});

export const cursorInPath = placeholder('cursor', {
	doc: 'It replaces {cursor} in the request; the first request goes out without that segment or parameter.',
});

export const hasMorePath = responsePath({
	optional: true,
	null: 'absent',
	doc: 'Path to a true/false in the response that says whether more pages follow; it decides over a total.',
});

/** `what` is the unit of the total: `records`. */
export const totalPath = (what: string) =>
	responsePath({
		optional: true,
		null: 'value',
		doc:
			`Path to the number of ${what} in the response. Left out: "total" is used where there is one. null: ` +
			'no total.',
	});

export const stopAfterEmptyPage = (fallback: boolean) =>
	boolean({
		default: fallback,
		doc: 'Stop at the first page without records, unless a total or a flag promises more.',
	});

export const keepParams = boolean({
	default: false,
	doc: 'A link keeps the query parameters of the endpoint that it does not name itself.',
});

interface Ends {
	readonly totalPath?: string | null;
	readonly hasMorePath?: string;
	readonly stopAfterEmptyPage?: boolean;
	readonly requireTotal?: boolean;
	readonly maximumOffset?: number;
	readonly maximumPage?: number;
}

/**
 * Checks a paginator that counts: something must end it, and an option that leaves rows out excludes
 * `require_total`.
 */
export function mustEnd(maximum: 'maximumOffset' | 'maximumPage', options: Ends, report: Report): void {
	const {totalPath, hasMorePath, stopAfterEmptyPage, requireTotal} = options;
	if (requireTotal === true && options[maximum] != null)
		report('requireTotal', `excludes {${maximum}}, which leaves rows out`);
	if (totalPath !== null || hasMorePath != null || options[maximum] != null || stopAfterEmptyPage !== false)
		return;
	report(
		'stopAfterEmptyPage',
		`nothing would end the paging; give one of {totalPath}, {hasMorePath}, {${maximum}}, ` +
			'{stopAfterEmptyPage}: true',
	);
}
