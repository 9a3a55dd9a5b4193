/**
 * Cells that a spreadsheet would evaluate, as OWASP lists them, and the apostrophe that turns them into text.
 */

// A text that begins with an apostrophe gets another one, so that every text can be restored.
const risky = /^'*[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/;

export function escapeFormula(text: string): string {
	return risky.test(text) ? `'${text}` : text;
}

/** The original text of a text from `escapeFormula()`. */
export function unescapeFormula(text: string): string {
	return text.startsWith("'") && risky.test(text) ? text.slice(1) : text;
}
