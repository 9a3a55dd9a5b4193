/**
 * What a run writes to. A part is a file in a local folder first; a target makes a set of parts, and the place
 * after them, real in one step.
 */
import type {JsonValue} from '../core/json/json.ts';
import type {Commit, Part} from './commit.ts';
import type {CommitChange} from './commits/next-commit.ts';

/** What the caller reads of a part: a target that has to copy it copies no more. */
export interface WantedRows {
	/** The columns. @default all */
	readonly columns?: readonly string[];
	/** The most rows, from the beginning. @default all */
	readonly most?: number;
}

/** A range that includes both bounds. */
export interface PartRange {
	readonly least: JsonValue;
	readonly greatest: JsonValue;
}

export interface Target {
	/** Name of the dataset and of its main table. */
	readonly name: string;
	/** Where it is, for messages: `out/contacts`. */
	readonly location: string;
	/** Where all its tables are, for messages: `out`. */
	readonly place: string;
	/** Where the refused rows of a table are, for messages: `out/contacts/_rejects`. */
	rejects(table: string): string;
	/**
	 * Whether it replaces and merges rows by itself, as a database does. The last commit of a run then has
	 * `settle`, and `fetch()` may return a copy of some rows only.
	 */
	readonly settles?: boolean;
	/** The folder around the parts that are being written; none of the folders inside it may be a link. */
	readonly spool: string;
	/**
	 * Tells the parts of this process from those of another one that goes on with the same run: it is a part of
	 * their names. Absent where a lock keeps the other process out.
	 */
	readonly suffix?: string;
	/** The last commit. */
	readonly last: Commit | undefined;
	/** Parts that are missing although the log lists them. */
	readonly missing: readonly Part[];
	/**
	 * Whether a commit failed after it was recorded: it is valid, and the next process that opens the target
	 * finishes it.
	 */
	readonly isHalfWay: boolean;
	/** The path of a part before its commit. */
	stage(path: string): string;
	/** The local path of a part, committed or staged. A target without local files copies the part here. */
	fetch(part: Part, wanted?: WantedRows): Promise<string>;
	/** The ranges of the values in a part by column, as far as the target knows them without reading it. */
	ranges?(part: Part): Promise<ReadonlyMap<string, PartRange>>;
	/**
	 * Runs the work of callers one after the other, so that another resource of the same table changes nothing
	 * in the meantime.
	 */
	exclusively<T>(work: () => Promise<T>): Promise<T>;
	/**
	 * Commits all or nothing, in the order of the calls. When it resolves, the listed parts are durable and
	 * visible. Fails after `close()`.
	 */
	commit(change: CommitChange): Promise<Commit>;
	/**
	 * Finishes the pending calls of `commit()`, and releases the target. Staged parts that were not committed
	 * are removed. After a commit that failed half-way they stay: the next process that opens the target
	 * finishes that commit, if it is in the log.
	 */
	close(): Promise<void>;
}
