/**
 * Local copies of the parts of a store. A reader of some columns gets a file of the full length that has only
 * the footer and the chunks of those columns; the rest of it comes when a reader wants all.
 */
import {open, rename} from 'node:fs/promises';
import {dirname} from 'node:path';
import {makeFolder} from '../../../src/core/files/durable.ts';
import type {Part} from '../../../src/state/commit.ts';
import type {Store} from '../../../src/state/store.ts';
import type {WantedRows} from '../../../src/state/target.ts';
import {openParquetFile} from '../../formats/parquet/read/open-file.ts';

/** Smaller parts are copied whole: one request costs more than their bytes. */
const SMALL_BYTES = 256 * 1024;
/** Read from the end of a file at first; most footers are shorter. */
const TAIL_BYTES = 64 * 1024;
/** The length of the footer, and the magic bytes. */
const END_BYTES = 8;

interface Copy {
	readonly file: string;
	/** The columns that are here; `undefined` before there is a file. */
	columns: Set<string> | 'all' | undefined;
	/** The path that readers get. */
	path: string;
	/** The last caller in a row. */
	turn: Promise<unknown>;
}

export interface CopyOptions {
	/** The key of the part in the store. */
	readonly key: string;
	/** The path of the copy. */
	readonly file: string;
	readonly wanted: WantedRows;
	/** Makes another file of a whole copy, for readers that cannot read it as it is. */
	readonly convert?: ((file: string) => Promise<string>) | undefined;
}

export class PartCopies {
	readonly #store: Store;
	readonly #copies = new Map<string, Copy>();

	constructor(store: Store) {
		this.#store = store;
	}

	/** The path of the copy, which is the same for all callers. */
	get(part: Part, options: CopyOptions): Promise<string> {
		const {file} = options;
		const known = this.#copies.get(part.path);
		const copy: Copy = known ?? {file, path: file, columns: undefined, turn: Promise.resolve()};
		this.#copies.set(part.path, copy);
		const result = copy.turn.then(() => this.#fill(copy, part, options));
		copy.turn = result.catch(() => {});
		return result;
	}

	async #fill(copy: Copy, part: Part, {key, wanted: {columns}, convert}: CopyOptions): Promise<string> {
		const {file} = copy;
		if (copy.columns === 'all') return copy.path;
		const isWhole = columns === undefined || convert !== undefined || part.bytes < SMALL_BYTES;
		if (isWhole || !part.path.endsWith('.parquet')) {
			const whole = `${file}.whole`;
			await this.#store.download(key, whole);
			await rename(whole, file);
			copy.path = (await convert?.(file)) ?? file;
			copy.columns = 'all';
			return copy.path;
		}
		copy.columns ??= await this.#copyFooter(file, key, part.bytes);
		const missing = columns.filter(name => copy.columns !== 'all' && copy.columns?.has(name) === false);
		if (missing.length > 0) await this.#copyColumns(file, key, missing);
		for (const name of missing) copy.columns.add(name);
		return file;
	}

	async #copyFooter(file: string, key: string, size: number): Promise<Set<string>> {
		let tail = await this.#store.read(key, size - TAIL_BYTES, TAIL_BYTES);
		const length = tail.readUInt32LE(TAIL_BYTES - END_BYTES) + END_BYTES;
		if (length > TAIL_BYTES && length < size) tail = await this.#store.read(key, size - length, length);
		await makeFolder(dirname(file));
		const handle = await open(file, 'w', 0o600);
		try {
			await handle.truncate(size);
			await handle.write(tail, 0, tail.length, size - tail.length);
		} finally {
			await handle.close();
		}
		return new Set();
	}

	async #copyColumns(file: string, key: string, names: readonly string[]): Promise<void> {
		const opened = await openParquetFile(file);
		const handle = await open(file, 'r+');
		try {
			const leaves = opened.schema.leaves.filter(({path: [name = '']}) => names.includes(name));
			for (const {chunks} of opened.groups)
				for (const {index} of leaves) {
					const chunk = chunks[index];
					if (!chunk) continue;
					const bytes = await this.#store.read(key, chunk.start, chunk.compressedBytes);
					await handle.write(bytes, 0, bytes.length, chunk.start);
				}
		} finally {
			await handle.close();
			await opened.close();
		}
	}
}
