/**
 * `keep: 'last'`: holds all pages until the end, each key only in its newest record, or, with `combined`, in
 * all its records combined.
 */
import {Decimal, type JsonValue} from '../../src/core/json/json.ts';
import type {JsonRecord, Page} from '../../src/core/page.ts';
import type {PageTransform} from '../../src/core/stage.ts';
import {combineRecords} from './combine.ts';
import type {Key} from './key.ts';

interface Held {
	/** The page without its records, so that dropped records can be freed. */
	readonly page: Omit<Page, 'records'>;
	/** A record is removed when a later one has the same key. */
	readonly records: (JsonRecord | undefined)[];
}

interface KeptRecord {
	readonly held: Held;
	readonly index: number;
}

// The memory of a Map entry, its place and its key, without the characters of the key.
const KEY_BYTES = 160;
const PAGE_BYTES = 500;
// A Map in V8 holds no more than 2^24 entries.
const MOST_KEYS = 2 ** 24 - 1;

export interface KeepLastOptions {
	/** The limit for keys and records together, which are estimated. */
	readonly maxMemoryBytes: number;
	/** Makes the error for when the limit is exceeded. */
	full(page: Page, keys: number): Error;
	/** Returns a number above 0 where the first of two records is the newer one. @default the later one */
	readonly compare?: ((a: JsonRecord, b: JsonRecord) => number) | undefined;
	/** Whether records with the same key are combined. @default false */
	readonly combines?: boolean;
	/** Called with each dropped record, and the one that stays. */
	readonly dropped?: Dropped | undefined;
}

export type Dropped = (gone: JsonRecord, kept: JsonRecord, resource: string) => void;

export function keepLast(
	find: (record: JsonRecord) => Key,
	{maxMemoryBytes, full, compare = () => 0, combines = false, dropped}: KeepLastOptions,
): PageTransform {
	const places = new Map<string | number, KeptRecord>();
	const pages: Held[] = [];
	const counts = {duplicates: 0};
	let bytes = 0;

	function hold(held: Held, given: JsonRecord): void {
		const key = find(given);
		const older = key === undefined ? undefined : places.get(key);
		const before = older?.held.records[older.index];
		const isOlder = before !== undefined && compare(given, before) < 0;
		if (before !== undefined && !combines)
			dropped?.(isOlder ? given : before, isOlder ? before : given, held.page.resource);
		if (isOlder && !combines) {
			counts.duplicates++;
			return;
		}
		const record =
			!combines || before === undefined
				? given
				: isOlder
					? combineRecords(given, before)
					: combineRecords(before, given);
		const index = held.records.push(record) - 1;
		bytes += sizeOf(record);
		if (key === undefined) return;
		places.set(key, {held, index});
		if (!older) {
			bytes += KEY_BYTES + (typeof key === 'string' ? 2 * key.length : 0);
			return;
		}
		bytes -= sizeOf(before ?? null);
		older.held.records[older.index] = undefined;
		counts.duplicates++;
	}

	return {
		counts,
		page(page) {
			const {records, ...rest} = page;
			const held = {page: rest, records: []};
			pages.push(held);
			bytes += PAGE_BYTES;
			for (const record of records) {
				hold(held, record);
				if (bytes > maxMemoryBytes || places.size >= MOST_KEYS) throw full(page, places.size);
			}
			return undefined;
		},
		*flush() {
			for (const {page, records} of pages)
				yield {...page, records: records.filter(record => record !== undefined)};
		},
	};
}

const WORD_BYTES = 8;
const OBJECT_BYTES = 24;

// The approximate memory of a value in V8: shapes and texts that records share are counted for each.
function sizeOf(value: JsonValue): number {
	if (typeof value === 'string') return OBJECT_BYTES + value.length;
	if (value === null || typeof value !== 'object') return WORD_BYTES;
	if (value instanceof Decimal) return OBJECT_BYTES + sizeOf(value.text);
	let bytes = OBJECT_BYTES;
	for (const item of Array.isArray(value) ? value : Object.values(value)) bytes += WORD_BYTES + sizeOf(item);
	return bytes;
}
