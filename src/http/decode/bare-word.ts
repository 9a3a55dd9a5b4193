/** Finds `NaN` and `Infinity` in a text that is invalid JSON because of them. */

/** The advice for such a word if `non_finite` is not set. */
export const NON_FINITE_ADVICE =
	'JSON has no such number. Ask the server for null, or set endpoint.non_finite: as_null, or as_text, ' +
	'which keeps the word';

const word = /[:[,\s]\s*(NaN|-?Infinity)\s*(?=[,\]}\s]|$)/;

/** The first such word of a text that could not be parsed. */
export function bareWord(text: string): string | undefined {
	return word.exec(text)?.[1];
}
