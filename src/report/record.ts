/** What is kept of a run for its report: figures and short texts, bounded however long the run was. */
import type {Counts} from '../core/stage.ts';

/** The form of records; one of another form is not read. */
export const FORM = 1;

export interface RunRecord {
	readonly form: typeof FORM;
	/** How messages call the config. */
	readonly config: string;
	/** Folder of the datasets. */
	readonly output: string;
	/** ISO 8601, UTC. */
	readonly startedAt: string;
	readonly seconds: number;
	readonly outcome: 'done' | 'failed' | 'broken off';
	/** What broke it off. */
	readonly error?: string;
	readonly resources: Listed<ResourceRecord>;
	readonly timeline: TimelineRecord;
	readonly latency: LatencyRecord;
	/** By status, or `none` where no answer came. */
	readonly statuses: Listed<{readonly status: string; readonly requests: number; readonly bytes: number}>;
	readonly retries: Listed<{
		readonly resource: string;
		readonly reason: string;
		readonly times: number;
		readonly waitMs: number;
	}>;
	readonly waits: Listed<{
		readonly resource: string;
		readonly limit: 'config' | 'server';
		readonly times: number;
		readonly waitMs: number;
	}>;
	readonly drift: Listed<{readonly resource: string; readonly change: string}>;
	readonly warnings: Listed<{readonly resource: string; readonly code: string; readonly message: string}>;
	readonly rejects: Listed<RejectsRecord>;
	readonly files: Listed<FileRecord>;
	/** The resolved config, secrets as `***`; nothing where it is too long. */
	readonly resolved?: unknown;
}

/** The first of a list, and how many there were beyond. */
export interface Listed<T> {
	readonly items: readonly T[];
	readonly more: number;
}

export interface ResourceRecord {
	readonly resource: string;
	readonly state: 'done' | 'failed' | 'broken off' | 'left out' | 'not begun';
	readonly seconds: number;
	readonly counts: Pick<
		Counts,
		'pages' | 'written' | 'duplicates' | 'rejected' | 'requests' | 'retries' | 'bytesRead' | 'bytesWritten'
	>;
	/** Rows that there are by the word of the API. */
	readonly stated?: number;
	readonly merge?: {readonly inserted: number; readonly updated: number; readonly deleted: number};
	readonly error?: string;
}

export interface RejectsRecord {
	readonly resource: string;
	readonly column?: string;
	/** Of the first of them. */
	readonly reason: string;
	readonly rows: number;
	/** Records as JSON, cut. */
	readonly samples: readonly string[];
}

export interface FileRecord {
	readonly resource: string;
	readonly path: string;
	readonly kind: string;
	readonly rows: number;
	readonly bytes: number;
}

/** What happened when: each list has a number for each step of time since the start. */
export interface TimelineRecord {
	readonly stepMs: number;
	readonly series: {readonly [name in TimelineSeries]: readonly number[]};
}

export const timelineSeries = [
	/** Requests that ended, by the class of their status. */
	'ok',
	'redirected',
	'refused',
	'failed',
	'unanswered',
	/** Milliseconds that requests waited: for a limit, and before they were sent again. */
	'limitMs',
	'retryMs',
	/** Rows that came to their datasets. */
	'rows',
] as const;
export type TimelineSeries = (typeof timelineSeries)[number];

/** How long requests took. */
export interface LatencyRecord {
	/** Number of requests by range: `[from, to, requests]` in milliseconds, in order, without empty ones. */
	readonly ranges: readonly (readonly [from: number, to: number, requests: number])[];
	/** Milliseconds; absent without a request. */
	readonly median?: number;
	readonly p90?: number;
	readonly p99?: number;
	readonly longest?: number;
}
