/** What a walk has seen so far. It is part of each place, so that a resumed run comes to the same verdict. */
import type {JsonValue} from '../../core/json/json.ts';
import {plainName, rowTotals} from '../paging/known-places.ts';
import type {Stated} from '../paging/stated.ts';

/** A total as several answers state it. */
export type Total = {
	/** The smallest and the latest: they differ where rows come and go while they are read. */
	least: number;
	latest: number;
	where: string;
	isLoose?: true;
	/** The API numbers its pages as the walk does. */
	isCounted?: true;
};

/** The values are plain JSON. */
export type SeenSoFar = {
	/** Rows that came. */
	rows: number;
	/** Answers that came. */
	pages: number;
	/** Rows of the largest page. */
	most: number;
	/** Rows and pages before the first place. */
	skipped?: number;
	skippedPages?: number;
	/** The number of the row after the last one, as the last answer stated its range. */
	upTo?: number;
	/** The number of rows of a page, as the last answer stated it. */
	size?: number;
	/** That number has become smaller. */
	isShrunk?: true;
	total?: Total;
	totalPages?: Total;
} & {[key: string]: JsonValue};

/**
 * The total after one more statement. A number below what has come counts something else, or is a mistake.
 */
export function updatedTotal(
	total: Total | undefined,
	stated: Stated | undefined,
	came: number,
): Total | undefined {
	if (stated === undefined || stated.count < came) return total;
	const {count, where, isLoose, isCounted} = stated;
	return {
		least: Math.min(count, total?.least ?? count),
		latest: count,
		where,
		...(isLoose && {isLoose}),
		...(isCounted && {isCounted}),
	};
}

/**
 * Many authors name the path of the number of rows here, and `total` may be either. With far more rows than
 * it states, it counts pages.
 */
export function isOfPages({where, count}: Stated, rows: number): boolean {
	const name = plainName(where.split('.').at(-1) ?? where);
	return name === 'total' ? count * 2 < rows : !rowTotals.some(names => names.test(name));
}

/** The number of pages that follow, by the totals so far. */
export function pagesLeftOf(seen: SeenSoFar): number | undefined {
	const {rows, pages, most, total, totalPages, skipped = 0, skippedPages = 0} = seen;
	const byPages = totalPages && totalPages.latest - pages - skippedPages;
	const byRows = total && most > 0 ? Math.ceil((total.latest - rows - skipped) / most) : undefined;
	return byPages === undefined ? byRows : Math.min(byPages, byRows ?? byPages);
}
