/**
 * Thrift's compact protocol, which the structures of parquetjs-lite write themselves with. Its own protocol
 * makes a deprecated buffer for every byte, which costs as much as compressing the page that the header is
 * for.
 */
import type {ThriftStruct} from 'parquetjs-lite/gen-nodejs/parquet_types.js';

/** The bytes of a structure. */
export function serializeThrift(struct: ThriftStruct): Buffer {
	const writer = new CompactWriter();
	struct.write(writer);
	return writer.bytes();
}

/** Enough for a page header; only the footer grows. */
const INITIAL_BYTES = 64;
/** The most bytes of a 64-bit number, with seven bits a byte. */
const LONGEST_NUMBER = 10;

const BOOL = 2;
/**
 * The number of each type in this protocol, by its number in Thrift; a bool in a field has its value here
 * instead.
 */
const compactTypes: {readonly [type: number]: number} = {
	2: 1,
	3: 3,
	6: 4,
	8: 5,
	10: 6,
	4: 7,
	11: 8,
	15: 9,
	14: 10,
	13: 11,
	12: 12,
};
const TRUE = 1;
const FALSE = 2;
const STOP = 0;
/**
 * The longest list whose length fits into one byte with its type, and the largest step from one field to the
 * next.
 */
const MOST_IN_NIBBLE = 14;
const LARGEST_STEP = 15;

/**
 * The writing half of a Thrift protocol, as far as Parquet's structures use it. Names and ends take no bytes.
 */
class CompactWriter {
	#bytes = Buffer.allocUnsafe(INITIAL_BYTES);
	#length = 0;
	#field = 0;
	/** The number of a bool field, whose header waits for its value. */
	#boolField = 0;
	/** The last field numbers of the enclosing structures. */
	readonly #outer: number[] = [];

	bytes(): Buffer {
		return this.#bytes.subarray(0, this.#length);
	}

	writeStructBegin(): void {
		this.#outer.push(this.#field);
		this.#field = 0;
	}

	writeStructEnd(): void {
		this.#field = this.#outer.pop() ?? 0;
	}

	writeFieldBegin(_name: string, type: number, id: number): void {
		if (type === BOOL) this.#boolField = id;
		else this.#fieldHeader(compactTypes[type] ?? STOP, id);
	}

	writeFieldEnd(): void {}

	writeFieldStop(): void {
		this.writeByte(STOP);
	}

	/** A bool in a field. Parquet has no lists of bools. */
	writeBool(value: boolean): void {
		this.#fieldHeader(value ? TRUE : FALSE, this.#boolField);
	}

	writeByte(value: number): void {
		this.#reserve(1);
		this.#bytes[this.#length++] = value;
	}

	writeI32(value: number): void {
		this.#varint(zigzag(value));
	}

	writeI64(value: number): void {
		this.#varint(zigzag(value));
	}

	writeString(value: string | Uint8Array): void {
		const bytes = typeof value === 'string' ? Buffer.from(value) : value;
		this.#varint(bytes.length);
		this.#reserve(bytes.length);
		this.#bytes.set(bytes, this.#length);
		this.#length += bytes.length;
	}

	writeListBegin(type: number, length: number): void {
		const compact = compactTypes[type] ?? STOP;
		if (length <= MOST_IN_NIBBLE) this.writeByte((length << 4) | compact);
		else {
			this.writeByte(0xf0 | compact);
			this.#varint(length);
		}
	}

	writeListEnd(): void {}

	#fieldHeader(compact: number, id: number): void {
		const step = id - this.#field;
		this.#field = id;
		if (step > 0 && step <= LARGEST_STEP) this.writeByte((step << 4) | compact);
		else {
			this.writeByte(compact);
			this.writeI32(id);
		}
	}

	// Uses arithmetic, since sizes may have more than the 32 bits of bitwise operators.
	#varint(value: number): void {
		this.#reserve(LONGEST_NUMBER);
		let rest = value;
		while (rest > 127) {
			this.#bytes[this.#length++] = (rest % 128) + 128;
			rest = Math.floor(rest / 128);
		}
		this.#bytes[this.#length++] = rest;
	}

	#reserve(more: number): void {
		const length = this.#length + more;
		if (length <= this.#bytes.length) return;
		const larger = Buffer.allocUnsafe(Math.max(length, this.#bytes.length * 2));
		this.#bytes.copy(larger, 0, 0, this.#length);
		this.#bytes = larger;
	}
}

function zigzag(value: number): number {
	return value < 0 ? -2 * value - 1 : 2 * value;
}
