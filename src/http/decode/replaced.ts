/** Decodes bytes to text, and counts the characters that could not be read. */

/** A `TextDecoder` that counts the characters it could not read. */
export interface CountingDecoder {
	decode(bytes?: Uint8Array, options?: {stream?: boolean}): string;
	/** Characters so far that are U+FFFD in the text, but were not in the bytes. */
	readonly replaced: number;
}

// U+FFFD itself, in UTF-8.
const SENT = Buffer.from('\ufffd');

export function countingDecoder(label: string): CountingDecoder {
	const decoder = new TextDecoder(label);
	const isUtf8 = decoder.encoding === 'utf-8';
	let found = 0;
	let sent = 0;
	let tail: Uint8Array = new Uint8Array();
	return {
		decode(bytes, options) {
			const text = decoder.decode(bytes, options);
			found += countOf(text);
			if (isUtf8 && bytes) {
				// The character may span two pieces.
				const across = Buffer.concat([tail, bytes.subarray(0, SENT.length - 1)]);
				sent += sentIn(across) + sentIn(bytes);
				tail = (bytes.length < SENT.length ? Buffer.concat([tail, bytes]) : bytes).slice(1 - SENT.length);
			}
			return text;
		},
		get replaced() {
			return Math.max(0, found - sent);
		},
	};
}

function countOf(text: string): number {
	let count = 0;
	for (let at = text.indexOf('\ufffd'); at >= 0; at = text.indexOf('\ufffd', at + 1)) count++;
	return count;
}

function sentIn(bytes: Uint8Array): number {
	const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
	let count = 0;
	for (let at = buffer.indexOf(SENT); at >= 0; at = buffer.indexOf(SENT, at + SENT.length)) count++;
	return count;
}
