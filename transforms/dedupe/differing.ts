/**
 * Looks for records of one page that have the same key and are not equal. Between two requests a record may
 * change; on one page it has one content, so such a key does not identify the records.
 */
import {canonical} from '../../src/core/json/canonical.ts';
import type {JsonRecord, Page} from '../../src/core/page.ts';
import {rowsIn, valueIndexOf} from '../../src/core/records/lazy-records.ts';
import type {PageTransform} from '../../src/core/stage.ts';
import {type Key, keyInText, keyOf} from './key.ts';

/** A key that identifies no record shows early: later pages are not searched. */
const MOST_RECORDS = 20_000;

/** Passes all pages on as they are. Calls `found` once, with the first two such records. */
export function differingPages(
	key: readonly string[],
	areOrdered: (one: JsonRecord, other: JsonRecord) => boolean,
	found: (one: JsonRecord, other: JsonRecord) => void,
): PageTransform {
	const find = keyOf(key);
	let left = MOST_RECORDS;

	function look({records}: Page): void {
		const index = valueIndexOf(records);
		const inText = index && keyInText(key, index);
		const keyAt = inText ?? ((row: number): Key => find(rowsIn(records)[row] as JsonRecord));
		const first = new Map<Key, number>();
		for (let row = 0; row < records.length; row++) {
			const value = keyAt(row);
			const before = value === undefined ? undefined : first.get(value);
			if (before === undefined) {
				first.set(value, row);
				continue;
			}
			const [one, other] = [rowsIn(records)[before], rowsIn(records)[row]] as [JsonRecord, JsonRecord];
			if (areOrdered(one, other) || canonical(one) === canonical(other)) continue;
			left = 0;
			found(one, other);
			return;
		}
	}

	return {
		needs: () => (left > 0 ? 'index' : 'text'),
		page(page) {
			if (left > 0) {
				left -= page.records.length;
				look(page);
			}
			return page;
		},
	};
}
