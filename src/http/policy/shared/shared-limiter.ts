/** A rate limit that several processes keep together, by a clock in a store that all of them reach. */
import {messageOf} from '../../../core/stage.ts';
import {Failure} from '../../failure.ts';
import type {Clock} from '../clock.ts';
import type {Left, Quota, Turn} from '../quota.ts';
import type {RateLimit, RateLimiter} from '../rate-limit.ts';
import type {Place, SharedClock} from './shared-clock.ts';

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

// The period is this share longer, so that requests that travel for different times do not add up to more than
// the limit in any period.
const SPARE_SHARE = 0.03;
const MOST_SPARE_MS = 50;
// Departures are counted in the period and this share of the spare. So a request that is late by the rest delays
// no later one.
const COUNTED_SHARE = 0.5;
// An answer of the store that was longer on its way is out of date: the process may have been stopped. No timer
// is more punctual than the least.
const LATE_SHARE = 0.5;
const LEAST_LATE_MS = 5;
// Of a larger limit, so many departures are counted, in their share of the period.
const MOST_COUNTED = 256;
// The way to the store is taken from so many answers.
const ANSWERS = 16;
// In a longer period, only a quota without rest holds requests back.
const LONGEST_QUOTA_MS = 2000;

type Told = 'closeFor' | 'postpone';

/**
 * Two checks in a store. The generic cell rate algorithm gives each request a place, at even distances. When
 * its time has come, the store counts the departures of the last period. So a request that is late loses
 * nothing, and in any period no more go out than the limit says. A request that the server does not want any more, or whose place the store has
 * forgotten, reserves another place. A store that cannot be reached fails the request: without it, no process
 * knows what the others send.
 */
export function sharedLimiter(
	{requests, perMs = 1000, burst = 1}: RateLimit,
	{now, sleep}: Clock,
	{open, shown}: SharedLimiterOptions,
): SharedLimiter {
	const spareMs = Math.min(MOST_SPARE_MS, perMs * SPARE_SHARE);
	const intervalMs = (perMs + spareMs) / requests;
	const counted = Math.max(1, Math.min(Math.floor(requests), MOST_COUNTED));
	const most = counted + burst - 1;
	const inMs = ((perMs + spareMs * COUNTED_SHARE) * counted) / requests;
	const lateMs = Math.max(spareMs * LATE_SHARE, LEAST_LATE_MS);
	let opened: Promise<SharedClock> | undefined;
	// What the store has to be told: the end of each of these, by the clock of this process.
	const untold: Record<Told, number> = {closeFor: 0, postpone: 0};
	let telling: Promise<void> = Promise.resolve();
	let sent = 0;
	const tripsMs: number[] = [];

	/** The time to the store and back: without delays, and as a rule. */
	function trip(): {readonly leastMs: number; readonly usualMs: number} {
		const sorted = tripsMs.toSorted((a, b) => a - b);
		return {leastMs: sorted[0] ?? 0, usualMs: sorted[sorted.length >> 1] ?? 0};
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

	function tell(what: Told, ms: number): void {
		untold[what] = Math.max(untold[what], now() + ms);
		opened ??= open();
		// What the store does not get now, it gets before the next request.
		telling = opened.then(tellAll).catch(() => {});
	}

	async function tellAll(clock: SharedClock): Promise<void> {
		for (const what of ['closeFor', 'postpone'] as const) {
			const end = untold[what];
			const restMs = end - now();
			if (restMs > 0) await clock[what](restMs);
			if (untold[what] === end) untold[what] = 0;
		}
	}

	async function departs(place: Place, signal: AbortSignal): Promise<boolean> {
		const {since} = place;
		let unused: number | undefined;
		for (;;) {
			const askedAt = now();
			const leadMs = trip().usualMs;
			const {at, freeAt, closedUntil, ...seen} = await ask(
				clock => clock.depart({most, inMs, leadMs, since, unused}),
				signal,
			);
			tripsMs.push(now() - askedAt);
			if (tripsMs.length > ANSWERS) tripsMs.shift();
			if (seen.since !== since || closedUntil > Math.max(seen.now, place.at)) return false;
			const wayMs = trip().leastMs / 2;
			// The answer was on its way for half of a trip at least, and for the rest of the time at most.
			const restMs = (): number =>
				(at ?? Math.max(freeAt, closedUntil)) - seen.now - (now() - askedAt - wayMs);
			const waitMs = Math.floor(restMs());
			if (waitMs > 0 || at === undefined) await sleep(Math.max(1, waitMs), signal);
			if (at !== undefined && restMs() >= -lateMs) return true;
			unused = at;
		}
	}

	return {
		async reserve({signal, onWait}): Promise<Turn> {
			for (;;) {
				await ask(async clock => {
					await telling;
					await tellAll(clock);
				}, signal);
				// The answer comes back, and then the question goes to the store.
				const leadMs = trip().usualMs;
				const aheadMs = intervalMs * (burst - 1);
				const place = await ask(clock => clock.reserve(intervalMs, aheadMs, leadMs), signal);
				const waitMs = Math.ceil(place.at - place.now - leadMs);
				if (waitMs > 0) {
					// Behind the end of a pause there may be places of other requests.
					const isPause = place.closedUntil - place.now > waitMs / 2;
					onWait?.(waitMs, isPause ? 'server' : 'config');
					await sleep(waitMs, signal);
				}
				if (await departs(place, signal)) return {number: ++sent, at: now()};
			}
		},
		penalize(ms) {
			if (ms > 0) tell('closeFor', ms);
		},
		told(_turn, {remaining, resetMs}: Left) {
			if (resetMs > LONGEST_QUOTA_MS) return false;
			if (remaining < 1) tell('closeFor', resetMs);
			// The request under way beside this one may be counted or not.
			const aheadMs = resetMs - (remaining + 1) * intervalMs;
			if (remaining >= 1 && aheadMs > 0) tell('postpone', aheadMs);
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
