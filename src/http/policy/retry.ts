/**
 * Repeats requests: which failures are tried again, and how long to wait. The engine is exponential-backoff,
 * used only here.
 */
import {ConfigError} from '../../core/errors.ts';
import {Failure, formatMilliseconds} from '../failure.ts';
import type {Sleep} from './clock.ts';
import {requestedWaitMs} from './retry-after.ts';

export interface RetryOptions {
	/** The number of tries after the first. 0 switches retries off. @default 3 */
	readonly maxRetries?: number;
	/** The factor from each wait to the next. @default 2 */
	readonly factor?: number;
	/** The first wait, in milliseconds. @default 1000 */
	readonly delayMs?: number;
	/** The longest wait in milliseconds, unless the server asks for more. @default 60_000 */
	readonly maxDelayMs?: number;
	/** Statuses that are tried again, for every method. @default [408, 425, 429, 500, 502, 503, 504] */
	readonly statusCodes?: readonly number[];
	/**
	 * `full` draws each wait between 0 and its length, so that clients do not retry all at the same time.
	 * @default 'full'
	 */
	readonly jitter?: 'full' | 'none';
	/**
	 * The longest wait that a server may ask for, in milliseconds. A longer one is a failure at once. It also
	 * bounds the sum of the waits for one request by a rule `rate_limited`. @default 3_600_000
	 */
	readonly maxRetryAfterMs?: number;
}

/** The default of `maxRetryAfterMs`. */
export const MAX_RETRY_AFTER_MS = 3_600_000;

export interface RetryHooks {
	readonly signal: AbortSignal;
	readonly sleep: Sleep;
	/** Whether the same request would fail again, whatever the options are. @default never */
	readonly isHopeless?: (failure: Failure) => boolean;
	/** Called before each wait. `failures` counts from 1, rate limits included. */
	onRetry(failure: Failure, failures: number, waitMs: number): void;
}

/** Runs tries within one budget of retries. Several runs share it: a body in slices is one run per slice. */
export interface Retrier {
	/** The number of failed tries, rate limits included. */
	failures(): number;
	/** Whether a failure like this one is tried again, as long as tries are left. */
	isWorthwhile(failure: Failure): boolean;
	run<T>(attempt: () => Promise<T>): Promise<T>;
}

export function retrier(options: RetryOptions, hooks: RetryHooks): Retrier {
	const {maxRetries = 3} = options;
	const {signal, sleep, isHopeless = () => false, onRetry} = hooks;
	let failures = 0;
	let limits = 0;
	let limitedMs = 0;

	// exponential-backoff calls this after every failure, the last one included. Its own delay is 0, since it
	// cannot be aborted.
	async function again(error: unknown): Promise<boolean> {
		if (!(error instanceof Failure) || signal.aborted) return false;
		failures++;
		if (failures > maxRetries || isHopeless(error) || !isWorthwhile(error, options)) return false;
		const waitMs = waitBefore(error, failures, options);
		onRetry(error, failures + limits, waitMs);
		await sleep(waitMs, signal);
		return true;
	}

	// A limit that a rule has found is no failure, nor is a response that is not ready. The waits for both do
	// not count as retries, but they have a limit of their own.
	async function rested(error: unknown): Promise<boolean> {
		if (!(error instanceof Failure) || signal.aborted) return false;
		const {limited, isPending = false} = error.details;
		if (!limited && !isPending) return false;
		const {delayMs = 1000, factor = 2, maxDelayMs = 60_000, maxRetryAfterMs = MAX_RETRY_AFTER_MS} = options;
		const step = Math.min(maxDelayMs, delayMs * factor ** limits++);
		const asked = limited?.waitMs || askedFor(error) || (limited?.elseMs ?? 0);
		const waitMs = Math.max(LEAST_REST_MS, step, asked);
		limitedMs += waitMs;
		if (limitedMs > maxRetryAfterMs) {
			throw error.final(
				`${isPending ? 'It' : 'Its rate limit'} needs ${formatMilliseconds(limitedMs)} of waiting by ` +
					'now, longer than retry.max_retry_after (maxRetryAfterMs) allows ' +
					`(${formatMilliseconds(maxRetryAfterMs)})`,
			);
		}
		onRetry(error, failures + limits, waitMs);
		await sleep(waitMs, signal);
		return true;
	}

	async function resting<T>(attempt: () => Promise<T>): Promise<T> {
		for (;;) {
			try {
				return await attempt();
			} catch (error) {
				if (!(await rested(error))) throw error;
			}
		}
	}

	return {
		failures: () => failures + limits,
		isWorthwhile: failure => isWorthwhile(failure, options),
		async run(attempt) {
			// Nearly every request succeeds at once and does not need the engine.
			try {
				return await attempt();
			} catch (error) {
				if (!(await rested(error)) && !(await again(error))) throw error;
			}
			const {backOff} = await import('exponential-backoff');
			return backOff(() => resting(attempt), {
				startingDelay: 0,
				numOfAttempts: Math.max(1, maxRetries + 1 - failures),
				retry: again,
			});
		},
	};
}

const LEAST_REST_MS = 1000;

function isWorthwhile(
	{details}: Failure,
	{statusCodes = [408, 425, 429, 500, 502, 503, 504]}: RetryOptions,
): boolean {
	if (details.isRuled) return details.retryable;
	return (
		details.retryable ||
		(details.status !== undefined && details.code !== 'ERR_DECODE' && statusCodes.includes(details.status))
	);
}

function waitBefore(failure: Failure, failures: number, options: RetryOptions): number {
	const {
		factor = 2,
		delayMs = 1000,
		maxDelayMs = 60_000,
		jitter = 'full',
		maxRetryAfterMs = MAX_RETRY_AFTER_MS,
	} = options;
	const asked = askedFor(failure);
	if (asked > maxRetryAfterMs) {
		throw failure.final(
			`The server asks to wait ${formatMilliseconds(asked)}, longer than retry.max_retry_after ` +
				`(maxRetryAfterMs) allows (${formatMilliseconds(maxRetryAfterMs)}): run again later, or raise it`,
		);
	}
	// A limit that reports its end is trusted once: a wait of our own would only leave some of the quota
	// unused.
	if ((failure.details.status === 429 || failure.details.isRateLimit) && failures === 1 && asked > 0)
		return asked;
	const step = Math.min(maxDelayMs, delayMs * factor ** (failures - 1));
	// Servers send `Retry-After: 0` together with a limit that has not reset yet, so the wait is never shorter
	// than our own step.
	return Math.max(asked, Math.round(jitter === 'full' ? Math.random() * step : step));
}

function askedFor({details: {status = 0, headers = {}}}: Failure): number {
	return requestedWaitMs(status, headers, Date.now());
}

/** Throws a `ConfigError` if options make no sense. */
export function checkRetry({
	maxRetries = 3,
	factor = 2,
	delayMs = 0,
	maxDelayMs = 0,
	maxRetryAfterMs = 0,
	statusCodes = [],
	jitter = 'full',
}: RetryOptions): void {
	if (!Number.isInteger(maxRetries) || maxRetries < 0)
		throw new ConfigError(`retry.maxRetries must be an integer from 0 up, got ${maxRetries}`);
	for (const [name, value] of Object.entries({factor, delayMs, maxDelayMs, maxRetryAfterMs})) {
		if (!(value >= 0)) throw new ConfigError(`retry.${name} must be a number from 0 up, got ${value}`);
	}
	if (!statusCodes.every(Number.isInteger))
		throw new ConfigError(`retry.statusCodes must be a list of integers, got ${statusCodes}`);
	if (jitter !== 'full' && jitter !== 'none')
		throw new ConfigError(`retry.jitter must be 'full' or 'none', got ${jitter}`);
}
