/**
 * Compresses by Snappy: what was seen before is written as a copy of it, everything else as it is. Half the work of the one that
 * parquetjs-lite brings along, which reads and writes byte by byte and zeroes memory for each page; reading is left to that.
 */

/** Copies reach no farther back than the block that they are in. */
const BLOCK_BYTES = 64 * 1024;
/** A match is looked for up to this far before the end of a block, so that four bytes can be read anywhere. */
const MARGIN = 15;
const HASH_BITS = 14;
const LEAST_BITS = 8;
const FACTOR = 0x1e35a7bd;
/** Looks without a match after which the steps become a byte longer: what cannot be compressed is soon passed. */
const PATIENCE = 32;
/** Pages are hardly ever larger; memory for those that are is not kept. */
const MOST_KEPT = 2 * 1024 * 1024;

/** Where in the block a hash of four bytes was seen last. */
const seen = new Uint16Array(1 << HASH_BITS);
let scratch = Buffer.alloc(0);

export function compressSnappy(input: Buffer): Buffer {
	const out = room(32 + input.length + Math.floor(input.length / 6));
	const words = new DataView(input.buffer, input.byteOffset, input.length);
	let at = writeLength(out, input.length);
	for (let from = 0; from < input.length; from += BLOCK_BYTES)
		at = compressBlock(input, words, from, Math.min(input.length, from + BLOCK_BYTES), out, at);
	return Buffer.from(out.subarray(0, at));
}

function room(bytes: number): Buffer {
	if (bytes <= scratch.length) return scratch;
	const larger = Buffer.allocUnsafe(bytes);
	if (bytes <= MOST_KEPT) scratch = larger;
	return larger;
}

function writeLength(out: Buffer, length: number): number {
	let at = 0;
	let rest = length;
	while (rest > 127) {
		out[at++] = (rest & 127) | 128;
		rest >>>= 7;
	}
	out[at++] = rest;
	return at;
}

function compressBlock(input: Buffer, words: DataView, from: number, to: number, out: Buffer, start: number): number {
	const shift = clear(to - from);
	const limit = to - MARGIN;
	let at = start;
	let written = from;
	let next = from + 1;
	let step = PATIENCE;
	while (next <= limit) {
		const word = words.getInt32(next, true);
		const hash = Math.imul(word, FACTOR) >>> shift;
		const candidate = from + (seen[hash] ?? 0);
		seen[hash] = next - from;
		if (words.getInt32(candidate, true) !== word) {
			next += Math.floor(step++ / PATIENCE);
			continue;
		}
		at = writeLiteral(input, written, next, out, at);
		const length = matchLength(input, words, candidate, next, to);
		at = writeCopy(out, at, next - candidate, length);
		next += length;
		written = next;
		step = PATIENCE;
		// One more place to be found: the end of what was copied is often where the next match begins.
		if (next <= limit) seen[Math.imul(words.getInt32(next - 1, true), FACTOR) >>> shift] = next - 1 - from;
	}
	return writeLiteral(input, written, to, out, at);
}

// Forgets the last block. Short blocks use less of the table, since clearing it would cost more than they do.
function clear(bytes: number): number {
	const bits = Math.min(HASH_BITS, Math.max(LEAST_BITS, 32 - Math.clz32(bytes)));
	seen.fill(0, 0, 1 << bits);
	return 32 - bits;
}

function matchLength(input: Buffer, words: DataView, earlier: number, later: number, to: number): number {
	let length = 4;
	while (later + length + 4 <= to && words.getInt32(later + length, true) === words.getInt32(earlier + length, true)) length += 4;
	while (later + length < to && input[later + length] === input[earlier + length]) length++;
	return length;
}

/** Below this length, a loop is faster than a call into Node. */
const SHORT = 64;

function writeLiteral(input: Buffer, from: number, to: number, out: Buffer, start: number): number {
	const length = to - from;
	if (length === 0) return start;
	let at = start;
	if (length <= 60) out[at++] = (length - 1) << 2;
	else {
		out[at++] = (length <= 256 ? 60 : 61) << 2;
		out[at++] = length - 1;
		if (length > 256) out[at++] = (length - 1) >>> 8;
	}
	if (length < SHORT) for (let i = from; i < to; i++) out[at++] = input[i] ?? 0;
	else {
		input.copy(out, at, from, to);
		at += length;
	}
	return at;
}

function writeCopy(out: Buffer, start: number, offset: number, length: number): number {
	let at = start;
	let rest = length;
	// One copy has at most 64 bytes, and at least 4 must be left for the last.
	for (; rest > 64; rest -= 60) at = writeFarCopy(out, at, offset, 60);
	if (rest >= 12 || offset >= 2048) return writeFarCopy(out, at, offset, rest);
	out[at++] = ((offset >>> 8) << 5) | ((rest - 4) << 2) | 1;
	out[at++] = offset;
	return at;
}

function writeFarCopy(out: Buffer, at: number, offset: number, length: number): number {
	out[at] = ((length - 1) << 2) | 2;
	out[at + 1] = offset;
	out[at + 2] = offset >>> 8;
	return at + 3;
}
