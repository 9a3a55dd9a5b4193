/** A set of rows of a part, by number from 0, with one bit a row. */
export class RowSet {
	/** Rows of the part. */
	readonly rows: number;
	/** Rows in the set. */
	count = 0;
	readonly #bits: Uint8Array;

	constructor(rows: number) {
		this.rows = rows;
		this.#bits = new Uint8Array(Math.ceil(rows / 8));
	}

	add(row: number): void {
		if (!Number.isInteger(row) || row < 0 || row >= this.rows)
			throw new RangeError(`expected a row from 0 to ${this.rows - 1}, got ${row}`);
		if (this.has(row)) return;
		this.#bits[row >> 3] = (this.#bits[row >> 3] ?? 0) | (1 << (row & 7));
		this.count++;
	}

	has(row: number): boolean {
		return (((this.#bits[row >> 3] ?? 0) >> (row & 7)) & 1) === 1;
	}

	/** How many rows of the set are in `[from, to)`. */
	countIn(from: number, to: number): number {
		let count = 0;
		for (let row = from; row < to; row++) if (this.has(row)) count++;
		return count;
	}
}
