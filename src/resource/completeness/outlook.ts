/** What the answers so far say of those to come: whether rows are promised, and whether the walk may end. */
import {hasPlace} from './first-place.ts';
import type {LastAnswer} from './last-answer.ts';
import type {SeenSoFar} from './seen.ts';
import {isFullPage} from './unmatched.ts';

export interface Outlook {
	readonly seen: SeenSoFar;
	/** The walk knows all that came before. */
	readonly isWhole: boolean;
	readonly last: LastAnswer | undefined;
	/** The number of answers without rows at the end. */
	readonly emptyInARow: number;
}

// Where rows are missing, at least this many pages without rows are read, or as many as the missing rows
// would fit into: a server that leaves rows out may have some after all.
const FEW_EMPTY = 3;
const FEW_ROWS = 2;

/** Whether the server has promised rows after the last answer, which had none. */
export function isPromised({seen, isWhole, last, emptyInARow}: Outlook, mostEmpty: number): boolean {
	if (!last || last.rows > 0 || emptyInARow > mostEmpty || last.rules.ignoreMore) return false;
	const {rows, pages, most, total, totalPages, skipped = 0, skippedPages = 0} = seen;
	if (last.hasMore !== undefined) return last.hasMore;
	// A status 204 cannot say why it has no rows: the next answer says whether it was the end.
	if (emptyInARow === 1 && (last.bareAfter ?? 0) >= FEW_ROWS && !total && !totalPages) return true;
	if (last.signs.some(({kind}) => kind === 'flag')) return true;
	if (!isWhole || last.rules.requireTotal === false) return false;
	if (total && rows + skipped >= total.least) return false;
	if (totalPages) return pages + skippedPages < totalPages.least;
	return (
		total !== undefined && (emptyInARow < FEW_EMPTY || (most > 0 && pages * most + skipped < total.least))
	);
}

/** Whether as many pages as the API states have come, of two or more. */
export function hasAllPages({pages, skippedPages = 0, totalPages}: SeenSoFar): boolean {
	return pages > 1 && pages + skippedPages === totalPages?.latest;
}

/** Whether all rows that the last answer stated have come, and it had none. */
export function isMet({seen: {total, rows, skipped = 0}, isWhole, last}: Outlook): boolean {
	if (!last || last.rows > 0 || !isWhole || !total || last.rules.requireTotal === false) return false;
	return last.hasMore !== true && rows + skipped === total.latest;
}

/**
 * Whether the only page so far has a usual size, and nothing says whether more follow; or less than a total or
 * a flag says.
 */
export function isInDoubt({seen, isWhole, last}: Outlook): boolean {
	const {total, totalPages, pages, rows, skipped = 0, skippedPages = 0} = seen;
	if (!last || !isWhole || pages !== 1 || last.isOver || last.rules.ignoreMore || hasPlace(last.url))
		return false;
	if (last.signs.some(({kind}) => kind === 'flag') && last.signs.every(({kind}) => kind === 'flag'))
		return rows > 0;
	if (!total && !totalPages && last.signs.length === 0) return isFullPage(rows, last.url);
	if (last.rules.requireTotal === false || rows === 0) return false;
	// Some APIs state the number of rows of the page as their total.
	if (total && !totalPages && total.latest === rows && last.signs.length === 0)
		return isFullPage(rows, last.url);
	return total ? rows + skipped < total.least : pages + skippedPages < (totalPages?.least ?? 0);
}
