/**
 * Lone halves of a surrogate pair, which JSON may have as escapes: `"\ud800"`. They are no characters, UTF-8
 * has no bytes for them, and readers of Parquet refuse a whole column of JSON because of one. They become
 * U+FFFD, as in any other text.
 */
import {BACKSLASH} from './ascii.ts';

const ESCAPES =
	/\\(?:u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|u[dD][89a-fA-F][\da-fA-F]{2}|.)/gs;
const PAIR_LENGTH = 12;
const REPLACED = '\\ufffd';

/** JSON text without such escapes. Its length does not change. */
export function mendEscapes(json: string): string {
	if (!json.includes('\\ud') && !json.includes('\\uD')) return json;
	return json.replace(ESCAPES, found => (isLone(found) ? REPLACED : found));
}

/** The same for the bytes of JSON in UTF-8, in place. */
export function mendBytes(bytes: Uint8Array): void {
	const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
	// Searching one byte is much faster than three, and most bodies have none.
	const first = buffer.indexOf(BACKSLASH);
	if (first < 0 || (!buffer.includes('\\ud', first) && !buffer.includes('\\uD', first))) return;
	// Escapes are ASCII, so each byte may count as a character.
	const text = buffer.toString('latin1');
	for (const {0: found, index} of text.matchAll(ESCAPES))
		if (isLone(found)) buffer.write(REPLACED, index, 'latin1');
}

/** A text without them. */
export function wellFormed(text: string): string {
	// Node 20 has it, but the types of ES2023 do not.
	return (text as string & {toWellFormed(): string}).toWellFormed();
}

function isLone(found: string): boolean {
	return found.length > 2 && found.length < PAIR_LENGTH;
}
