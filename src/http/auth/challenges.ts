/** The challenges of a `WWW-Authenticate` header (RFC 9110 §11.6.1), one or several. */

export interface Challenge {
	/** The scheme in lower case: `basic`, `digest`. */
	readonly scheme: string;
	/** The parameters without quotes, by their names in lower case. */
	readonly params: ReadonlyMap<string, string>;
}

const token = "[!#$%&'*+.^_`|~\\w-]+";
// A word with "=" after it is a parameter; any other word is the scheme of a new challenge.
const piece = new RegExp(`[\\s,]*(${token})(?:\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s,"]*)))?`, 'gy');

/** The challenges of a header. Repeated headers may be joined by commas. */
export function challengesOf(header: string): Challenge[] {
	const found: {readonly scheme: string; readonly params: Map<string, string>}[] = [];
	for (const [, word = '', quoted, bare] of header.matchAll(piece)) {
		const value = quoted?.replace(/\\(.)/gs, '$1') ?? bare;
		if (value === undefined) found.push({scheme: word.toLowerCase(), params: new Map()});
		else found.at(-1)?.params.set(word.toLowerCase(), value);
	}
	return found;
}
