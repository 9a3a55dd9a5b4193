/** Where a walk begins, by its first request. */
import {isCount, offsetName, pageName, plainName} from '../paging/known-places.ts';
import type {EndRules} from '../paging/paginator.ts';
import type {Seen} from './seen.ts';

/** Whether a request says itself which rows it wants. */
export function hasPlace(url: URL): boolean {
	return [...url.searchParams.keys()].some(key =>
		[pageName, offsetName].some(names => names.test(plainName(key))),
	);
}

/** A walk may begin in the middle, by the paginator's word or by the parameters of its first request. */
export function skip(seen: Seen, {skippedRows, skippedPages}: EndRules, url: URL): void {
	const number = (names: RegExp): number => {
		const found = [...url.searchParams].find(([key, value]) => names.test(plainName(key)) && isCount(value));
		return found ? Number(found[1]) : 0;
	};
	const rows = skippedRows ?? number(offsetName);
	const pages = skippedPages ?? Math.max(number(pageName) - 1, 0);
	if (rows > 0) seen.skipped = rows;
	if (pages > 0) seen.skippedPages = pages;
}
