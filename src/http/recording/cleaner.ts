/** Finds and replaces secrets in bytes that come in pieces, wherever the pieces are cut. */
import {inUtf16, matches, type Needle, replaceMatches} from './spellings.ts';

export interface Cleaner {
	/** Adds a piece. Returns the bytes that can no longer change. */
	feed(chunk: Uint8Array): Buffer;
	/** Returns the remaining bytes. */
	end(): Buffer;
	/** Whether anything was replaced. */
	hasFound(): boolean;
}

export function cleaner(needles: readonly Needle[]): Cleaner {
	// One more than the longest secret, so that the character after a short secret is checked as well.
	const heldBack = longestOf(needles) + 1;
	let text = '';
	let before = '';
	let isFound = false;

	// A match so near the end that the next piece may change it waits for that piece.
	function flush(sureBefore: number): Buffer {
		const found = matches(text, needles, before).filter(({start}) => start < sureBefore);
		isFound ||= found.length > 0;
		const end = Math.max(0, sureBefore, found.at(-1)?.end ?? 0);
		const clean = replaceMatches(text.slice(0, end), found);
		if (end > 0) before = text.charAt(end - 1);
		text = text.slice(end);
		return Buffer.from(clean, 'latin1');
	}

	return {
		feed(chunk) {
			text += latin1(chunk);
			return flush(text.length - heldBack);
		},
		end: () => flush(text.length),
		hasFound: () => isFound,
	};
}

/** The same bytes without secrets. */
export async function* withoutSecrets(
	bytes: AsyncIterable<Uint8Array>,
	needles: readonly Needle[],
): AsyncGenerator<Uint8Array> {
	const {feed, end} = cleaner(needles);
	for await (const chunk of bytes) yield feed(chunk);
	yield end();
}

export interface Findings {
	readonly hasSecret: boolean;
	/** Whether they are no text, or text in UTF-16. */
	readonly isBinary: boolean;
}

/** Searches all of the bytes for secrets, also in UTF-16. */
export async function search(
	bytes: AsyncIterable<Uint8Array>,
	needles: readonly Needle[],
): Promise<Findings> {
	const wideNeedles = inUtf16(needles);
	const overlap = longestOf(wideNeedles) + 1;
	let tail = '';
	let isBinary = false;
	let hasSecret = false;
	for await (const chunk of bytes) {
		const text = tail + latin1(chunk);
		isBinary ||= chunk.includes(0);
		hasSecret ||= matches(text, needles).length > 0 || (isBinary && matches(text, wideNeedles).length > 0);
		tail = text.slice(Math.max(0, text.length - overlap));
	}
	return {hasSecret, isBinary};
}

function longestOf(needles: readonly Needle[]): number {
	return Math.max(0, ...needles.map(({bytes}) => bytes.length));
}

function latin1(chunk: Uint8Array): string {
	return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length).toString('latin1');
}
