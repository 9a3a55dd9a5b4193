/**
 * The format of a recording on disk: a folder with `recording.json`, which lists all exchanges, and
 * `bodies/`, which holds the bodies of the responses.
 */

export const VERSION = 1;
export const INDEX = 'recording.json';
/** The name of the index while the recording goes on. A run that was killed leaves this file. */
export const UNFINISHED = 'recording.json.part';
export const BODIES = 'bodies';

/** The text in place of each secret. */
export const HIDDEN = '***';

export interface Recording {
	readonly version: typeof VERSION;
	/** The start, as an ISO time. */
	readonly startedAt: string;
	/** `base_url` of the client, without secrets. */
	readonly baseUrl: string;
	/** The exchanges in the order in which their requests went out. */
	readonly exchanges: readonly Exchange[];
	/** Why the recording ended before the run did; `null` if it is complete. */
	readonly cut: string | null;
}

export interface Exchange {
	/** The number of the exchange, from 1. */
	readonly number: number;
	/** Name of the resource. It is absent for tokens and logins. */
	readonly resource?: string;
	/**
	 * Milliseconds from the start of the recording to the request, and from the request to the end of the
	 * response.
	 */
	readonly atMs: number;
	readonly tookMs: number;
	readonly request: RecordedRequest;
	readonly response?: RecordedResponse;
	/** Why there was no response, or no whole one. */
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
	/** It is absent for an empty body. */
	readonly body?: RecordedBody;
}

export interface RecordedBody {
	/** The path below the folder: `bodies/000001.json`. */
	readonly file?: string;
	readonly bytes?: number;
	/** The content-encoding that was removed, because a secret in the text had to be removed. */
	readonly decoded?: string;
	/** Why the body is not in the recording. */
	readonly withheld?: string;
	/** Whether the reader stopped before the end of the body. */
	readonly isPart?: boolean;
}

export interface RecordedFailure {
	readonly message: string;
	readonly code: string;
	readonly retryable: boolean;
	readonly detail?: string;
	readonly advice?: string;
}
