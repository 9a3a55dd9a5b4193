/** Cells that a spreadsheet would run, as OWASP lists them, and the apostrophe that makes a text of them. */

// One that has an apostrophe already gets another, so that each text can be told from every other when it is
// read back.
const risky = /^'*[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/;

export function escapeFormula(text: string): string {
	return risky.test(text) ? `'${text}` : text;
}

/** What `escapeFormula()` made its text of. */
export function unescapeFormula(text: string): string {
	return text.startsWith("'") && risky.test(text) ? text.slice(1) : text;
}
