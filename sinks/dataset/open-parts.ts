/** The parts that are being written: one a folder, and not too many at once. */
import type {Page} from '../../src/core/page.ts';
import type {Part} from '../../src/state/record.ts';
import type {Folder, PartMaker, PartWriter} from './parts.ts';

/** A row of a part. */
export interface Place {
	readonly path: string;
	readonly row: number;
}

export interface OpenParts {
	/** Since the last `close()`. */
	readonly rows: number;
	readonly bytes: number;
	/** Where the first of its rows is. */
	write(folder: Folder, page: Page): Promise<Place>;
	/** Makes all of them durable, and begins anew. */
	close(): Promise<Part[]>;
	discard(): Promise<void>;
}

// Each holds a file. Beyond, the one that was written to longest ago is closed: rows that come in the order
// of their folders make few parts.
const MOST_OPEN = 16;

export function openParts(maker: PartMaker): OpenParts {
	// In the order of their last write.
	const writers = new Map<string, PartWriter>();
	let closed: Part[] = [];
	let rows = 0;

	async function writerOf(folder: Folder): Promise<PartWriter> {
		const known = writers.get(folder.path);
		if (known) {
			writers.delete(folder.path);
			writers.set(folder.path, known);
			return known;
		}
		const [oldest] = writers.keys();
		if (oldest !== undefined && writers.size >= MOST_OPEN) await close(oldest);
		const made = await maker.writer(folder);
		writers.set(folder.path, made);
		return made;
	}

	async function close(path: string): Promise<void> {
		const writer = writers.get(path);
		writers.delete(path);
		if (writer) closed.push(await writer.close());
	}

	// All together hold no more in memory than one may: the fullest are closed.
	async function makeRoom(): Promise<void> {
		const byFullness = [...writers].sort(([, one], [, other]) => one.fullness - other.fullness);
		let sum = byFullness.reduce((all, [, {fullness}]) => all + fullness, 0);
		while (sum > 1 && byFullness.length > 1) {
			const [path, {fullness}] = byFullness.pop() as (typeof byFullness)[number];
			sum -= fullness;
			await close(path);
		}
	}

	return {
		get rows() {
			return rows;
		},
		get bytes() {
			const open = [...writers.values()].reduce((sum, writer) => sum + writer.bytes, 0);
			return closed.reduce((sum, part) => sum + part.bytes, open);
		},
		async write(folder, page) {
			if (writers.get(folder.path)?.fits(page) === false) await close(folder.path);
			const writer = await writerOf(folder);
			const place = {path: writer.path, row: writer.rows};
			await writer.write(page);
			rows += page.records.length;
			await makeRoom();
			return place;
		},
		async close() {
			for (const path of [...writers.keys()]) await close(path);
			const all = closed;
			closed = [];
			rows = 0;
			return all;
		},
		async discard() {
			for (const writer of writers.values()) await writer.discard();
			writers.clear();
		},
	};
}
