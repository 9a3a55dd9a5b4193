/** Whether each page follows the one before: pages with a gap between their rows, or of another size. */
import {PaginationError} from '../../core/errors.ts';
import type {WarningCode} from '../../core/warning.ts';
import type {EndRules, PageAnswer} from '../paging/paginator.ts';
import {pageMarks} from './page-marks.ts';
import type {SeenSoFar} from './seen.ts';

export interface NewPage {
	readonly answer: PageAnswer;
	/** Keys down to its rows. */
	readonly keys: readonly string[] | undefined;
	/** Rows that are new. */
	readonly rows: number;
	readonly rules: EndRules;
	/** The place, for messages. */
	readonly describe: () => string;
	readonly tell: (code: WarningCode, message: string) => void;
}

/** Takes in what a page says about itself. Throws where rows between it and the page before are missing. */
export function markPage(
	seen: SeenSoFar,
	{answer: {body, headers, received}, keys, rows, rules, describe, tell}: NewPage,
): void {
	const {range, size} = pageMarks(body, headers, keys ?? [], received);
	const {upTo} = seen;
	if (rules.countsPages && rows > 0) markSize(seen, size, received, describe, tell);
	if (rows === 0) return;
	if (range && upTo !== undefined && range.from > upTo)
		throw new PaginationError(
			`${describe()} begins at row ${range.from}, as the server states, and the page before ended ` +
				`before row ${upTo}: ${range.from - upTo} rows between them did not come. Use a paginator whose ` +
				'pages follow one another (offset with the limit that the server gives). If the numbers mean ' +
				'something else, set ignore_more: true in the paginator',
		);
	if (range) seen.upTo = range.next;
	else delete seen.upTo;
}

// A server that counts in pages of the size that was asked for, and gives smaller ones, leaves rows out.
function markSize(
	seen: SeenSoFar,
	size: number | undefined,
	received: number,
	describe: () => string,
	tell: NewPage['tell'],
): void {
	if (seen.isShrunk) {
		delete seen.isShrunk;
		delete seen.size;
		tell(
			'page-size-changed',
			`${describe()}: the server made its pages smaller on the way, and more rows followed; rows ` +
				'between pages may be missing. Ask for a smaller size from the start, or use the paginator offset',
		);
		return;
	}
	if (size === undefined) return;
	if (seen.size !== undefined && size < seen.size && received <= size) seen.isShrunk = true;
	seen.size = size;
}

/** The warning about pages that all have fewer rows than the server states, in a walk that counts pages. */
export function smallPages(
	{size, rows, pages, most}: SeenSoFar,
	{countsPages}: EndRules,
	lastRows: number,
): string | undefined {
	const full = pages - (lastRows === 0 ? 1 : 0);
	if (!countsPages || size === undefined || full < 2 || most >= size || rows <= most * (full - 1))
		return undefined;
	return (
		`the server states pages of ${size} rows, and each had ${most} at most; if it counts its pages by ` +
		`${size}, the rows between them are missing. Ask for pages of ${most}, or use the paginator offset`
	);
}
