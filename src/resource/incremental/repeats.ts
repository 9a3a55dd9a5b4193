/**
 * Rows without a cursor value that came in an earlier window of the run: where the API ignores its bounds,
 * they come in every window.
 */
import {type Fingerprints, fingerprints} from '../../core/fingerprints.ts';
import type {Range} from './range.ts';

/** Enough for some 2 million rows. */
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * `isDated` returns whether any row of the run had a value. Where no row has the field, the API has no dates
 * in its rows, and equal rows of two windows are two rows.
 */
export function repeatFilter(
	isDated: () => boolean,
): (range: Range, hash: string, isNull: boolean) => boolean {
	let earlier: Fingerprints | undefined;
	let here = new Set<string>();
	let window = '';
	return ({key, start}, hash, isNull) => {
		const at = `${key} ${String(start)}`;
		const row = `${key} ${hash}`;
		if (at !== window) {
			earlier ??= fingerprints(MOST_BYTES);
			for (const each of here) earlier.add(each);
			here = new Set();
			window = at;
		}
		here.add(row);
		return (isNull || isDated()) && earlier?.has(row) === true;
	};
}
