/** The guard against hostile nesting: far cheaper than parsing, and before it. */
import {endOfString} from '../../core/json.ts';

/** No honest API comes near; deeper values break whatever walks them by recursion. */
export const DEEPEST = 500;

const QUOTE = 34;

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
