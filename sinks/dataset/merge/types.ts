/** What a merge is given, and what comes of it. */
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
	/** The parts that are there, and the new ones in the order of their arrival. */
	readonly base: readonly MergePart[];
	readonly delta: readonly MergePart[];
	/**
	 * Columns whose values together say which row it is. A row without a value in one of them is the same as no
	 * other.
	 */
	readonly key: readonly string[];
	/**
	 * Of new rows with the same key, that with the greatest value here stays; none counts as the least. @default
	 * the last to arrive
	 */
	readonly order?: string | undefined;
	/**
	 * Instead of `order`: which row is the newest, also of those that are there. A new row that is older goes.
	 */
	readonly newest?: Newest | undefined;
	/** A new row with `true` here, or any value in a column of another type, says that its key is gone. */
	readonly hardDelete?: string | undefined;
	readonly format: FileFormat;
	/**
	 * `auto`: JavaScript for up to 100,000 new rows, beyond that DuckDB where `@duckdb/node-api` is installed.
	 * DuckDB takes 256 MB and two threads, and keeps what does not fit in a folder beside the first new part.
	 * @default 'auto'
	 */
	readonly engine?: 'auto' | 'javascript' | 'duckdb' | undefined;
	/**
	 * Different keys among the new rows that JavaScript holds in memory; more are an error. @default 1_000_000
	 */
	readonly mostKeys?: number | undefined;
	readonly signal?: AbortSignal | undefined;
}

export interface MergeCounts {
	/** Keys that had a row and have a new one. */
	updated: number;
	/** New rows whose key had none. */
	inserted: number;
	/** Keys that had a row and have none any more. */
	deleted: number;
	/**
	 * New rows that another new row with the same key replaces, and those that are older than the row that is
	 * there.
	 */
	duplicates: number;
}

export interface Superseded {
	/** By path; parts that keep all their rows are not in it. */
	readonly dropped: ReadonlyMap<string, RowSet>;
	/**
	 * Of the new rows that are dropped, by path: those whose key stays as it was, as the row that is there is
	 * newer.
	 */
	readonly stale: ReadonlyMap<string, RowSet>;
	/**
	 * Of new rows that go for another new one that is not newer: their numbers and that of the other, of the
	 * first thousand.
	 */
	readonly pairs: readonly (readonly [gone: number, kept: number])[];
	readonly counts: Readonly<MergeCounts>;
}

/** At most so many pairs. */
export const MOST_PAIRS = 1000;

/** What to do when a merge is too large for JavaScript. */
export const INSTALL = 'npm install @duckdb/node-api';
