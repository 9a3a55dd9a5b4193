/**
 * The least and the greatest value of a chunk, with which readers skip row groups. They are computed from the
 * stored bytes, in the order that Parquet defines; where they could mislead a reader, they are left out.
 */
import type {ByteStringsBuffer} from './byte-strings.ts';
import type {ColumnBuffer, FixedBytesBuffer} from './column-buffers.ts';
import type {ValueStore} from './values.ts';

/** Both values in the encoding of a single value. */
export interface Extremes {
	readonly least: Buffer;
	readonly greatest: Buffer;
}

/** Longer texts are left out of the footer: they would make it as large as the data. */
const LONGEST = 64;

export function extremes(store: ValueStore): Extremes | undefined {
	switch (store.kind) {
		case 'text': {
			const texts = store.dictionary() ?? store.plain;
			return byteExtremes(texts);
		}
		case 'bytes':
			return byteExtremes(store);
		case 'double':
			return doubleExtremes(store.items, store.count);
		case 'int64':
			return found(store, ...wordExtremes(store.words, store.count));
		case 'fixed':
			return fixedExtremes(store);
		case 'boolean':
			return booleanExtremes(store.items, store.count);
		case 'int32':
			return found(store, ...numberExtremes(store.items, store.count));
	}
}

function found(store: ColumnBuffer, least: number, greatest: number): Extremes | undefined {
	if (store.count === 0) return undefined;
	return {least: copy(store.encode(least, least + 1)), greatest: copy(store.encode(greatest, greatest + 1))};
}

// The memory of the store is reused for the next row group, so a view would change.
function copy(bytes: Uint8Array): Buffer {
	return Buffer.from(bytes);
}

function numberExtremes(items: Int32Array, count: number): [least: number, greatest: number] {
	let least = 0;
	let greatest = 0;
	for (let i = 1; i < count; i++) {
		const item = items[i] ?? 0;
		if (item < (items[least] ?? 0)) least = i;
		else if (item > (items[greatest] ?? 0)) greatest = i;
	}
	return [least, greatest];
}

function wordExtremes(words: Int32Array, count: number): [least: number, greatest: number] {
	let least = 0;
	let greatest = 0;
	for (let i = 1; i < count; i++) {
		if (compareWords(words, i, least) < 0) least = i;
		else if (compareWords(words, i, greatest) > 0) greatest = i;
	}
	return [least, greatest];
}

function compareWords(words: Int32Array, a: number, b: number): number {
	const high = (words[a * 2 + 1] ?? 0) - (words[b * 2 + 1] ?? 0);
	return high !== 0 ? high : ((words[a * 2] ?? 0) >>> 0) - ((words[b * 2] ?? 0) >>> 0);
}

function booleanExtremes(items: Uint8Array, count: number): Extremes | undefined {
	if (count === 0) return undefined;
	const values = items.subarray(0, count);
	return {least: Buffer.of(values.includes(0) ? 0 : 1), greatest: Buffer.of(values.includes(1) ? 1 : 0)};
}

// With one NaN there are no extremes, as readers disagree on its order. A zero is written as the one that
// includes the other.
function doubleExtremes(items: Float64Array, count: number): Extremes | undefined {
	let least = Number.POSITIVE_INFINITY;
	let greatest = Number.NEGATIVE_INFINITY;
	for (let i = 0; i < count; i++) {
		const item = items[i] ?? 0;
		if (Number.isNaN(item)) return undefined;
		if (item < least) least = item;
		if (item > greatest) greatest = item;
	}
	return count === 0
		? undefined
		: {least: doubleBytes(least === 0 ? -0 : least), greatest: doubleBytes(greatest === 0 ? 0 : greatest)};
}

function doubleBytes(value: number): Buffer {
	const bytes = Buffer.allocUnsafe(8);
	bytes.writeDoubleLE(value);
	return bytes;
}

// Compares stored bytes, which is the order of UTF-8 and of Parquet; JavaScript's order of strings differs.
function byteExtremes(store: ByteStringsBuffer): Extremes | undefined {
	if (store.count === 0) return undefined;
	let least = 0;
	let greatest = 0;
	for (let i = 1; i < store.count; i++) {
		if (compareBytes(store, i, least) < 0) least = i;
		else if (compareBytes(store, i, greatest) > 0) greatest = i;
	}
	return isLong(store, least) || isLong(store, greatest)
		? undefined
		: {least: bytesAt(store, least), greatest: bytesAt(store, greatest)};
}

function isLong(store: ByteStringsBuffer, index: number): boolean {
	return store.sizeOf(index, index + 1) > LONGEST + 4;
}

function bytesAt(store: ByteStringsBuffer, index: number): Buffer {
	return copy(store.encode(index, index + 1).subarray(4));
}

// Two values that are equal up to this length and go on count as equal: if one of them is an extreme, it is
// too long for the footer.
function compareBytes({view, starts}: ByteStringsBuffer, a: number, b: number): number {
	const fromA = (starts[a] as number) + 4;
	const fromB = (starts[b] as number) + 4;
	const lengthA = Math.min((starts[a + 1] as number) - fromA, LONGEST + 1);
	const lengthB = Math.min((starts[b + 1] as number) - fromB, LONGEST + 1);
	const common = Math.min(lengthA, lengthB);
	let i = 0;
	// Compares four bytes at once, the first of them the most significant.
	for (; i + 4 <= common; i += 4) {
		const difference = view.getUint32(fromA + i) - view.getUint32(fromB + i);
		if (difference !== 0) return difference;
	}
	for (; i < common; i++) {
		const difference = view.getUint8(fromA + i) - view.getUint8(fromB + i);
		if (difference !== 0) return difference;
	}
	return lengthA - lengthB;
}

function fixedExtremes(store: FixedBytesBuffer): Extremes | undefined {
	let least = 0;
	let greatest = 0;
	for (let i = 1; i < store.count; i++) {
		if (compareFixed(store, i, least) < 0) least = i;
		else if (compareFixed(store, i, greatest) > 0) greatest = i;
	}
	return found(store, least, greatest);
}

// The first byte has the sign.
function compareFixed({bytes, width}: FixedBytesBuffer, a: number, b: number): number {
	const sign = (((bytes[a * width] ?? 0) << 24) >> 24) - (((bytes[b * width] ?? 0) << 24) >> 24);
	if (sign !== 0) return sign;
	for (let i = 1; i < width; i++) {
		const difference = (bytes[a * width + i] ?? 0) - (bytes[b * width + i] ?? 0);
		if (difference !== 0) return difference;
	}
	return 0;
}
