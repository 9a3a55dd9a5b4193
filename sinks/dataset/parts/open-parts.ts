/**
 * The parts that are being written: one per folder, and a limited number at once. Rows of further folders
 * wait in memory, up to a limit.
 */
import type {Page} from '../../../src/core/page.ts';
import type {Part} from '../../../src/state/commit.ts';
import {forEach} from '../../../src/state/in-parallel.ts';
import {type Waiting, waitingRoom} from '../waiting-rows.ts';
import type {Folder, PartMaker, PartWriter} from './parts.ts';

/** The position of a row in a part. */
export interface RowPosition {
	readonly path: string;
	readonly row: number;
}

export interface OpenParts {
	/** The number of rows since the last `close()`. */
	readonly rows: number;
	readonly bytes: number;
	/** Writes the rows of a page. Returns the position of the first one. */
	write(folder: Folder, page: Page): Promise<RowPosition>;
	/** Makes all parts durable, and begins anew. */
	close(): Promise<Part[]>;
	discard(): Promise<void>;
}

// Each open part has a file descriptor, and memory for every column.
const MOST_OPEN = 16;

const MOST_WAITING_BYTES = 32 * 1024 ** 2;
// A folder with this many waiting bytes gets a part that stays open: its rows probably come one after the
// other.
const MANY_BYTES = 1024 ** 2;

export function openParts(maker: PartMaker): OpenParts {
	// Open parts in the order of their last write.
	const writers = new Map<string, PartWriter>();
	const room = waitingRoom();
	let closed: Part[] = [];
	let rows = 0;

	// Rows that come in the order of their folders make few parts: the part with the oldest write is closed.
	async function open(folder: Folder, path?: string): Promise<PartWriter> {
		const [oldest] = writers.keys();
		if (oldest !== undefined && writers.size >= MOST_OPEN) await close(oldest);
		const made = await maker.writer(folder, path);
		writers.set(folder.path, made);
		return made;
	}

	async function close(path: string): Promise<void> {
		const writer = writers.get(path);
		writers.delete(path);
		if (writer) closed.push(await writer.close());
	}

	// All parts together use no more memory than one may: the fullest are closed.
	async function makeRoom(): Promise<void> {
		const byFullness = [...writers].sort(([, one], [, other]) => one.fullness - other.fullness);
		let sum = byFullness.reduce((all, [, {fullness}]) => all + fullness, 0);
		while (sum > 1 && byFullness.length > 1) {
			const [path, {fullness}] = byFullness.pop() as (typeof byFullness)[number];
			sum -= fullness;
			await close(path);
		}
	}

	async function wait(folder: Folder, page: Page): Promise<RowPosition> {
		const known = room.of(folder);
		if (known && known.page.schema !== page.schema) await finish([known]);
		const own = room.of(folder) ?? room.begin(folder, maker.name(folder), page);
		const place = {path: own.path, row: own.records.length};
		room.add(own, page);
		if (room.bytes > MOST_WAITING_BYTES) await empty();
		return place;
	}

	// Writes half of the waiting rows, the largest folders first.
	async function empty(): Promise<void> {
		const small: Waiting[] = [];
		let left = room.bytes;
		for (const each of room.all().sort((one, other) => other.bytes - one.bytes)) {
			if (left <= MOST_WAITING_BYTES / 2) break;
			left -= each.bytes;
			if (each.bytes < MANY_BYTES) {
				small.push(each);
				continue;
			}
			room.take(each);
			const writer = await open(each.folder, each.path);
			await writer.write({...each.page, records: each.records});
			await makeRoom();
		}
		await finish(small);
	}

	async function finish(all: readonly Waiting[]): Promise<void> {
		const parts: Part[] = [];
		await forEach(all.entries(), async ([index, each]) => {
			const writer = await maker.writer(each.folder, each.path);
			try {
				await writer.write({...each.page, records: each.records});
				parts[index] = await writer.close();
			} catch (error) {
				await writer.discard();
				throw error;
			}
		});
		for (const each of all) room.take(each);
		closed.push(...parts);
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
			rows += page.records.length;
			if (writers.get(folder.path)?.fits(page) === false) await close(folder.path);
			const known = writers.get(folder.path);
			if (!known && writers.size >= MOST_OPEN) return wait(folder, page);
			const writer = known ?? (await open(folder));
			writers.delete(folder.path);
			writers.set(folder.path, writer);
			const place = {path: writer.path, row: writer.rows};
			await writer.write(page);
			await makeRoom();
			return place;
		},
		async close() {
			for (const path of [...writers.keys()]) await close(path);
			await finish(room.all());
			const all = closed;
			closed = [];
			rows = 0;
			return all;
		},
		async discard() {
			room.clear();
			for (const writer of writers.values()) await writer.discard();
			writers.clear();
		},
	};
}
