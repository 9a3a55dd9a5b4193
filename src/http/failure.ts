/** The failure of one try of a request, and the error that it becomes once it is final. */
import {DecodeError, RequestError} from '../core/errors.ts';
import {scrub} from '../core/secret.ts';
import {isSpent} from './policy/retry-after.ts';

export interface FailureDetails {
	readonly code: RequestError['code'] | 'ERR_DECODE';
	/** Whether another try may help. For an error status the retry options decide instead. */
	readonly retryable: boolean;
	readonly status?: number;
	/** Headers of the response, if there was one. They may say how long to wait. */
	readonly headers?: Record<string, string>;
	/** The beginning of the body, for rules. */
	readonly text?: string;
	/** A rule set `retryable`, so the status does not decide. */
	readonly isRuled?: boolean;
	/** A rule found that a rate limit is spent. `waitMs` is the wait, if the rule knows it. */
	readonly limited?: {readonly waitMs: number | undefined; readonly elseMs?: number | undefined};
	/** A rate limit under another status, 403. The wait for it is as that for a 429. */
	readonly isRateLimit?: boolean;
	/**
	 * The server is still preparing the response. The wait for it does not count as a retry, as with a rate
	 * limit.
	 */
	readonly isPending?: boolean;
	/** The body is empty or white space. */
	readonly isBlank?: boolean;
	/** What the server sent instead, at most a line. */
	readonly detail?: string;
	/** What a user can do about it: a sentence without its full stop. */
	readonly advice?: string;
	readonly cause?: unknown;
}

/**
 * `message` is the predicate of a sentence whose subject is the request: `answered 503`, `cannot reach …`.
 */
export class Failure extends Error {
	readonly details: FailureDetails;

	constructor(message: string, details: FailureDetails) {
		super(message, {cause: details.cause});
		this.details = details;
	}

	/** The same failure with other advice, and without further tries. */
	final(advice: string): Failure {
		return new Failure(this.message, {...this.details, retryable: false, advice});
	}
}

/** The failure for a body that cannot be read. */
export function decodeFailure(message: string, details: Omit<FailureDetails, 'code'>): Failure {
	return new Failure(message, {...details, code: 'ERR_DECODE'});
}

export interface Told {
	readonly label?: string;
	readonly method: string;
	/** The URL, already redacted. */
	readonly url: string;
	readonly attempts: number;
	readonly elapsedMs: number;
	/** Whether a request for less may help. */
	readonly isTooMuch: boolean;
}

/**
 * The final error, whose message is
 * `contacts: GET https://… answered 503 after 4 attempts in 12.4 s: {"error":"…"}. Advice.`
 */
export function publicError(
	failure: Failure,
	{label, method, url, attempts, elapsedMs, isTooMuch}: Told,
): RequestError | DecodeError {
	const {code, status, text, isRuled, isRateLimit, detail, advice, cause} = failure.details;
	const who = label === undefined ? '' : `${label}: `;
	const effort = attempts > 1 ? ` after ${attempts} attempts in ${(elapsedMs / 1000).toFixed(1)} s` : '';
	const message =
		`${who}${method} ${url} ` +
		`${failure.message}${effort}${detail ? `: ${detail}` : ''}${advice ? `. ${advice}` : ''}`;
	if (code === 'ERR_DECODE') return new DecodeError(message, {cause});
	return new RequestError(message, {
		code,
		method,
		url,
		attempts,
		status,
		body: text,
		isRuled,
		isRateLimit,
		isTooMuch,
		cause,
	});
}

/** The failure for a response with an error status. */
export function statusFailure(
	status: number,
	headers: Record<string, string>,
	text: string,
	advice?: string,
): Failure {
	const isRateLimit = status === 403 && saysRateLimit(headers, text);
	return new Failure(`answered ${status}`, {
		code: 'ERR_HTTP_STATUS',
		retryable: isRateLimit,
		...(isRateLimit && {isRateLimit}),
		status,
		headers,
		text,
		detail: excerpt(text, 200),
		...(isRateLimit ? {advice: RATE_LIMIT_ADVICE} : advice && {advice}),
	});
}

export const RATE_LIMIT_ADVICE =
	'The server limits the rate: send less at once, or raise retry.max_retries (maxRetries)';

// Some servers refuse with 403 where others send 429; a 403 for a lack of rights has none of these signs.
function saysRateLimit(headers: Record<string, string>, text: string): boolean {
	if (headers['retry-after'] !== undefined) return true;
	if (isSpent(headers)) return true;
	return /rate[\s_-]?limit|too[\s_-]?many[\s_-]?requests|quota[\s_-]?exceeded|exceeded.{0,40}quota/i.test(
		text,
	);
}

export function formatMilliseconds(ms: number): string {
	return `${ms < 1000 ? ms / 1000 : Math.round(ms / 100) / 10} s`;
}

/** A text on one line, as a part of a message. */
export function oneLine(text: string): string {
	return text.replace(/\s+/g, ' ').trim();
}

/**
 * The beginning of a text as part of a message. Secrets are removed first: if one were cut in two, its first
 * half would show.
 */
export function excerpt(text: string, length: number): string {
	return oneLine(scrub(text)).slice(0, length);
}
