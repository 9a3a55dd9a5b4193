/**
 * Parquet's packing of small numbers (levels and dictionary indexes): runs of one value, and groups of 8 that
 * are packed bit by bit.
 */

/** The number of bits that hold every number up to `most`. */
export function bitWidth(most: number): number {
	return 32 - Math.clz32(most);
}

const GROUP = 8;
/** The most bytes of a run's header and its value. */
const RUN = 9;

export function encodeRleBitPacked(
	values: Uint8Array | Int32Array,
	from: number,
	to: number,
	width: number,
): Buffer {
	const groups = Math.ceil((to - from) / GROUP);
	const out = Buffer.allocUnsafe(groups * (width + 2) + RUN * 2 + groups);
	let at = 0;
	let packedFrom = from;
	let next = from;
	while (next < to) {
		const end = runEnd(values, next, to);
		if (end - next < GROUP) {
			next = Math.min(next + GROUP, to);
			continue;
		}
		at = writePacked(out, at, values, packedFrom, next, width);
		at = writeVarint(out, at, (end - next) * 2);
		for (let shift = 0; shift < width; shift += 8) out[at++] = (values[next] ?? 0) >>> shift;
		next = end;
		packedFrom = end;
	}
	at = writePacked(out, at, values, packedFrom, to, width);
	return out.subarray(0, at);
}

function runEnd(values: Uint8Array | Int32Array, from: number, to: number): number {
	const value = values[from];
	let end = from + 1;
	while (end < to && values[end] === value) end++;
	return end;
}

function writePacked(
	out: Buffer,
	start: number,
	values: Uint8Array | Int32Array,
	from: number,
	to: number,
	width: number,
): number {
	if (from === to) return start;
	const groups = Math.ceil((to - from) / GROUP);
	let at = writeVarint(out, start, groups * 2 + 1);
	const end = at + groups * width;
	let bits = 0;
	let filled = 0;
	for (let i = from; i < to; i++) {
		bits |= (values[i] ?? 0) << filled;
		filled += width;
		while (filled >= 8) {
			out[at++] = bits;
			bits >>>= 8;
			filled -= 8;
		}
	}
	while (at < end) {
		out[at++] = bits;
		bits = 0;
	}
	return at;
}

function writeVarint(out: Buffer, start: number, value: number): number {
	let at = start;
	let rest = value;
	while (rest > 127) {
		out[at++] = (rest & 127) | 128;
		rest >>>= 7;
	}
	out[at++] = rest;
	return at;
}

/** Unpacks `count` numbers of at most 8 bits: levels. */
export function decodeRleBitPacked(bytes: Buffer, count: number, width: number): Uint8Array {
	return decodeInto(new Uint8Array(count), bytes, width);
}

/** Unpacks `count` numbers of at most 24 bits: indexes into a dictionary. */
export function decodeIndexes(bytes: Buffer, count: number, width: number): Int32Array {
	return decodeInto(new Int32Array(count), bytes, width);
}

function decodeInto<Values extends Uint8Array | Int32Array>(
	values: Values,
	bytes: Buffer,
	width: number,
): Values {
	const count = values.length;
	let at = 0;
	let done = 0;
	while (done < count) {
		let header = 0;
		let shift = 0;
		for (;;) {
			const byte = bytes[at++] ?? 0;
			header |= (byte & 127) << shift;
			shift += 7;
			if (byte < 128) break;
		}
		if (header & 1) {
			at = readPacked(bytes, at, values, done, header >>> 1, width);
			done += (header >>> 1) * GROUP;
		} else {
			let value = 0;
			for (let bits = 0; bits < width; bits += 8) value |= (bytes[at++] ?? 0) << bits;
			values.fill(value, done, done + (header >>> 1));
			done += header >>> 1;
		}
	}
	return values;
}

function readPacked(
	bytes: Buffer,
	start: number,
	values: Uint8Array | Int32Array,
	from: number,
	groups: number,
	width: number,
): number {
	const mask = (1 << width) - 1;
	const end = Math.min(values.length, from + groups * GROUP);
	let at = start;
	let bits = 0;
	let filled = 0;
	for (let i = from; i < end; i++) {
		while (filled < width) {
			bits |= (bytes[at++] ?? 0) << filled;
			filled += 8;
		}
		values[i] = bits & mask;
		bits >>>= width;
		filled -= width;
	}
	return start + groups * width;
}
