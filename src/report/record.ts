/** The data about a run for its report: figures and short texts, limited however long the run was. */
import type {Counts} from '../core/stage.ts';

/** The version of the record format; records of another version are not read. */
export const FORM = 1;

export interface RunRecord {
	readonly form: typeof FORM;
	/** The name of the config in messages. */
	readonly config: string;
	/** Folder of the datasets. */
	readonly output: string;
	/** ISO 8601, UTC. */
	readonly startedAt: string;
	readonly seconds: number;
	readonly outcome: 'done' | 'failed' | 'broken off';
	/** The error that interrupted the run. */
	readonly error?: string;
	readonly resources: Listed<ResourceRecord>;
	readonly timeline: TimelineRecord;
	readonly latency: LatencyRecord;
	/** What the run cost its API: requests, and the seconds that they took together. Older records lack it. */
	readonly cost?: {readonly requests: number; readonly seconds: number};
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
	/** The resolved config, secrets as `***`; absent where it is too long. */
	readonly resolved?: unknown;
}

/** The first items of a list, and the number of further ones. */
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
	/** The number of rows that the API stated. */
	readonly stated?: number;
	readonly merge?: {readonly inserted: number; readonly updated: number; readonly deleted: number};
	readonly error?: string;
}

export interface RejectsRecord {
	readonly resource: string;
	readonly column?: string;
	/** The reason of the first of them. */
	readonly reason: string;
	readonly rows: number;
	/** Records as JSON, cut to a length. */
	readonly samples: readonly string[];
}

export interface FileRecord {
	readonly resource: string;
	readonly path: string;
	readonly kind: string;
	readonly rows: number;
	readonly bytes: number;
}

/** Figures over time: each list has a number for each time step since the start. */
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

/** The durations of requests. */
export interface LatencyRecord {
	/** Number of requests by range: `[from, to, requests]` in milliseconds, in order, without empty ones. */
	readonly ranges: readonly (readonly [from: number, to: number, requests: number])[];
	/** Milliseconds; absent without a request. */
	readonly median?: number;
	readonly p90?: number;
	readonly p99?: number;
	readonly longest?: number;
}
