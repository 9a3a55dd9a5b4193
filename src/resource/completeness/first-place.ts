/** Where a walk begins, by its first request. */
import {isWholeNumber, offsetParameter, pageParameter, plainName} from '../paging/known-places.ts';
import type {EndRules} from '../paging/paginator.ts';
import type {SeenSoFar} from './seen.ts';

/** Whether a request says itself which rows it wants. */
export function hasPlace(url: URL): boolean {
	return [...url.searchParams.keys()].some(key =>
		[pageParameter, offsetParameter].some(names => names.test(plainName(key))),
	);
}

/** A walk may begin in the middle, by the paginator's word or by the parameters of its first request. */
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
