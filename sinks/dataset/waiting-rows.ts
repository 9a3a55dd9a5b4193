/**
 * Rows of folders without an open part. With thousands of folders in each page, a part for each folder and
 * page would be opened and closed for a few rows.
 */
import type {JsonValue} from '../../src/core/json/json.ts';
import type {JsonRecord, Page} from '../../src/core/page.ts';
import type {Folder} from './parts/parts.ts';

/** The rows of one folder, in order, all with the same columns. */
export interface Waiting {
	readonly folder: Folder;
	/** The path of their later part. */
	readonly path: string;
	readonly page: Page;
	readonly records: JsonRecord[];
	/** The approximate memory that they use. */
	bytes: number;
}

export interface WaitingRoom {
	/** The memory of all folders. */
	readonly bytes: number;
	of(folder: Folder): Waiting | undefined;
	/** Adds the first rows of a folder. */
	begin(folder: Folder, path: string, page: Page): Waiting;
	/** Adds more rows, from a page with the same columns. */
	add(waiting: Waiting, page: Page): void;
	take(waiting: Waiting): void;
	/** The rows in the order in which they came. */
	all(): Waiting[];
	clear(): void;
}

export function waitingRoom(): WaitingRoom {
	const waiting = new Map<string, Waiting>();
	let bytes = 0;

	function add(to: Waiting, {records}: Page): void {
		for (const record of records) {
			const size = sizeOf(record);
			to.bytes += size;
			bytes += size;
			to.records.push(record);
		}
	}

	return {
		get bytes() {
			return bytes;
		},
		of: ({path}) => waiting.get(path),
		begin(folder, path, page) {
			const begun: Waiting = {folder, path, page: {...page, records: []}, records: [], bytes: 0};
			waiting.set(folder.path, begun);
			return begun;
		},
		add,
		take(gone) {
			waiting.delete(gone.folder.path);
			bytes -= gone.bytes;
		},
		all: () => [...waiting.values()],
		clear() {
			waiting.clear();
			bytes = 0;
		},
	};
}

const VALUE_BYTES = 16;

function sizeOf(value: JsonValue): number {
	if (typeof value === 'string') return VALUE_BYTES + value.length;
	if (typeof value !== 'object' || value === null) return VALUE_BYTES;
	let sum = VALUE_BYTES;
	for (const item of Object.values(value)) sum += sizeOf(item as JsonValue);
	return sum;
}
