/** `keep: 'last'`: holds all pages until the end, each key only in its newest record. */
import {Decimal, type JsonValue} from '../../src/core/json.ts';
import type {JsonRecord, Page} from '../../src/core/page.ts';
import type {PageTransform} from '../../src/core/stage.ts';
import type {Key} from './key.ts';

interface Held {
	/** Without its records: those that are dropped shall be freed. */
	readonly page: Omit<Page, 'records'>;
	/** Emptied where a later record has the same key. */
	readonly records: (JsonRecord | undefined)[];
}

interface Place {
	readonly held: Held;
	readonly index: number;
}

// What a Map entry, its place and its key cost beside the characters of the key.
const KEY_BYTES = 160;
const PAGE_BYTES = 500;
// A Map of V8 holds no more than 2^24 entries.
const MOST_KEYS = 2 ** 24 - 1;

/** `compare` tells which of two records is newer. `full` makes the error for when keys and records together would take more than `maxMemoryBytes` (an estimate). */
export function holdLast(
	find: (record: JsonRecord) => Key,
	maxMemoryBytes: number,
	full: (page: Page, keys: number) => Error,
	compare: (a: JsonRecord, b: JsonRecord) => number = () => 0,
): PageTransform {
	const places = new Map<string | number, Place>();
	const pages: Held[] = [];
	const counts = {duplicates: 0};
	let bytes = 0;

	function hold(held: Held, record: JsonRecord): void {
		const key = find(record);
		const older = key === undefined ? undefined : places.get(key);
		const before = older?.held.records[older.index];
		if (before !== undefined && compare(record, before) < 0) {
			counts.duplicates++;
			return;
		}
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
			for (const {page, records} of pages) yield {...page, records: records.filter(record => record !== undefined)};
		},
	};
}

const WORD_BYTES = 8;
const OBJECT_BYTES = 24;

// Roughly what a value takes in V8: shapes and texts that records share are counted for each.
function sizeOf(value: JsonValue): number {
	if (typeof value === 'string') return OBJECT_BYTES + value.length;
	if (value === null || typeof value !== 'object') return WORD_BYTES;
	if (value instanceof Decimal) return OBJECT_BYTES + sizeOf(value.text);
	let bytes = OBJECT_BYTES;
	for (const item of Array.isArray(value) ? value : Object.values(value)) bytes += WORD_BYTES + sizeOf(item);
	return bytes;
}
