/** What the stages of a pipeline look at in the records of a page, which decides how an answer is read. */

/**
 * `text`: nothing, or the lines in which the records came. `index`: single values, by an index of their
 * positions in the text. `rows`: the records themselves, so they are parsed at once.
 */
export type Need = 'text' | 'index' | 'rows';

const inOrder: readonly Need[] = ['text', 'index', 'rows'];

/** The need that covers all others. */
export function greatestNeed(needs: Iterable<Need>): Need {
	let greatest = 0;
	for (const need of needs) greatest = Math.max(greatest, inOrder.indexOf(need));
	return inOrder[greatest] as Need;
}
