/** What a sink into a dataset is told, and what it reports. */
import type {Schema} from '../../src/core/schema/schema.ts';
import type {Counts, Sink} from '../../src/core/stage.ts';
import type {Warn} from '../../src/core/warning.ts';
import type {Part} from '../../src/state/commit.ts';
import type {Dataset} from '../../src/state/dataset.ts';
import type {ResumedRun} from '../../src/state/resume.ts';
import type {FileFormat} from '../formats/format.ts';
import type {MergeOptions} from './merge-run.ts';
import type {Partitioner} from './partition.ts';
import type {Again} from './repeated-append.ts';
import type {OnSchemaChange} from './schema-changes.ts';

export interface DatasetSinkOptions {
	/** Open; whoever opened it closes it. */
	readonly dataset: Dataset;
	readonly run: ResumedRun;
	readonly resource: string;
	/** Folder of the rows, below the dataset's root. */
	readonly table: string;
	readonly format: FileFormat;
	/** For the disposition `merge`. */
	readonly merge?: MergeOptions;
	readonly partition?: Partitioner;
	/** Columns that the config names, by the key that does: one that no row has is an error. */
	readonly roles?: Readonly<Record<string, string>>;
	readonly checkpoint?: CheckpointOptions;
	/** Bytes that parts are joined up to when the run is over. @default 128 MiB */
	readonly partBytes?: number;
	/** Refused rows of the run beyond which it fails. @default any number */
	readonly maxRejects?: number;
	/** Told when an append begins with rows that an earlier run has brought. May throw. */
	readonly onAgain?: (found: Again) => void;
	/** Whether a replacement without rows may take the place of rows. @default false */
	readonly allowEmpty?: boolean;
	/** The columns of the table that are known before its first page. */
	readonly columns?: Schema;
	/** Whether the next run goes on from here. `false` for a run that was cut short on purpose. @default true */
	readonly keepsState?: boolean;
	/**
	 * What becomes of the files of earlier runs when a column was added or has another type: they are rewritten
	 * with the last commit, or stay as they are. Only of formats with types. @default 'rewrite'
	 */
	readonly onSchemaChange?: OnSchemaChange;
	/** Is told of what may be wrong; it may throw, which fails the run. */
	readonly warn?: Warn;
	/** Is told of each commit that moves the place of the resource. Must not throw. */
	readonly onCommit?: (commit: CommitReport) => void;
	/** Is told of columns that are new or have changed, as `report.drift` has them. Must not throw. */
	readonly onDrift?: (changes: readonly string[]) => void;
	/** Where it counts. @default an object of its own */
	readonly counts?: Partial<Counts>;
}

/**
 * What is written becomes durable after so much of it; whatever comes first. A run that dies loses no more
 * than that.
 */
export interface CheckpointOptions {
	/** @default 1_000_000 */
	readonly rows?: number;
	/** Bytes of files. @default 64 MiB */
	readonly bytes?: number;
	/** @default 10_000 */
	readonly ms?: number;
}

export interface CommitReport {
	/** Number of the record in the log of the dataset. */
	readonly version: number;
	/** Pages of the run that are durable. */
	readonly pages: number;
	/** Whether the run has come to its end with it. */
	readonly isLast: boolean;
	/** Files that readers see from now on. */
	readonly files: readonly Pick<Part, 'path' | 'kind' | 'rows' | 'bytes'>[];
}

export interface DatasetReport {
	/** What became of columns: `contacts.score: bigint → double at page 12`. */
	readonly drift: string[];
	/** Files of earlier commits that got the columns of their table, by table. */
	readonly rewritten: {readonly table: string; readonly files: number; readonly rows: number}[];
	/**
	 * Whether rows are durable, and seen only when a run has come to its end: their columns are not those of the
	 * files.
	 */
	isHeld?: boolean;
	/** Of a run that broke off: pages that are durable, from which the next one goes on. */
	kept?: number;
	/** Of a merge: what became of rows. */
	merge?: {readonly inserted: number; readonly updated: number; readonly deleted: number};
}

export interface DatasetSink extends Sink {
	readonly report: DatasetReport;
}
