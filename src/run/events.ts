/** The events of a run: plain objects without secrets, with different `type`s. */
import type {DetectedEvent} from '../config/compile/compile.ts';
import type {RunSummary} from '../core/pipeline.ts';
import type {Counts, Reach} from '../core/stage.ts';
import type {Warning} from '../core/warning.ts';
import type {ClientEvent} from '../http/events.ts';
import type {SmallerEvent} from '../resource/walk/shrink-page.ts';

/**
 * Everything that `run()` reports to `onEvent`. Requests, retries, waits, tokens, proxies, detected
 * paginators and smaller pages are events of the client and of resources; the others are in this file.
 */
export type RunEvent =
	| ClientEvent
	| DetectedEvent
	| SmallerEvent
	| RunStartEvent
	| OutputMovedEvent
	| RunResumeEvent
	| ResourceSkipEvent
	| ResourceStartEvent
	| FoldersRenamedEvent
	| ColumnsAddedEvent
	| GroupStartEvent
	| ProgressEvent
	| PageEvent
	| RejectionEvent
	| CommitEvent
	| DriftEvent
	| WarningEvent
	| ResourceEndEvent
	| GroupEndEvent
	| FailedAgainEvent
	| RunEndEvent;

/** Called with each event as it happens. An error that it throws ends the step of the event. */
export type OnEvent = (event: RunEvent) => void;

/** The first event. */
export interface RunStartEvent {
	readonly type: 'run-start';
	/** All resources to read, in the order of the config. */
	readonly resources: readonly string[];
}

/** `output.path` leads to a folder without datasets, and the same path in the current folder has some. */
export interface OutputMovedEvent {
	readonly type: 'output-moved';
	/** The config file. */
	readonly config: string;
	/** Folder that this run writes to. */
	readonly path: string;
	/** Folder with the datasets of earlier runs. */
	readonly earlier: string;
}

/** This run continues an unfinished run of the same resources. */
export interface RunResumeEvent {
	readonly type: 'run-resume';
	/** All resources of this run. */
	readonly resources: readonly string[];
	/** The start of the first attempt: ISO 8601, UTC. */
	readonly startedAt: string;
	/** Resources that failed in the last attempt; none when it was interrupted. */
	readonly failed: readonly string[];
}

/** A resource is skipped: the run that this one continues had finished it. */
export interface ResourceSkipEvent {
	readonly type: 'resource-skip';
	readonly resource: string;
	/** The time when it was finished: ISO 8601, UTC. */
	readonly finishedAt: string;
}

/** A dataset is open, and its resource will be read. */
export interface ResourceStartEvent {
	readonly type: 'resource-start';
	readonly resource: string;
	/**
	 * `resumed` goes on after the pages of an interrupted run. `restarted` had to discard them: the config has
	 * changed or files are gone; `refreshed` discards those of a full refresh, as this run is none.
	 */
	readonly start: 'new' | 'resumed' | 'restarted' | 'refreshed';
	/** Durable pages of earlier attempts. */
	readonly pages: number;
}

/** Folders of partitions had names that not all readers understand, and were renamed. */
export interface FoldersRenamedEvent {
	readonly type: 'folders-renamed';
	readonly resource: string;
	/** `country=…` */
	readonly from: string;
	/** `by_country=…` */
	readonly to: string;
}

/** `select` does not name these columns, but they are written, as the dataset needs them. */
export interface ColumnsAddedEvent {
	readonly type: 'columns-added';
	readonly resource: string;
	readonly columns: readonly string[];
}

/**
 * The start of a group: resources that depend on one another are read at the same time; one without relatives
 * is alone.
 */
export interface GroupStartEvent {
	readonly type: 'group-start';
	readonly resources: readonly string[];
}

/** The progress of a group; only with `progressMs`, at the start and then at that interval. */
export interface ProgressEvent {
	readonly type: 'progress';
	readonly resources: readonly string[];
	/** The sum over the group so far. */
	readonly counts: Counts;
	/** Milliseconds since the group began. */
	readonly elapsedMs: number;
	/** Each resource on its own, including those that have ended. */
	readonly each: readonly ResourceProgress[];
}

export interface ResourceProgress {
	readonly resource: string;
	/** Counts of requests and rows so far. */
	readonly counts: Counts;
	/** The total that the API stated, where the resource is read in one walk and the API states one. */
	readonly reach?: Reach;
}

/** A page has come to its dataset. It becomes durable with the next commit of its resource. */
export interface PageEvent {
	readonly type: 'page';
	readonly resource: string;
	/** The number of the page, from 0, in all attempts of a run. */
	readonly page: number;
	readonly rows: number;
	readonly rejected: number;
}

/**
 * Rows of a page were refused. They are written, each with its reason, to `_rejects/` with the next commit.
 */
export interface RejectionEvent {
	readonly type: 'rejection';
	readonly resource: string;
	readonly page: number;
	readonly rows: number;
	/** Column of the first of them; absent when the row itself was refused. */
	readonly column?: string;
	/** Why the first of them was refused. */
	readonly reason: string;
	/** The first of them as JSON, cut after a few hundred characters. */
	readonly sample: string;
}

/** Written rows are durable, with the place up to which their resource was read. */
export interface CommitEvent {
	readonly type: 'commit';
	readonly resource: string;
	/** The number of the commit in the log of the dataset. */
	readonly version: number;
	/** Durable pages of the run. */
	readonly pages: number;
	/** Whether it is the last commit of the run: readers see all rows. */
	readonly isLast: boolean;
	/** Files that become visible to readers. */
	readonly files: readonly CommittedFile[];
}

export interface CommittedFile {
	/** Path from the folder of the datasets. */
	readonly path: string;
	/** Refused rows have files of their own: `rejects`. */
	readonly kind: 'rows' | 'rejects' | 'owners';
	readonly rows: number;
	readonly bytes: number;
}

/** A column of a table is new or has changed. */
export interface DriftEvent {
	readonly type: 'drift';
	readonly resource: string;
	/** `contacts.score: bigint → double at page 12` */
	readonly change: string;
}

/** Something that may be wrong; docs/reference/trust.md lists the codes. */
export interface WarningEvent extends Warning {
	readonly type: 'warning';
}

/** The outcome of a resource that was read. */
export interface ResourceOutcome {
	readonly resource: string;
	/** Folder of the refused rows, if there are any. */
	readonly rejects?: string;
	/** The counts of a merge, including those of earlier attempts. */
	readonly merge?: {readonly inserted: number; readonly updated: number; readonly deleted: number};
	/** Columns that are new or have changed: `contacts.score: bigint → double at page 12`. */
	readonly drift: readonly string[];
	/** Files of earlier runs that got the current columns of their table. */
	readonly rewritten: readonly {readonly table: string; readonly files: number; readonly rows: number}[];
}

/** A resource was read to its end, or has failed. */
export type ResourceEndEvent = ResourceDoneEvent | ResourceFailedEvent;

export interface ResourceDoneEvent extends ResourceOutcome {
	readonly type: 'resource-end';
	readonly ok: true;
	readonly summary: RunSummary;
}

export interface ResourceFailedEvent {
	readonly type: 'resource-end';
	readonly ok: false;
	readonly resource: string;
	readonly error: unknown;
	/** Durable pages, after which the next run goes on. Absent when it begins anew. */
	readonly keptPages?: number;
	/** Whether durable rows become visible only at the end of a run, as their columns are new. */
	readonly isHeld?: boolean;
}

/** All resources of a group have ended. */
export interface GroupEndEvent {
	readonly type: 'group-end';
	readonly resources: readonly string[];
}

/**
 * These resources have failed in several consecutive runs. The next run reads all resources again, not only
 * these.
 */
export interface FailedAgainEvent {
	readonly type: 'failed-again';
	readonly resources: readonly string[];
}

/** The last event. */
export interface RunEndEvent {
	readonly type: 'run-end';
	/** The number of resources that were read. */
	readonly resources: number;
	readonly failed: number;
}
