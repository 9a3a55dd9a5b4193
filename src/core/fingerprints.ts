/**
 * A set of 128-bit fingerprints in typed arrays: about 27 bytes a key where a `Set` of texts takes a hundred.
 * In a billion keys, two have the same fingerprint with a probability of 1 in 10^21.
 */

export interface Fingerprints {
	readonly size: number;
	/** The memory of the tables, in bytes. */
	readonly bytes: number;
	/**
	 * Adds a text; returns `false` when it was there. Returns `undefined`, and adds nothing, when the table
	 * would need more than its memory.
	 */
	add(text: string): boolean | undefined;
	has(text: string): boolean;
}

const WORDS = 4;
const WORD_BYTES = 4;
// Growing copies one shard at a time, so there is never a second copy of everything.
const SHARDS = 64;
const FIRST_SLOTS = 64;
const FULLEST = 0.7;

interface Shard {
	words: Uint32Array;
	used: number;
}

export function fingerprints(maxBytes: number): Fingerprints {
	const shards: Shard[] = Array.from({length: SHARDS}, () => ({
		words: new Uint32Array(FIRST_SLOTS * WORDS),
		used: 0,
	}));
	const hash = new Uint32Array(WORDS);
	let size = 0;
	let bytes = SHARDS * FIRST_SLOTS * WORDS * WORD_BYTES;

	function add(text: string): boolean | undefined {
		fingerprint(text, hash);
		const shard = shards[(hash[3] as number) % SHARDS] as Shard;
		let at = find(shard.words, hash);
		if (isTaken(shard.words, at)) return false;
		if (shard.used + 1 > (shard.words.length / WORDS) * FULLEST) {
			const more = shard.words.length * WORD_BYTES;
			// While a shard grows, its old table exists as well.
			if (bytes + 2 * more > maxBytes) return undefined;
			grow(shard);
			bytes += more;
			at = find(shard.words, hash);
		}
		shard.words.set(hash, at);
		shard.used++;
		size++;
		return true;
	}

	return {
		add,
		has(text) {
			fingerprint(text, hash);
			const {words} = shards[(hash[3] as number) % SHARDS] as Shard;
			return isTaken(words, find(words, hash));
		},
		get size() {
			return size;
		},
		get bytes() {
			return bytes;
		},
	};
}

// The slot of a fingerprint, or the free slot for it.
function find(words: Uint32Array, hash: Uint32Array): number {
	const mask = words.length - 1;
	let at = ((hash[0] as number) * WORDS) & mask;
	while (isTaken(words, at)) {
		if (
			words[at] === hash[0] &&
			words[at + 1] === hash[1] &&
			words[at + 2] === hash[2] &&
			words[at + 3] === hash[3]
		)
			break;
		at = (at + WORDS) & mask;
	}
	return at;
}

function isTaken(words: Uint32Array, at: number): boolean {
	return (words[at] as number) !== 0 || words[at + 1] !== 0 || words[at + 2] !== 0 || words[at + 3] !== 0;
}

function grow(shard: Shard): void {
	const old = shard.words;
	shard.words = new Uint32Array(old.length * 2);
	for (let at = 0; at < old.length; at += WORDS) {
		if (!isTaken(old, at)) continue;
		const hash = old.subarray(at, at + WORDS);
		shard.words.set(hash, find(shard.words, hash));
	}
}

const MIX = [0x239b961b, 0xab0e9789, 0x38b34ae5, 0xa1e38b93] as const;

/**
 * MurmurHash3 (x86, 128 bits) over UTF-16 code units. Its four lanes feed each other all along; lanes that
 * only differ in their seed would agree far too often.
 */
export function fingerprint(text: string, into: Uint32Array): void {
	let a = 0;
	let b = 0;
	let c = 0;
	let d = 0;
	const whole = text.length - (text.length % 8);
	let at = 0;
	for (; at < whole; at += 8) {
		a ^= scramble(pair(text, at), MIX[0], 15, MIX[1]);
		a = (Math.imul(rotate(a, 19) + b, 5) + 0x561ccd1b) | 0;
		b ^= scramble(pair(text, at + 2), MIX[1], 16, MIX[2]);
		b = (Math.imul(rotate(b, 17) + c, 5) + 0x0bcaa747) | 0;
		c ^= scramble(pair(text, at + 4), MIX[2], 17, MIX[3]);
		c = (Math.imul(rotate(c, 15) + d, 5) + 0x96cd1c35) | 0;
		d ^= scramble(pair(text, at + 6), MIX[3], 18, MIX[0]);
		d = (Math.imul(rotate(d, 13) + a, 5) + 0x32ac3b17) | 0;
	}
	a ^= scramble(pair(text, at), MIX[0], 15, MIX[1]);
	b ^= scramble(pair(text, at + 2), MIX[1], 16, MIX[2]);
	c ^= scramble(pair(text, at + 4), MIX[2], 17, MIX[3]);
	d ^= scramble(pair(text, at + 6), MIX[3], 18, MIX[0]);

	a ^= text.length;
	b ^= text.length;
	c ^= text.length;
	d ^= text.length;
	a = (a + b + c + d) | 0;
	b = (b + a) | 0;
	c = (c + a) | 0;
	d = (d + a) | 0;
	a = finish(a);
	b = finish(b);
	c = finish(c);
	d = finish(d);
	a = (a + b + c + d) | 0;
	into[1] = b + a;
	into[2] = c + a;
	into[3] = d + a;
	// All zeros mark a free slot.
	into[0] = (a | into[1] | into[2] | into[3]) === 0 ? 1 : a;
}

// Two code units as one word; units after the end are 0.
function pair(text: string, at: number): number {
	const length = text.length;
	if (at + 1 < length) return text.charCodeAt(at) | (text.charCodeAt(at + 1) << 16);
	return at < length ? text.charCodeAt(at) : 0;
}

function scramble(word: number, first: number, bits: number, second: number): number {
	return Math.imul(rotate(Math.imul(word, first), bits), second);
}

function rotate(word: number, bits: number): number {
	return (word << bits) | (word >>> (32 - bits));
}

function finish(word: number): number {
	let mixed = word ^ (word >>> 16);
	mixed = Math.imul(mixed, 0x85ebca6b);
	mixed ^= mixed >>> 13;
	mixed = Math.imul(mixed, 0xc2b2ae35);
	return mixed ^ (mixed >>> 16);
}
