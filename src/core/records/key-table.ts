/** The keys of the records of one resource, as far as they have come. The table only grows. */
import {bytesMatch} from './scan.ts';

const FIRST_PLACES = 1024;

export class KeyTable {
	readonly names: string[] = [];
	/** The keys in their written form: `"name":` */
	readonly written: Uint8Array[] = [];
	/**
	 * The buffer for the index of a page. A page is indexed in one step, so only one page at a time uses it.
	 */
	scratch: Int32Array = new Int32Array(FIRST_PLACES);

	/** The number of a key, or -1. */
	indexOf(name: string): number {
		return this.names.indexOf(name);
	}

	/** The number of a key in its written form, with quotes; the search begins at `first`. */
	find(bytes: Uint8Array, start: number, end: number, first: number): number {
		const {written} = this;
		for (let i = 0; i < written.length; i++) {
			const index = (first + i) % written.length;
			const key = written[index] as Uint8Array;
			if (key.length === end - start + 1 && bytesMatch(key, bytes, start, end - start)) return index;
		}
		return -1;
	}

	/** Adds a key that was not found. */
	add(bytes: Uint8Array, start: number, end: number): number {
		const written = Buffer.from(bytes.subarray(start, end)).toString();
		this.written.push(Buffer.from(`${written}:`));
		return this.names.push(written.slice(1, -1)) - 1;
	}
}
