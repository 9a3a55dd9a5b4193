/** What paginators have in common: what to do about paging that may never end. */
import type {Paginator, RepeatedPage} from './paginator.ts';

/** So many pages in a row may have no rows, if each names a next one, or more are promised. */
export const MOST_EMPTY_PAGES = 100;

export interface LoopRules {
	/**
	 * What a page is whose rows have all come before. `stop`: the end, and its rows are left out; `keep`: a page
	 * like any other.
	 * @default 'error'
	 */
	readonly repeatedPage?: RepeatedPage;
	/** So many pages in a row may have no rows while each names a next one; more is an error. @default 100 */
	readonly maxEmptyPages?: number;
}

export function loopRules({
	repeatedPage,
	maxEmptyPages,
}: LoopRules): Pick<Paginator, 'repeatedPage' | 'maxEmptyPages'> {
	return {...(repeatedPage && {repeatedPage}), ...(maxEmptyPages !== undefined && {maxEmptyPages})};
}
