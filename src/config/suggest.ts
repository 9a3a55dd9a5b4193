/** Suggests the word that was probably meant. */
import {synonym} from './synonyms.ts';

/**
 * The candidate nearest to `word`, if it is near enough to be a typing error: at most a third of the letters
 * differ, and at least one may.
 */
export function suggest(word: string, candidates: readonly string[]): string | undefined {
	const wanted = word.toLowerCase();
	let best: string | undefined;
	let least = Math.max(1, Math.floor(word.length / 3)) + 1;
	for (const candidate of candidates) {
		const distance = editDistance(wanted, candidate.toLowerCase());
		if (distance >= least) continue;
		best = candidate;
		least = distance;
	}
	return best;
}

/** ` (did you mean "limit"?)`, or an empty text. */
export function didYouMean(word: string, candidates: readonly string[]): string {
	const meant = synonym(word, candidates) ?? suggest(word, candidates);
	return meant === undefined ? '' : ` (did you mean ${JSON.stringify(meant)}?)`;
}

// Counts insertions, deletions, replacements and swapped neighbours as 1 each.
function editDistance(a: string, b: string): number {
	let beforeLast: number[] = [];
	let last = Array.from({length: b.length + 1}, (_, column) => column);
	for (let row = 1; row <= a.length; row++) {
		const current = [row];
		for (let column = 1; column <= b.length; column++) {
			const same = a[row - 1] === b[column - 1];
			const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
			current.push(
				Math.min(
					cost(last, column) + 1,
					cost(current, column - 1) + 1,
					cost(last, column - 1) + (same ? 0 : 1),
					swapped ? cost(beforeLast, column - 2) + 1 : Number.POSITIVE_INFINITY,
				),
			);
		}
		beforeLast = last;
		last = current;
	}
	return cost(last, b.length);
}

function cost(row: readonly number[], column: number): number {
	return row[column] ?? Number.POSITIVE_INFINITY;
}
