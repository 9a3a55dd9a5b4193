/** The time limits of the phases of a request. */
import {ConfigError} from '../../core/errors.ts';
import {Failure, formatMilliseconds} from '../failure.ts';

export interface Timeouts {
	/** The time to connect, TLS included, in milliseconds. @default 10_000 */
	readonly connectMs?: number;
	/** The time from the end of the request to the headers of its response, in milliseconds. @default 60_000 */
	readonly headersMs?: number;
	/** The time between two pieces of a body, in milliseconds. @default 60_000 */
	readonly bodyIdleMs?: number;
	/**
	 * The time for one whole exchange, in milliseconds. It excludes retries, and the time in which the slices
	 * of a huge body wait for the caller. @default 600_000
	 */
	readonly totalMs?: number;
}

/** A timer that can be paused. */
export interface Deadline {
	pause(): void;
	resume(): void;
}

export function withDefaultTimeouts({
	connectMs = 10_000,
	headersMs = 60_000,
	bodyIdleMs = 60_000,
	totalMs = 600_000,
}: Timeouts = {}): Required<Timeouts> {
	const timeouts = {connectMs, headersMs, bodyIdleMs, totalMs};
	for (const [name, ms] of Object.entries(timeouts)) {
		if (!(ms > 0))
			throw new ConfigError(`timeouts.${name} must be a number of milliseconds above 0, got ${ms}`);
	}
	return timeouts;
}

/** Calls `expire` once the timer has run for `totalMs`. A pause at the end stops it for good. */
export function deadline(totalMs: number, expire: (failure: Failure) => void): Deadline {
	// Node fires longer timers at once.
	let leftMs = Math.min(totalMs, 2 ** 31 - 1);
	let startedAt = 0;
	let timer: NodeJS.Timeout | undefined;
	const expired = () =>
		expire(
			new Failure(`timed out: not finished within ${formatMilliseconds(totalMs)} (totalMs)`, {
				code: 'ERR_TIMEOUT',
				retryable: true,
			}),
		);

	function pause(): void {
		if (!timer) return;
		clearTimeout(timer);
		timer = undefined;
		leftMs -= performance.now() - startedAt;
	}

	function resume(): void {
		if (timer) return;
		startedAt = performance.now();
		timer = setTimeout(expired, Math.max(1, leftMs));
	}

	resume();
	return {pause, resume};
}
