/** Notices fields that a step reads and no record has, most likely because of a typing error. */
import type {JsonRecord} from '../../src/core/page.ts';

/** After this many records without a field, it is reported. */
const ENOUGH = 50;
const MOST_NAMES = 12;

/**
 * Called once with a field that none of the first records has. `found`: names of the fields that they have.
 */
export type OnMissing = (field: string, records: number, found: readonly string[]) => void;

export interface FieldWatch {
	/** Notes a record that the step read. */
	saw(record: JsonRecord, isThere: boolean): void;
	/** Notes the end of a page. */
	page(isLast: boolean): void;
}

export function fieldWatch(field: string, onMissing: OnMissing): FieldWatch {
	let isDone = false;
	let records = 0;
	const found = new Set<string>();
	return {
		saw(record, isThere) {
			if (isDone) return;
			isDone = isThere;
			records++;
			for (const name of Object.keys(record)) if (found.size < MOST_NAMES) found.add(name);
		},
		page(isLast) {
			if (isDone || records === 0 || (!isLast && records < ENOUGH)) return;
			isDone = true;
			onMissing(field, records, [...found]);
		},
	};
}
