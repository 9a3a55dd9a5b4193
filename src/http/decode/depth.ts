/** The guard against hostile nesting: far cheaper than parsing, and before it. */

/** No honest API comes near; deeper values break whatever walks them by recursion. */
export const DEEPEST = 500;

const QUOTE = 34;
const BACKSLASH = 92;

/** Whether more than `most` brackets are open at any point of a JSON text. */
export function isDeeper(text: string, most: number): boolean {
	if (text.length <= most) return false;
	let depth = 0;
	for (let at = 0; at < text.length; at++) {
		const code = text.charCodeAt(at);
		if (code === QUOTE) {
			at = endOfString(text, at);
			if (at < 0) return false;
		}
		// `[` and `{`, `]` and `}`: each pair differs by the one bit masked out.
		else if ((code & ~32) === 91) {
			if (++depth > most) return true;
		} else if ((code & ~32) === 93) depth--;
	}
	return false;
}

// The closing quote is the first with an even number of backslashes before it; -1 when there is none.
function endOfString(text: string, start: number): number {
	let at = text.indexOf('"', start + 1);
	while (at > 0) {
		let from = at;
		while (text.charCodeAt(from - 1) === BACKSLASH) from--;
		if ((at - from) % 2 === 0) return at;
		at = text.indexOf('"', at + 1);
	}
	return -1;
}
