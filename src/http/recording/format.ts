/**
 * What a recording is on disk: a folder with `recording.json`, which lists all exchanges, and `bodies/`, which
 * has the bodies of the answers.
 */

export const VERSION = 1;
export const INDEX = 'recording.json';
/** The index while the recording goes on: a run that was killed leaves this name. */
export const UNFINISHED = 'recording.json.part';
export const BODIES = 'bodies';

/** Stands in the place of each secret. */
export const HIDDEN = '***';

export interface Recording {
	readonly version: typeof VERSION;
	/** ISO time. */
	readonly startedAt: string;
	/** `base_url` of the client, without secrets. */
	readonly baseUrl: string;
	/** In the order in which the requests went out. */
	readonly exchanges: readonly Exchange[];
	/** Why the recording ended before the run did; `null` when it has all of it. */
	readonly cut: string | null;
}

export interface Exchange {
	/** From 1. */
	readonly number: number;
	/** Name of the resource; absent for tokens and logins. */
	readonly resource?: string;
	/** Milliseconds from the start of the recording to the request, and from there to the end of the answer. */
	readonly atMs: number;
	readonly tookMs: number;
	readonly request: RecordedRequest;
	readonly response?: RecordedResponse;
	/** Why no answer came, or no whole one. */
	readonly failure?: RecordedFailure;
}

export interface RecordedRequest {
	readonly method: string;
	readonly url: string;
	readonly headers: Readonly<Record<string, string>>;
	readonly body?: string;
}

export interface RecordedResponse {
	readonly status: number;
	readonly headers: Readonly<Record<string, string>>;
	readonly setCookies?: readonly string[];
	/** Absent for an empty body. */
	readonly body?: RecordedBody;
}

export interface RecordedBody {
	/** Below the folder: `bodies/000001.json`. */
	readonly file?: string;
	readonly bytes?: number;
	/** The content-encoding that was taken off, because a secret had to be removed from the text within. */
	readonly decoded?: string;
	/** Why the body is not here. */
	readonly withheld?: string;
	/** The reader left the rest. */
	readonly isPart?: boolean;
}

export interface RecordedFailure {
	readonly message: string;
	readonly code: string;
	readonly retryable: boolean;
	readonly detail?: string;
	readonly advice?: string;
}
