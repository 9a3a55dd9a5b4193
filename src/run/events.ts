/** What a run reports while it works: plain objects without secrets, told apart by `type`. */
import type {DetectedEvent} from '../config/compile/compile.ts';
import type {RunSummary} from '../core/pipeline.ts';
import type {Counts, Reach} from '../core/stage.ts';
import type {Warning} from '../core/warning.ts';
import type {ClientEvent} from '../http/events.ts';
import type {SmallerEvent} from '../resource/walk/shrink-page.ts';

/**
 * Everything that `run()` tells `onEvent`. Requests, retries, waits, tokens, proxies, detected paginators and
 * smaller pages are the events of the client and of resources; the others are in this file.
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

/** Is told of each event as it happens. What it throws ends what the event is about. */
export type OnEvent = (event: RunEvent) => void;

/** The first event. */
export interface RunStartEvent {
	readonly type: 'run-start';
	/** All that are to be read, in the order of the config. */
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

/** This run goes on with an earlier one of the same resources that did not come to its end. */
export interface RunResumeEvent {
	readonly type: 'run-resume';
	/** All resources of this run. */
	readonly resources: readonly string[];
	/** When the first attempt began: ISO 8601, UTC. */
	readonly startedAt: string;
	/** Resources that failed in the last attempt; none when it was interrupted. */
	readonly failed: readonly string[];
}

/** A resource is not read: the run that this one goes on with had finished it. */
export interface ResourceSkipEvent {
	readonly type: 'resource-skip';
	readonly resource: string;
	/** When it was finished: ISO 8601, UTC. */
	readonly finishedAt: string;
}

/** A dataset is open, and its resource will be read. */
export interface ResourceStartEvent {
	readonly type: 'resource-start';
	readonly resource: string;
	/**
	 * `resumed` goes on after the pages of a run that broke off. `restarted` had to give them up: the config has
	 * changed or files are gone; `refreshed` gives up those of a full refresh, as this run is none.
	 */
	readonly start: 'new' | 'resumed' | 'restarted' | 'refreshed';
	/** Pages that earlier attempts have made durable. */
	readonly pages: number;
}

/** Folders of partitions had a name that not all readers take right, and have a new one. */
export interface FoldersRenamedEvent {
	readonly type: 'folders-renamed';
	readonly resource: string;
	/** `country=…` */
	readonly from: string;
	/** `by_country=…` */
	readonly to: string;
}

/** `select` does not name these columns, and they are written: the dataset needs them. */
export interface ColumnsAddedEvent {
	readonly type: 'columns-added';
	readonly resource: string;
	readonly columns: readonly string[];
}

/** Reading begins of resources that depend on one another, all at once; one without relatives is alone. */
export interface GroupStartEvent {
	readonly type: 'group-start';
	readonly resources: readonly string[];
}

/** How far a group is; only with `progressMs`, at the start and then at that interval. */
export interface ProgressEvent {
	readonly type: 'progress';
	readonly resources: readonly string[];
	/** Added up over the group, so far. */
	readonly counts: Counts;
	/** Milliseconds since the group began. */
	readonly elapsedMs: number;
	/** The resources by themselves, those that have ended included. */
	readonly each: readonly ResourceProgress[];
}

export interface ResourceProgress {
	readonly resource: string;
	/** So far: what was requested and read. */
	readonly counts: Counts;
	/** How much there is by the word of the API, where the resource is read in one walk and the API says so. */
	readonly reach?: Reach;
}

/** A page has come to its dataset. It is durable with the next commit of its resource. */
export interface PageEvent {
	readonly type: 'page';
	readonly resource: string;
	/** From 0, over all attempts of a run. */
	readonly page: number;
	readonly rows: number;
	readonly rejected: number;
}

/** Rows of a page were refused. They are written, each with its reason, to `_rejects/` with the next commit. */
export interface RejectionEvent {
	readonly type: 'rejection';
	readonly resource: string;
	readonly page: number;
	readonly rows: number;
	/** Column of the first of them; absent when the row itself was refused. */
	readonly column?: string;
	/** Why the first of them was refused. */
	readonly reason: string;
	/** The first of them as JSON, cut after some hundred characters. */
	readonly sample: string;
}

/** What was written is durable, with the place up to which its resource was read. */
export interface CommitEvent {
	readonly type: 'commit';
	readonly resource: string;
	/** Number of the record in the log of the dataset. */
	readonly version: number;
	/** Pages of the run that are durable. */
	readonly pages: number;
	/** Whether it is the last one of the run: readers see all rows. */
	readonly isLast: boolean;
	/** Files that readers see from now on. */
	readonly files: readonly CommittedFile[];
}

export interface CommittedFile {
	/** From the folder of the datasets. */
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

/** Something that may be wrong; docs/trust.md lists the codes. */
export interface WarningEvent extends Warning {
	readonly type: 'warning';
}

/** What became of a resource that has been read. */
export interface ResourceOutcome {
	readonly resource: string;
	/** Folder of the refused rows, where there are any. */
	readonly rejects?: string;
	/** Of a merge: what became of rows, those of earlier attempts included. */
	readonly merge?: {readonly inserted: number; readonly updated: number; readonly deleted: number};
	/** Columns that are new or have changed: `contacts.score: bigint → double at page 12`. */
	readonly drift: readonly string[];
	/** Files of earlier runs that got the columns of their table. */
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
	/** Pages that are durable: the next run goes on after them. Absent when it begins anew. */
	readonly keptPages?: number;
	/** Whether durable rows are not seen before a run has come to its end, as their columns are new. */
	readonly isHeld?: boolean;
}

/** All resources of a group have ended. */
export interface GroupEndEvent {
	readonly type: 'group-end';
	readonly resources: readonly string[];
}

/** These have failed in several runs in a row. The next run reads all resources again, not only these. */
export interface FailedAgainEvent {
	readonly type: 'failed-again';
	readonly resources: readonly string[];
}

/** The last event. */
export interface RunEndEvent {
	readonly type: 'run-end';
	/** Resources that were read. */
	readonly resources: number;
	readonly failed: number;
}
