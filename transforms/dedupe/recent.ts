/**
 * The records of the last pages, to find the one that a duplicate repeats. Without a look-up it costs
 * nothing.
 */

import type {JsonRecord} from '../../src/core/page.ts';
import {rowsIn} from '../../src/core/records/lazy-records.ts';
import type {RecordList} from '../../src/core/records/record-list.ts';
import type {Key} from './key.ts';

export interface Recent {
	add(records: RecordList): void;
	/** The first record with the key in the held pages. */
	firstWith(key: Key): JsonRecord | undefined;
}

const MOST_PAGES = 3;
const MOST_RECORDS = 20_000;

interface Held {
	readonly records: RecordList;
	byKey?: Map<Key, JsonRecord>;
}

export function recentPages(find: (record: JsonRecord) => Key): Recent {
	const pages: Held[] = [];

	function indexOf({records}: Held): Map<Key, JsonRecord> {
		const byKey = new Map<Key, JsonRecord>();
		for (const record of rowsIn(records)) {
			const key = find(record);
			if (key !== undefined && !byKey.has(key)) byKey.set(key, record);
		}
		return byKey;
	}

	return {
		add(records) {
			if (records.length > MOST_RECORDS) return;
			if (pages.push({records}) > MOST_PAGES) pages.shift();
		},
		firstWith(key) {
			for (const page of pages) {
				page.byKey ??= indexOf(page);
				const found = page.byKey.get(key);
				if (found) return found;
			}
			return undefined;
		},
	};
}
