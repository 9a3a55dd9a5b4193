/**
 * Compresses in the Snappy format: what stood in the last 64 KiB is named by its distance, the rest stands as it is. Reads and
 * compares four bytes at a time.
 */

/** Distances are written in two bytes. */
const FARTHEST = 0xffff;
/** Places are remembered by their first four bytes, the last of each hash. */
const HASH_BITS = 14;
const LEAST_BITS = 8;
/** So close to the end nothing is looked for: four bytes can be read from any place before. */
const MARGIN = 15;
/** Bytes without a match after which every second place is tried, then every third, and so on. */
const PATIENCE = 32;
/** Output is made in memory that stays, up to this size. */
const KEPT = 2 * 1024 * 1024;

const places = new Int32Array(1 << HASH_BITS);
let kept = Buffer.allocUnsafe(0);
let keptView = new DataView(kept.buffer, kept.byteOffset, 0);

export function compressSnappy(input: Buffer): Buffer {
	const most = 32 + input.length + Math.floor(input.length / 6);
	if (most > kept.length) {
		kept = Buffer.allocUnsafeSlow(most);
		keptView = new DataView(kept.buffer);
	}
	const compressed = Buffer.from(kept.subarray(0, compressInto(input, kept, keptView)));
	if (kept.length > KEPT) {
		kept = Buffer.allocUnsafe(0);
		keptView = new DataView(kept.buffer, kept.byteOffset, 0);
	}
	return compressed;
}

function compressInto(input: Buffer, output: Buffer, target: DataView): number {
	const {length} = input;
	const source = new DataView(input.buffer, input.byteOffset, length);
	const shift = Math.max(32 - HASH_BITS, Math.min(32 - LEAST_BITS, Math.clz32(length)));
	places.fill(0, 0, 2 ** (32 - shift));
	let to = writeLength(output, length);
	const limit = length - MARGIN;
	let done = 0;
	let tries = PATIENCE;
	for (let at = 1; at <= limit; ) {
		const word = source.getInt32(at, true);
		const slot = Math.imul(word, 0x1e35a7bd) >>> shift;
		const place = places[slot] as number;
		places[slot] = at;
		if (at - place > FARTHEST || source.getInt32(place, true) !== word) {
			at += tries++ >>> 5;
			continue;
		}
		if (done < at) to = writeLiteral(input, source, done, at, output, target, to);
		const end = endOfMatch(source, place + 4, at + 4, length);
		to = writeCopy(output, to, at - place, end - at);
		done = end;
		at = end;
		tries = PATIENCE;
		if (at <= limit) places[Math.imul(source.getInt32(at - 1, true), 0x1e35a7bd) >>> shift] = at - 1;
	}
	return done < length ? writeLiteral(input, source, done, length, output, target, to) : to;
}

function endOfMatch(source: DataView, place: number, at: number, length: number): number {
	const by = place - at;
	let end = at;
	for (; end + 4 <= length; end += 4) {
		const difference = source.getInt32(end, true) ^ source.getInt32(end + by, true);
		// As many bytes are equal as there are zeros before the first bit, by eight.
		if (difference !== 0) return end + ((31 - Math.clz32(difference & -difference)) >>> 3);
	}
	while (end < length && source.getUint8(end) === source.getUint8(end + by)) end++;
	return end;
}

function writeLength(output: Buffer, length: number): number {
	let to = 0;
	let rest = length;
	for (; rest > 127; rest >>>= 7) output[to++] = (rest & 127) | 128;
	output[to++] = rest;
	return to;
}

const LONG_LITERAL = 2 ** 16;

function writeLiteral(
	input: Buffer,
	source: DataView,
	from: number,
	end: number,
	output: Buffer,
	target: DataView,
	start: number,
): number {
	let to = start;
	for (let at = from; at < end; ) {
		const length = Math.min(end - at, LONG_LITERAL);
		if (length <= 60) output[to++] = (length - 1) << 2;
		else {
			output[to++] = length <= 256 ? 60 << 2 : 61 << 2;
			output[to++] = length - 1;
			if (length > 256) output[to++] = (length - 1) >>> 8;
		}
		// Words may reach beyond the end: there is room, and what comes next is written over them.
		if (length <= 64 && at + length + 3 < input.length)
			for (let i = 0; i < length; i += 4) target.setInt32(to + i, source.getInt32(at + i, true), true);
		else output.set(input.subarray(at, at + length), to);
		to += length;
		at += length;
	}
	return to;
}

const LONGEST_COPY = 64;

function writeCopy(output: Buffer, start: number, distance: number, length: number): number {
	let to = start;
	let rest = length;
	// The last one has four bytes at the least, which may be written shorter.
	while (rest > LONGEST_COPY) {
		const part = rest < LONGEST_COPY + 4 ? LONGEST_COPY - 4 : LONGEST_COPY;
		output[to++] = 2 | ((part - 1) << 2);
		output[to++] = distance;
		output[to++] = distance >>> 8;
		rest -= part;
	}
	if (rest < 12 && distance < 2048) {
		output[to++] = 1 | ((rest - 4) << 2) | ((distance >>> 8) << 5);
		output[to++] = distance;
		return to;
	}
	output[to++] = 2 | ((rest - 1) << 2);
	output[to++] = distance;
	output[to++] = distance >>> 8;
	return to;
}
