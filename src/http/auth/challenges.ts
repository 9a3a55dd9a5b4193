/** What a `WWW-Authenticate` header asks for (RFC 9110 §11.6.1): one challenge or several. */

export interface Challenge {
	/** In lower case: `basic`, `digest`. */
	readonly scheme: string;
	/** By their names in lower case, without quotes. */
	readonly params: ReadonlyMap<string, string>;
}

const token = "[!#$%&'*+.^_`|~\\w-]+";
// A word with "=" behind it is a parameter, any other the scheme of a new challenge.
const piece = new RegExp(`[\\s,]*(${token})(?:\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s,"]*)))?`, 'gy');

/** The challenges of a header, whose repetitions may be joined by commas. */
export function challengesOf(header: string): Challenge[] {
	const found: {readonly scheme: string; readonly params: Map<string, string>}[] = [];
	for (const [, word = '', quoted, bare] of header.matchAll(piece)) {
		const value = quoted?.replace(/\\(.)/gs, '$1') ?? bare;
		if (value === undefined) found.push({scheme: word.toLowerCase(), params: new Map()});
		else found.at(-1)?.params.set(word.toLowerCase(), value);
	}
	return found;
}
