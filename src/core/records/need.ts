/** What the stages of a pipeline look at in the records of a page. Decides how an answer is read. */

/**
 * `text`: nothing, or the lines that the records came in. `index`: single values, by an index of where they
 * stand in the text. `rows`: the records themselves, so they are parsed at once.
 */
export type Need = 'text' | 'index' | 'rows';

const inOrder: readonly Need[] = ['text', 'index', 'rows'];

/** The need that covers all others. */
export function greatestNeed(needs: Iterable<Need>): Need {
	let greatest = 0;
	for (const need of needs) greatest = Math.max(greatest, inOrder.indexOf(need));
	return inOrder[greatest] as Need;
}
