/** Options that all paginators have: what to do about paging that may never end. */
import type {Paginator, RepeatedPage} from './paginator.ts';

/** The most pages in a row without rows, if each names a next one, or more rows are promised. */
export const MOST_EMPTY_PAGES = 100;

export interface LoopRules {
	/**
	 * What to do with a page whose rows have all come before. `stop`: the end, and its rows are left out;
	 * `keep`: a page like any other; `error`: a failure of the walk.
	 * @default 'error'
	 */
	readonly repeatedPage?: RepeatedPage;
	/** The most pages in a row without rows while each names a next one; one more is an error. @default 100 */
	readonly maxEmptyPages?: number;
}

export function loopRules({
	repeatedPage,
	maxEmptyPages,
}: LoopRules): Pick<Paginator, 'repeatedPage' | 'maxEmptyPages'> {
	return {...(repeatedPage && {repeatedPage}), ...(maxEmptyPages !== undefined && {maxEmptyPages})};
}
