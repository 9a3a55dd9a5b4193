/**
 * The values of one column in a row group, in Parquet's binary form: typed arrays and byte buffers that grow.
 */
import {writeBigEndian} from '../decimals.ts';

/** The interface of every kind of store, for pages and statistics. */
export interface ColumnBuffer {
	/** The number of values, without nulls. */
	readonly count: number;
	/** Removes the values and keeps their memory, for the next row group. */
	clear(): void;
	/** The memory of the values, in bytes. */
	readonly byteLength: number;
	/** The approximate number of bytes that the values in a range take in a page. */
	sizeOf(from: number, to: number): number;
	/** The values in a range, encoded. */
	encode(from: number, to: number): Buffer;
}

/** The initial room of a store, in items. */
export const INITIAL = 256;
export const INITIAL_BYTES = 4096;

/** Values of 4 bytes. */
export class Int32Buffer implements ColumnBuffer {
	readonly kind = 'int32';
	count = 0;
	items = new Int32Array(INITIAL);

	clear(): void {
		this.count = 0;
	}

	get byteLength(): number {
		return this.count * 4;
	}

	reserve(more: number): void {
		if (this.count + more > this.items.length) this.items = grownCopy(this.items, this.count + more);
	}

	sizeOf(from: number, to: number): number {
		return (to - from) * 4;
	}

	encode(from: number, to: number): Buffer {
		return bytesOf(this.items, from, to);
	}
}

/** Values of 8 bytes, as pairs of 32 bits: half the cost of a `bigint` per value. */
export class Int64Buffer implements ColumnBuffer {
	readonly kind = 'int64';
	count = 0;
	/** Low word, then high word. */
	words = new Int32Array(INITIAL * 2);
	big = new BigInt64Array(this.words.buffer);

	clear(): void {
		this.count = 0;
	}

	get byteLength(): number {
		return this.count * 8;
	}

	reserve(more: number): void {
		const words = (this.count + more) * 2;
		if (words <= this.words.length) return;
		this.words = grownCopy(this.words, words + (words % 2));
		this.big = new BigInt64Array(this.words.buffer);
	}

	/** Adds a value; room must be reserved. */
	addSafe(value: number): void {
		const at = this.count++ * 2;
		this.words[at] = value;
		this.words[at + 1] = Math.floor(value / 0x1_0000_0000);
	}

	/** Adds a value; room must be reserved. */
	addBig(value: bigint): void {
		this.big[this.count++] = value;
	}

	sizeOf(from: number, to: number): number {
		return (to - from) * 8;
	}

	encode(from: number, to: number): Buffer {
		return bytesOf(this.words, from * 2, to * 2);
	}
}

export class DoubleBuffer implements ColumnBuffer {
	readonly kind = 'double';
	count = 0;
	items = new Float64Array(INITIAL);

	clear(): void {
		this.count = 0;
	}

	get byteLength(): number {
		return this.count * 8;
	}

	reserve(more: number): void {
		if (this.count + more > this.items.length) this.items = grownCopy(this.items, this.count + more);
	}

	sizeOf(from: number, to: number): number {
		return (to - from) * 8;
	}

	encode(from: number, to: number): Buffer {
		return bytesOf(this.items, from, to);
	}
}

/** Booleans: one byte per value here, one bit in the file. */
export class BooleanBuffer implements ColumnBuffer {
	readonly kind = 'boolean';
	count = 0;
	items = new Uint8Array(INITIAL);

	clear(): void {
		this.count = 0;
	}

	get byteLength(): number {
		return this.count;
	}

	reserve(more: number): void {
		if (this.count + more > this.items.length) this.items = grownCopy(this.items, this.count + more);
	}

	sizeOf(from: number, to: number): number {
		return to - from;
	}

	encode(from: number, to: number): Buffer {
		const bits = Buffer.alloc(Math.ceil((to - from) / 8));
		for (let i = from; i < to; i++) {
			const at = i - from;
			if (this.items[i] === 1) bits[at >> 3] = (bits[at >> 3] ?? 0) | (1 << (at & 7));
		}
		return bits;
	}
}

/** Whole numbers of any fixed width, big-endian. */
export class FixedBytesBuffer implements ColumnBuffer {
	readonly kind = 'fixed';
	readonly width: number;
	count = 0;
	bytes: Buffer<ArrayBuffer> = Buffer.allocUnsafe(INITIAL_BYTES);

	constructor(width: number) {
		this.width = width;
	}

	clear(): void {
		this.count = 0;
	}

	get byteLength(): number {
		return this.count * this.width;
	}

	add(value: bigint): void {
		const at = this.count++ * this.width;
		if (at + this.width > this.bytes.length) this.bytes = grownBytes(this.bytes, at, at + this.width);
		writeBigEndian(this.bytes, at, this.width, value);
	}

	/** Adds an encoded value from a place in a page. */
	addFrom(source: Buffer, from: number): void {
		const at = this.count++ * this.width;
		if (at + this.width > this.bytes.length) this.bytes = grownBytes(this.bytes, at, at + this.width);
		source.copy(this.bytes, at, from, from + this.width);
	}

	sizeOf(from: number, to: number): number {
		return (to - from) * this.width;
	}

	encode(from: number, to: number): Buffer {
		return this.bytes.subarray(from * this.width, to * this.width);
	}
}

type Items = Uint8Array | Int32Array | Uint32Array | Float64Array;

/** A copy with room for at least `length` items, and for twice as many as before. */
export function grownCopy<T extends Items>(items: T, length: number): T {
	const larger = new (items.constructor as new (length: number) => T)(Math.max(length, items.length * 2));
	larger.set(items);
	return larger;
}

/** The same for bytes, of which `used` are copied. */
export function grownBytes(bytes: Buffer<ArrayBuffer>, used: number, length: number): Buffer<ArrayBuffer> {
	const larger = Buffer.allocUnsafe(Math.max(length, bytes.length * 2));
	bytes.copy(larger, 0, 0, used);
	return larger;
}

function bytesOf(items: Int32Array | Float64Array, from: number, to: number): Buffer {
	const size = items.BYTES_PER_ELEMENT;
	return Buffer.from(items.buffer, items.byteOffset + from * size, (to - from) * size);
}
