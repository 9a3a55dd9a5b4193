/** A rate limit that several processes keep together, by a clock in a store that all of them reach. */
import {messageOf} from '../../../core/stage.ts';
import {Failure} from '../../failure.ts';
import type {Clock} from '../clock.ts';
import type {Left, Quota, Turn} from '../quota.ts';
import type {RateLimit, RateLimiter} from '../rate-limit.ts';
import type {Moment, SharedClock} from './shared-clock.ts';

export interface SharedLimiter extends RateLimiter, Pick<Quota, 'told'> {
	/** Releases the connection to the store. */
	close(): Promise<void>;
}

export interface SharedLimiterOptions {
	/** Called for the first request. */
	open(): Promise<SharedClock>;
	/** The store, for messages. */
	readonly shown: string;
}

// The period is this share longer, so that late requests do not add up to more than the limit in any period.
const SPARE_SHARE = 0.03;
const MOST_SPARE_MS = 50;
// A request that is later than this has lost its place, and reserves another one. It is less than the spare:
// the rest is for the way to the server.
const LATE_SHARE = 0.6;
// In a longer period, only a quota without rest holds requests back.
const LONGEST_QUOTA_MS = 2000;

/**
 * The generic cell rate algorithm by reservation, as in `rateLimiter()`, with its time in a store. When the
 * wait for a place is over, the clock is read again: a request that is late, or that the server does not want
 * any more, reserves another place. A store that cannot be reached fails the request: without it, no process
 * knows what the others send.
 */
export function sharedLimiter(
	{requests, perMs = 1000, burst = 1}: RateLimit,
	{now, sleep}: Clock,
	{open, shown}: SharedLimiterOptions,
): SharedLimiter {
	const spareMs = Math.min(MOST_SPARE_MS, perMs * SPARE_SHARE);
	const intervalMs = (perMs + spareMs) / requests;
	const lateMs = spareMs * LATE_SHARE;
	let opened: Promise<SharedClock> | undefined;
	// What this process has told the store. The next request waits for it.
	let told: Promise<unknown> = Promise.resolve();
	let sent = 0;

	async function ask<T>(step: (clock: SharedClock) => Promise<T>, signal: AbortSignal): Promise<T> {
		try {
			opened ??= open();
			return await unlessAborted(opened.then(step), signal);
		} catch (error) {
			signal.throwIfAborted();
			throw unreachable(error, shown);
		}
	}

	function tell(step: (clock: SharedClock) => Promise<void>): void {
		opened ??= open();
		const mine = opened.then(step);
		told = Promise.all([told, mine]);
		// It is met by the next request.
		told.catch(() => {});
	}

	async function isInTime(at: number, signal: AbortSignal): Promise<boolean> {
		const askedAt = now();
		const seen: Moment = await ask(clock => clock.look(), signal);
		// The process may have been stopped while the answer was on its way back, which is about half of the time.
		const lateBy = Math.max(seen.now - at, 0) + (now() - askedAt) / 2;
		return seen.closedUntil <= seen.now && lateBy <= lateMs;
	}

	return {
		async reserve({signal, onWait}): Promise<Turn> {
			for (;;) {
				await ask(() => told, signal);
				const place = await ask(clock => clock.reserve(intervalMs, intervalMs * (burst - 1)), signal);
				const waitMs = Math.ceil(place.at - place.now);
				if (waitMs > 0) {
					onWait?.(waitMs, place.at - place.closedUntil < 1 ? 'server' : 'config');
					await sleep(waitMs, signal);
				}
				if (await isInTime(place.at, signal)) return {number: ++sent, at: now()};
			}
		},
		penalize(ms) {
			if (ms > 0) tell(clock => clock.closeFor(ms));
		},
		told(_turn, {remaining, resetMs}: Left) {
			if (resetMs > LONGEST_QUOTA_MS) return false;
			if (remaining < 1) tell(clock => clock.closeFor(resetMs));
			// The request under way beside this one may be counted or not.
			const aheadMs = resetMs - (remaining + 1) * intervalMs;
			if (remaining >= 1 && aheadMs > 0) tell(clock => clock.postpone(aheadMs));
			return true;
		},
		async close() {
			const clock = await opened?.catch(() => undefined);
			await clock?.close();
		},
	};
}

function unreachable(error: unknown, shown: string): unknown {
	if (!(error instanceof Error) || error.name === 'ConfigError') return error;
	return new Failure(`was not sent: the shared rate limit in ${shown} cannot be kept: ${messageOf(error)}`, {
		code: 'ERR_NETWORK',
		retryable: false,
		cause: error,
		advice:
			'Check that the store runs and that this machine reaches it, or leave out client.rate_limit.shared',
	});
}

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
	return new Promise((resolve, reject) => {
		const leave = new AbortController();
		signal.addEventListener('abort', () => reject(signal.reason), {once: true, signal: leave.signal});
		if (signal.aborted) reject(signal.reason);
		work.then(resolve, reject).finally(() => leave.abort());
	});
}
