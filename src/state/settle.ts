/** How a target that replaces and merges rows by itself ends a run: a database does it in one transaction. */
import type {JsonRecord} from '../core/page.ts';
import type {Disposition} from './commit.ts';

/** The last commit of a run, for a target that settles. */
export interface Settle {
	/** `replace` removes all rows of the resource first. */
	readonly disposition: Disposition;
	/** The main table of the resource. */
	readonly table: string;
	/** For rows with a key or a merge key; absent where rows are only added. */
	readonly merge?: SettledMerge;
	/** Called with the counts before the commit resolves. */
	readonly onCounts?: (counts: SettledCounts) => void;
}

/** No two of the new rows have the same key. */
export interface SettledMerge {
	/** Columns that identify rows. A row without a value in one of them equals no other. */
	readonly key: readonly string[];
	/** Earlier rows go when their values in these columns come again. */
	readonly mergeKey?: readonly string[];
	/** A new row with true in this column, or any value in a column that is no bool, deletes its key. */
	readonly hardDelete?: string;
	/** An earlier row that is newer stays, and the new one is dropped. */
	readonly newest?: Ranking;
	/** The columns of `key` in the tables of nested lists. */
	readonly parentKey?: readonly string[];
}

/** Decides which of two rows is the newer one. */
export interface Ranking {
	/** The columns that it reads; a table may lack some of them. */
	readonly columns: readonly string[];
	/** A text that is greater for a newer row; `undefined` for a row without the information. */
	rankOf(record: JsonRecord): string | undefined;
}

export interface SettledCounts {
	/** New rows whose key had none. */
	readonly inserted: number;
	/** Keys that had a row and have a new one. */
	readonly updated: number;
	/** Keys that had a row and no longer have one. */
	readonly deleted: number;
	/** New rows that are older than the row that is there. */
	readonly stale: number;
}
