/**
 * A function of a text that remembers its results. An API sends the same keys with each page, so most are
 * computed once.
 */
export function memoize<Value>(find: (text: string) => Value): (text: string) => Value {
	let found = new Map<string, Value>();
	return text => {
		const known = found.get(text);
		if (known !== undefined) return known;
		const value = find(text);
		if (text.length > LONGEST) return value;
		// Keys that are ids of records never come again.
		if (found.size === MOST) found = new Map();
		found.set(text, value);
		return value;
	};
}

const LONGEST = 64;
const MOST = 1000;
