/** Where a walk begins, as its first request shows. */
import {isWholeNumber, offsetParameter, pageParameter, plainName} from '../paging/known-places.ts';
import type {EndRules} from '../paging/paginator.ts';
import type {SeenSoFar} from './seen.ts';

/** Whether the parameters of a request name the page or the first row. */
export function hasPlace(url: URL): boolean {
	return [...url.searchParams.keys()].some(key =>
		[pageParameter, offsetParameter].some(names => names.test(plainName(key))),
	);
}

/**
 * Notes what a walk leaves out that begins in the middle, as the paginator or the parameters of its first
 * request say.
 */
export function skip(seen: SeenSoFar, {skippedRows, skippedPages}: EndRules, url: URL): void {
	const number = (names: RegExp): number => {
		const found = [...url.searchParams].find(
			([key, value]) => names.test(plainName(key)) && isWholeNumber(value),
		);
		return found ? Number(found[1]) : 0;
	};
	const rows = skippedRows ?? number(offsetParameter);
	const pages = skippedPages ?? Math.max(number(pageParameter) - 1, 0);
	if (rows > 0) seen.skipped = rows;
	if (pages > 0) seen.skippedPages = pages;
}
