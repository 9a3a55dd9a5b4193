/** How long each phase of a request may take. */
import {ConfigError} from '../../core/errors.ts';
import {Failure, formatMilliseconds} from '../failure.ts';

export interface Timeouts {
	/** To connect, TLS included, in milliseconds. @default 10_000 */
	readonly connectMs?: number;
	/** From the request sent to the headers of its answer, in milliseconds. @default 60_000 */
	readonly headersMs?: number;
	/** Between two pieces of a body, in milliseconds. @default 60_000 */
	readonly bodyIdleMs?: number;
	/**
	 * For one whole exchange, in milliseconds, without retries and without the time in which nobody takes the
	 * slices of a huge body. @default 600_000
	 */
	readonly totalMs?: number;
}

/** A timer that can stand still. */
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

/** Calls `expire` once `totalMs` have passed while it was running. A pause at the end stops it for good. */
export function deadline(totalMs: number, expire: (failure: Failure) => void): Deadline {
	// A longer timer would fire at once.
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
