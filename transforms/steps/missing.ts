/** Fields that a step reads, and that no record has: most likely a slip of the pen. */
import type {JsonRecord} from '../../src/core/page.ts';

/** So many records without a field are enough to say so. */
const ENOUGH = 50;
const MOST_NAMES = 12;

/** Is told once of a field that none of the first records has. `found`: names of those that they have. */
export type OnMissing = (field: string, records: number, found: readonly string[]) => void;

export interface FieldWatch {
	/** A record was looked at. */
	saw(record: JsonRecord, isThere: boolean): void;
	/** All records of a page were. */
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
