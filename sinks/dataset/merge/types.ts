/** The input and the result of a merge. */
import type {Schema} from '../../../src/core/schema/schema.ts';
import type {FileFormat} from '../../formats/format.ts';
import type {RowSet} from '../../formats/row-set.ts';
import type {Newest} from './newest.ts';

export interface MergePart {
	readonly path: string;
	readonly rows: number;
	readonly schema: Schema;
}

export interface SupersedeOptions {
	/** The earlier parts, and the new ones in the order of their arrival. */
	readonly base: readonly MergePart[];
	readonly delta: readonly MergePart[];
	/** Columns whose values together identify a row. A row without a value in one of them equals no other. */
	readonly key: readonly string[];
	/**
	 * Of new rows with the same key, the one with the greatest value here stays; a missing value counts as the
	 * least. @default the last to arrive
	 */
	readonly order?: string | undefined;
	/**
	 * Instead of `order`: decides which row is the newest, among the earlier rows, too. A new row that is older
	 * is dropped.
	 */
	readonly newest?: Newest | undefined;
	/** A new row with `true` here, or any value in a column of another type, deletes its key. */
	readonly hardDelete?: string | undefined;
	readonly format: FileFormat;
	/**
	 * `auto`: JavaScript for up to 100,000 new rows, and above that DuckDB if `@duckdb/node-api` is installed.
	 * DuckDB uses 256 MB and two threads, and writes what does not fit to a folder beside the first new part.
	 * @default 'auto'
	 */
	readonly engine?: 'auto' | 'javascript' | 'duckdb' | undefined;
	/**
	 * The most different keys of new rows that JavaScript holds in memory; more are an error. @default
	 * 1_000_000
	 */
	readonly mostKeys?: number | undefined;
	readonly signal?: AbortSignal | undefined;
}

export interface MergeCounts {
	/** Keys that had a row and have a new one. */
	updated: number;
	/** New rows whose key had none. */
	inserted: number;
	/** Keys that had a row and no longer have one. */
	deleted: number;
	/**
	 * New rows that another new row with the same key replaces, and new rows that are older than the earlier
	 * row.
	 */
	duplicates: number;
}

export interface Superseded {
	/** Dropped rows by path; parts that keep all their rows are not in it. */
	readonly dropped: ReadonlyMap<string, RowSet>;
	/** Dropped new rows whose key stays as it was, as the earlier row is newer, by path. */
	readonly stale: ReadonlyMap<string, RowSet>;
	/**
	 * New rows that are dropped for another new row that is not newer: the numbers of both, for the first
	 * thousand.
	 */
	readonly pairs: readonly (readonly [gone: number, kept: number])[];
	readonly counts: Readonly<MergeCounts>;
}

/** The most pairs. */
export const MOST_PAIRS = 1000;

/** The advice when a merge is too large for JavaScript. */
export const INSTALL = 'npm install @duckdb/node-api';
