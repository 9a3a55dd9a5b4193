/** A rate limit that several processes keep together, by a clock in a store that all of them reach. */
import {messageOf} from '../../../core/stage.ts';
import {Failure} from '../../failure.ts';
import type {Clock} from '../clock.ts';
import type {Left, Quota, Turn} from '../quota.ts';
import type {RateLimit, RateLimiter} from '../rate-limit.ts';
import type {Moment, Place, SharedClock} from './shared-clock.ts';

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
// No timer is more punctual than that.
const LEAST_LATE_MS = 5;
// The way to the store is taken from so many answers.
const ANSWERS = 16;
// In a longer period, only a quota without rest holds requests back.
const LONGEST_QUOTA_MS = 2000;

/**
 * The generic cell rate algorithm by reservation, as in `rateLimiter()`, with its time in a store. When the
 * wait for a place is almost over, the clock is read again: a request that is late, that the server does not
 * want any more, or whose place the store has forgotten, reserves another place. A store that cannot be reached fails the request: without it, no process
 * knows what the others send.
 */
export function sharedLimiter(
	{requests, perMs = 1000, burst = 1}: RateLimit,
	{now, sleep}: Clock,
	{open, shown}: SharedLimiterOptions,
): SharedLimiter {
	const spareMs = Math.min(MOST_SPARE_MS, perMs * SPARE_SHARE);
	const intervalMs = (perMs + spareMs) / requests;
	const lateMs = Math.max(spareMs * LATE_SHARE, LEAST_LATE_MS);
	let opened: Promise<SharedClock> | undefined;
	// What this process has told the store. The next request waits for it.
	let told: Promise<unknown> = Promise.resolve();
	let sent = 0;
	const tripsMs: number[] = [];

	/** The time to the store and back, without delays. */
	function tripMs(): number {
		return tripsMs.length === 0 ? 0 : Math.min(...tripsMs);
	}

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

	// Looks again, and waits for the place. The answer was on its way for half of a trip at least, and for the
	// rest of the time at most: the process may have been stopped meanwhile.
	async function isInTime({at, since}: Place, signal: AbortSignal): Promise<boolean> {
		for (;;) {
			const askedAt = now();
			const seen: Moment = await ask(clock => clock.look(), signal);
			tripsMs.push(now() - askedAt);
			if (tripsMs.length > ANSWERS) tripsMs.shift();
			if (seen.since !== since || seen.closedUntil > Math.max(seen.now, at)) return false;
			const wayMs = tripMs() / 2;
			const waitMs = Math.ceil(at - seen.now - wayMs);
			if (waitMs > 0) await sleep(waitMs, signal);
			// After a long wait, only the store knows the time, and what has happened meanwhile.
			if (waitMs > lateMs + tripMs() * 2) continue;
			return seen.now + (now() - askedAt) - wayMs - at <= lateMs;
		}
	}

	return {
		async reserve({signal, onWait}): Promise<Turn> {
			for (;;) {
				await ask(() => told, signal);
				// The answer comes back, and then the look goes to the store and back.
				const leadMs = tripMs() * 1.5;
				const aheadMs = intervalMs * (burst - 1);
				const place = await ask(clock => clock.reserve(intervalMs, aheadMs, leadMs), signal);
				const waitMs = Math.ceil(place.at - place.now - leadMs);
				if (waitMs > 0) {
					// Behind the end of a pause there may be places of other requests.
					const isPause = place.closedUntil - place.now > waitMs / 2;
					onWait?.(waitMs, isPause ? 'server' : 'config');
					await sleep(waitMs, signal);
				}
				if (await isInTime(place, signal)) return {number: ++sent, at: now()};
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
