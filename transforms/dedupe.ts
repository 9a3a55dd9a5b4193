/** Drops records that came before, by key. */
import type {Transform} from 'node:stream';
import {ConfigError, type ConfigIssue, StageError} from '../src/core/errors.ts';
import type {JsonRecord} from '../src/core/page.ts';
import {rowsIn, valueIndexOf} from '../src/core/records/lazy-records.ts';
import type {RecordList} from '../src/core/records/record-list.ts';
import {type PageTransform, transform} from '../src/core/stage.ts';
import {type Dropped, keepLast} from './dedupe/keep-last.ts';
import {type Key, keyInText, keyOf} from './dedupe/key.ts';
import {recentPages} from './dedupe/recent.ts';
import {seenKeys} from './dedupe/seen-keys.ts';

export interface DedupeOptions {
	/**
	 * The field or path, or several, that identify a record; the whole record by default. A record without a
	 * key, or with null in it, is kept: it equals no other.
	 */
	readonly key?: string | readonly string[];
	/**
	 * `first` passes records through as they come. `last` keeps the newest in its own place, and holds every
	 * page until the end: before, nothing is written, and there is no place to resume from. `combined` does the
	 * same, and merges the fields of all records with the same key, for APIs that send a record in pieces.
	 * @default 'first'
	 */
	readonly keep?: 'first' | 'last' | 'combined';
	/**
	 * Up to this number of keys, keys are compared exactly; beyond it, by 128-bit fingerprints. At most 16
	 * million.
	 * @default 1_000_000
	 */
	readonly maxExactKeys?: number;
	/**
	 * Bytes of memory for keys, and for held records with `keep: 'last'` and `'combined'`; the run fails beyond
	 * it. At least 1 MiB. @default 1 GiB
	 */
	readonly maxMemoryBytes?: number;
	/**
	 * With `last` and `combined`: returns a number above 0 where the first of two records is the newer one, 0
	 * where it is unknown. @default the later one
	 */
	readonly compare?: (a: JsonRecord, b: JsonRecord) => number;
	/** Returns the other name of a key, which `key` may use, too. */
	readonly nameOf?: (key: string) => string;
	/**
	 * Called with each dropped record and the one that stays; with `first`, only where that one came in the
	 * last few pages.
	 */
	readonly dropped?: Dropped | undefined;
	/**
	 * Records that this run let through before it was interrupted: read first, and not counted. Only with
	 * `first`.
	 */
	readonly previous?: AsyncIterable<readonly JsonRecord[]>;
}

/**
 * Keeps one record of each key. Dropped records are counted as `duplicates`.
 * @example await pipeline(contacts, dedupe({key: 'id'}), jsonl('contacts.jsonl'));
 */
export function dedupe(options?: DedupeOptions): Transform {
	return transform('dedupe', dedupePages(options));
}

const MEBIBYTE = 1024 ** 2;
// A Set in V8 holds no more than 2^24 entries.
const MOST_EXACT_KEYS = 2 ** 24 - 1;

/** `dedupe()` as a function of pages. */
export function dedupePages(options: DedupeOptions = {}): PageTransform {
	const {
		key = [],
		keep = 'first',
		maxExactKeys = 1_000_000,
		maxMemoryBytes = 1024 * MEBIBYTE,
		previous,
		compare,
		dropped,
		nameOf,
	} = options;
	check({key, keep, maxExactKeys, maxMemoryBytes});
	const fields = [key].flat();
	const find = keyOf(fields, nameOf);
	const counts = {duplicates: 0};

	function full(resource: string | undefined, keys: number, held = ''): StageError {
		return new StageError(
			`${resource === undefined ? '' : `${resource}: `}dedupe holds ${keys} keys${held}, as many as ` +
				`maxMemoryBytes (${describeBytes(maxMemoryBytes)}) allows. Raise it, read less in one run ` +
				'(incremental), or merge by primary_key when writing',
		);
	}

	if (keep !== 'first')
		return keepLast(find, {
			maxMemoryBytes,
			full: (page, keys) => full(page.resource, keys, ' and their records'),
			compare,
			combines: keep === 'combined',
			dropped,
		});

	const latest = dropped && recentPages(find);
	const seen = seenKeys(maxExactKeys, maxMemoryBytes);
	const isNew = (value: Key, resource?: string): boolean => {
		if (value === undefined) return true;
		const added = seen.add(value);
		if (added === undefined) throw full(resource, seen.size);
		return added;
	};

	const keysOf = (records: RecordList): ((index: number) => Key) => {
		const index = valueIndexOf(records);
		const inText = index && keyInText(fields, index);
		if (inText) return inText;
		const parsed = rowsIn(records);
		return index => find(parsed[index] as JsonRecord);
	};

	return {
		counts,
		needs: () => (fields.length > 0 ? 'index' : 'rows'),
		...(previous && {
			async open() {
				for await (const records of previous) for (const record of records) isNew(find(record));
			},
		}),
		page(page) {
			const {length} = page.records;
			const keyAt = keysOf(page.records);
			const old = new Set<number>();
			for (let index = 0; index < length; index++) if (!isNew(keyAt(index), page.resource)) old.add(index);
			counts.duplicates += old.size;
			latest?.add(page.records);
			if (dropped && latest && old.size > 0) {
				const parsed = rowsIn(page.records);
				for (const index of old) {
					const gone = parsed[index] as JsonRecord;
					const kept = latest.firstWith(keyAt(index));
					if (kept && kept !== gone) dropped(gone, kept, page.resource);
				}
			}
			return old.size === 0
				? page
				: {...page, records: rowsIn(page.records).filter((_, index) => !old.has(index))};
		},
	};
}

function check({
	key,
	keep,
	maxExactKeys,
	maxMemoryBytes,
}: Omit<Required<DedupeOptions>, 'previous' | 'compare' | 'dropped' | 'nameOf'>): void {
	const issues: ConfigIssue[] = [];
	if ([key].flat().includes('')) issues.push({path: 'key', message: 'a key needs a name'});
	if (!['first', 'last', 'combined'].includes(keep)) {
		issues.push({path: 'keep', message: `expected first, last or combined, got ${JSON.stringify(keep)}`});
	}
	if (!(Number.isInteger(maxExactKeys) && maxExactKeys >= 0 && maxExactKeys <= MOST_EXACT_KEYS)) {
		issues.push({
			path: 'maxExactKeys',
			message: `expected a whole number from 0 to ${MOST_EXACT_KEYS}, got ${maxExactKeys}`,
		});
	}
	if (!(maxMemoryBytes >= MEBIBYTE)) {
		issues.push({
			path: 'maxMemoryBytes',
			message: `expected at least ${MEBIBYTE} (1 MiB), got ${maxMemoryBytes}`,
		});
	}
	if (issues.length > 0) throw new ConfigError(issues, 'dedupe');
}

function describeBytes(bytes: number): string {
	return bytes >= 1024 * MEBIBYTE
		? `${+(bytes / 1024 / MEBIBYTE).toFixed(1)} GiB`
		: `${+(bytes / MEBIBYTE).toFixed(1)} MiB`;
}
