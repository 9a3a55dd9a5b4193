/**
 * Byte strings in a row group, and how they are copied, compared and hashed: four bytes at a time, which is
 * faster for short ones than any call into Node.
 */
import {BACKSLASH} from '../../../../src/core/json/ascii.ts';
import {type ColumnBuffer, grownBytes, grownCopy, INITIAL, INITIAL_BYTES} from './column-buffers.ts';

/** Bytes, and a view for reading four of them at once. */
export interface Viewed {
	readonly bytes: Uint8Array;
	readonly view: DataView;
}

export function withView(bytes: Uint8Array): Viewed {
	return {bytes, view: viewOf(bytes)};
}

function viewOf(bytes: Uint8Array): DataView {
	return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** Byte strings, each after its length in 4 bytes, as in the file. */
export class ByteStringsBuffer implements ColumnBuffer, Viewed {
	readonly kind = 'bytes';
	count = 0;
	bytes: Buffer<ArrayBuffer> = Buffer.allocUnsafe(INITIAL_BYTES);
	view = viewOf(this.bytes);
	/** Where each value begins, at its length; the last entry is the end of all. */
	starts = new Uint32Array(INITIAL + 1);

	clear(): void {
		this.count = 0;
	}

	/** Where the next value will begin. */
	get end(): number {
		return this.starts[this.count] ?? 0;
	}

	get byteLength(): number {
		return this.end + this.count * 4;
	}

	addText(text: string): void {
		this.finish(this.writeText(text));
	}

	/** Writes a text at the place of the next value, without adding it. Returns its length in bytes. */
	writeText(text: string): number {
		// A UTF-16 unit takes three bytes at most. Long texts are measured, since that bound would waste two
		// thirds of the memory.
		const at = this.#room(text.length < 512 ? text.length * 3 : Buffer.byteLength(text));
		return text.length < SHORT_TEXT ? writeShort(this.bytes, at, text) : this.bytes.write(text, at);
	}

	addBytes(bytes: Uint8Array): void {
		this.bytes.set(bytes, this.#room(bytes.length));
		this.finish(bytes.length);
	}

	/** Adds the bytes in a range. */
	addFrom(source: Viewed, from: number, to: number): void {
		const at = this.#room(to - from);
		if (to - from > SHORT) this.bytes.set(source.bytes.subarray(from, to), at);
		else copyPlain(source.view, from, to, this.view, at);
		this.finish(to - from);
	}

	/** The same, unless there is a backslash among them: then it returns false. */
	addPlain(source: Viewed, from: number, to: number): boolean {
		const at = this.#room(to - from);
		if (to - from > SHORT) {
			const bytes = source.bytes.subarray(from, to);
			if (bytes.includes(BACKSLASH)) return false;
			this.bytes.set(bytes, at);
		} else if (copyPlain(source.view, from, to, this.view, at) !== 0) return false;
		this.finish(to - from);
		return true;
	}

	/** Adds the bytes that were written at the place of the next value. */
	finish(length: number): void {
		const at = this.end;
		this.view.setUint32(at, length, true);
		this.count++;
		if (this.count === this.starts.length) this.starts = grownCopy(this.starts, this.count + 1);
		this.starts[this.count] = at + 4 + length;
	}

	sizeOf(from: number, to: number): number {
		return (this.starts[to] ?? 0) - (this.starts[from] ?? 0);
	}

	encode(from: number, to: number): Buffer {
		return this.bytes.subarray(this.starts[from], this.starts[to]);
	}

	// Makes room for the bytes of the next value, and returns where they begin.
	#room(length: number): number {
		const at = this.end + 4;
		if (at + length > this.bytes.length) {
			this.bytes = grownBytes(this.bytes, at, at + length);
			this.view = viewOf(this.bytes);
		}
		return at;
	}
}

/** Below this length, a loop over ASCII is faster than a call into Node. */
const SHORT_TEXT = 40;

function writeShort(bytes: Buffer, at: number, text: string): number {
	for (let i = 0; i < text.length; i++) {
		const code = text.charCodeAt(i);
		if (code > 127) return bytes.write(text, at);
		bytes[at + i] = code;
	}
	return text.length;
}

/** Up to this length, a loop over words is faster than `set`. */
const SHORT = 128;
const BACKSLASHES = 0x5c5c5c5c;

// Copies bytes; returns not 0 if there is a backslash among them. The last word overlaps the one before, so
// that no single bytes are left.
function copyPlain(source: DataView, from: number, to: number, target: DataView, at: number): number {
	let found = 0;
	if (to - from < 4) {
		for (let i = 0; i < to - from; i++) {
			const byte = source.getUint8(from + i);
			if (byte === BACKSLASH) found = 1;
			target.setUint8(at + i, byte);
		}
		return found;
	}
	const last = to - 4;
	const by = at - from;
	for (let i = from; i < last; i += 4) {
		const word = source.getInt32(i, true);
		found |= zeroIn(word ^ BACKSLASHES);
		target.setInt32(i + by, word, true);
	}
	const word = source.getInt32(last, true);
	target.setInt32(last + by, word, true);
	return found | zeroIn(word ^ BACKSLASHES);
}

// Not 0 if one of the four bytes is 0.
function zeroIn(word: number): number {
	return (word - 0x01010101) & ~word & 0x80808080;
}

/** Whether two ranges have the same bytes. */
export function equalBytes(
	some: DataView,
	at: number,
	others: DataView,
	from: number,
	length: number,
): boolean {
	if (length < 4) {
		for (let i = 0; i < length; i++) if (some.getUint8(at + i) !== others.getUint8(from + i)) return false;
		return true;
	}
	const last = length - 4;
	for (let i = 0; i < last; i += 4)
		if (some.getInt32(at + i, true) !== others.getInt32(from + i, true)) return false;
	return some.getInt32(at + last, true) === others.getInt32(from + last, true);
}

/**
 * A hash of bytes, of 31 bits, which depends on the seed. With `plain`, -1 if there is a backslash among
 * them.
 */
export function hashBytes(view: DataView, from: number, to: number, seed: number, plain: boolean): number {
	let mixed = seed ^ (to - from);
	let found = 0;
	if (to - from < 4) {
		for (let i = from; i < to; i++) {
			const byte = view.getUint8(i);
			if (byte === BACKSLASH) found = 1;
			mixed = mix(mixed ^ byte);
		}
	} else {
		const last = to - 4;
		for (let i = from; i < last; i += 4) {
			const word = view.getInt32(i, true);
			found |= zeroIn(word ^ BACKSLASHES);
			mixed = mix(mixed ^ word);
		}
		const word = view.getInt32(last, true);
		found |= zeroIn(word ^ BACKSLASHES);
		mixed = mix(mixed ^ word);
	}
	return plain && found !== 0 ? -1 : mix(mixed) >>> 1;
}

function mix(word: number): number {
	const product = Math.imul(word, 0x9e3779b1);
	return product ^ (product >>> 15);
}
