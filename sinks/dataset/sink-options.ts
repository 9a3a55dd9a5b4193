/** Options and reports of a sink into a dataset. */
import type {Schema} from '../../src/core/schema/schema.ts';
import type {Counts, Sink} from '../../src/core/stage.ts';
import type {Warn} from '../../src/core/warning.ts';
import type {Part} from '../../src/state/commit.ts';
import type {ResumedRun} from '../../src/state/resume.ts';
import type {Target} from '../../src/state/target.ts';
import type {FileFormat} from '../formats/format.ts';
import type {OnSchemaChange} from './columns/schema-changes.ts';
import type {Partitioner} from './folders/partition.ts';
import type {MergeOptions} from './merge-run.ts';
import type {Again} from './repeated-append.ts';

export interface DatasetSinkOptions {
	/** An open dataset; the code that opened it closes it. */
	readonly dataset: Target;
	readonly run: ResumedRun;
	readonly resource: string;
	/** Folder of the rows, below the root of the dataset. */
	readonly table: string;
	readonly format: FileFormat;
	/** For the disposition `merge`. */
	readonly merge?: MergeOptions;
	readonly partition?: Partitioner;
	/** Columns that the config names, by the key of the config: a column that no row has is an error. */
	readonly roles?: Readonly<Record<string, string>>;
	readonly checkpoint?: CheckpointOptions;
	/** Bytes up to which parts are joined when the run is over. @default 128 MiB */
	readonly partBytes?: number;
	/** The most refused rows of the run; with one more, it fails. @default any number */
	readonly maxRejects?: number;
	/** Called when an append begins with rows that an earlier run has written. May throw. */
	readonly onAgain?: (found: Again) => void;
	/** Whether a replacement without rows may remove all rows. @default false */
	readonly allowEmpty?: boolean;
	/** The columns of the table that are known before its first page. */
	readonly columns?: Schema;
	/**
	 * Whether the next run goes on from here. `false` for a run that was cut short on purpose. @default true
	 */
	readonly keepsState?: boolean;
	/**
	 * Whether the rows of an append become visible with the last commit only, unless the target settles. @default
	 * false
	 */
	readonly isAtOnce?: boolean;
	/**
	 * What happens to the files of earlier runs when a column was added or has another type: they are rewritten
	 * with the last commit, or stay as they are. For formats with types only. @default 'rewrite'
	 */
	readonly onSchemaChange?: OnSchemaChange;
	/** Called with each warning; an error that it throws fails the run. */
	readonly warn?: Warn;
	/** Called after each commit that moves the place of the resource. Must not throw. */
	readonly onCommit?: (commit: CommitReport) => void;
	/** Called with columns that are new or have changed, as in `report.drift`. Must not throw. */
	readonly onDrift?: (changes: readonly string[]) => void;
	/** The object to count in. @default a new object */
	readonly counts?: Partial<Counts>;
}

/**
 * Written rows become durable after one of these, whichever comes first. A run that is killed loses no more
 * than that.
 */
export interface CheckpointOptions {
	/** Rows. @default 1_000_000 */
	readonly rows?: number;
	/** Bytes of files. @default 64 MiB */
	readonly bytes?: number;
	/** Milliseconds. @default 10_000 */
	readonly ms?: number;
}

export interface CommitReport {
	/** The number of the commit in the log of the dataset. */
	readonly version: number;
	/** The number of durable pages of the run. */
	readonly pages: number;
	/** Whether it is the last commit of the run. */
	readonly isLast: boolean;
	/** Files that become visible to readers. */
	readonly files: readonly Pick<Part, 'path' | 'kind' | 'rows' | 'bytes'>[];
}

export interface DatasetReport {
	/** Changes of columns: `contacts.score: bigint → double at page 12`. */
	readonly drift: string[];
	/** Files of earlier commits that got the current columns of their table, by table. */
	readonly rewritten: {readonly table: string; readonly files: number; readonly rows: number}[];
	/**
	 * Whether rows are durable but visible only at the end of the run: their columns differ from those of the
	 * files.
	 */
	isHeld?: boolean;
	/** The number of durable pages of an interrupted run, after which the next one goes on. */
	kept?: number;
	/** The counts of a merge. */
	merge?: {readonly inserted: number; readonly updated: number; readonly deleted: number};
}

export interface DatasetSink extends Sink {
	readonly report: DatasetReport;
}
