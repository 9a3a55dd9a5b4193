/** Spreads requests over time, for all resources of a client together. */
import {ConfigError} from '../../core/errors.ts';
import type {WaitEvent} from '../events.ts';
import type {Clock} from './clock.ts';
import type {Quota, Turn} from './quota.ts';

export interface RateLimit {
	/** So many requests … */
	readonly requests: number;
	/** … in so many milliseconds. @default 1000 */
	readonly perMs?: number;
	/**
	 * Requests that may go out at once after a rest. In any period, and up to 15 ms more, go out at most
	 * `requests + burst - 1`; with 1 they are evenly spaced. @default 1
	 */
	readonly burst?: number;
}

export interface RateLimiter {
	/**
	 * Resolves when a request goes out. Who comes first goes first; a place that was given up by an abort stays
	 * empty.
	 */
	reserve(options: ReserveOptions): Promise<Turn>;
	/** Nothing goes out for so many milliseconds from now, nor what has a place already. */
	penalize(ms: number): void;
}

export interface ReserveOptions {
	readonly signal: AbortSignal;
	/** Told before each wait, but for the quota: whose limit it is for. */
	onWait?(waitMs: number, limit: WaitEvent['limit']): void;
}

// Timers are late by so much now and then, which must not add up.
const TICK_MS = 2;
// A server that counts the last period at any time may see requests closer together than they went out, by
// some milliseconds: a period is taken to be so much longer, and at most by this share.
const SPARE_MS = 15;
const SPARE_SHARE = 0.015;

/**
 * The generic cell rate algorithm (ITU-T I.371, annex A) by reservation: each request moves the theoretical
 * arrival time of the next one on by an interval, and goes out when its own is at most a burst ahead. The
 * same is asked again of the time when it does go out: after the process or the quota held them up, those
 * that are late do not go all at once. It goes out at a moment at which the quota lets it too, so that
 * neither has to wait for the other after it was asked. Without a limit it only keeps penalties.
 */
export function rateLimiter(
	{requests, perMs = 1000, burst = 1}: RateLimit,
	{now, sleep}: Clock,
	quota: Pick<Quota, 'tooSoonMs' | 'take'>,
): RateLimiter {
	const intervalMs = (perMs + Math.min(SPARE_MS, perMs * SPARE_SHARE)) / requests;
	const aheadMs = intervalMs * (burst - 1);
	let arrivalMs = 0;
	let departureMs = 0;
	let closedUntilMs = 0;
	const tooSoonMs = (): number =>
		Math.ceil(Math.max(closedUntilMs - now(), departureMs - aheadMs - TICK_MS - now(), quota.tooSoonMs()));
	return {
		async reserve({signal, onWait}) {
			for (;;) {
				const at = Math.max(now(), closedUntilMs, arrivalMs - aheadMs);
				arrivalMs = Math.max(arrivalMs, at) + intervalMs;
				const waitMs = Math.ceil(at - now());
				if (waitMs > 0) {
					onWait?.(waitMs, at === closedUntilMs ? 'server' : 'config');
					await sleep(waitMs, signal);
				}
				if (at >= closedUntilMs) break;
			}
			for (let ms = tooSoonMs(); ms > 0; ms = tooSoonMs()) {
				if (closedUntilMs > now()) onWait?.(ms, 'server');
				await sleep(ms, signal);
			}
			departureMs = Math.max(departureMs, now()) + intervalMs;
			return quota.take();
		},
		penalize(ms) {
			if (ms > 0) closedUntilMs = Math.max(closedUntilMs, now() + ms);
		},
	};
}

/** Throws on a limit that makes no sense. */
export function checkRateLimit({requests, perMs = 1, burst = 1}: RateLimit): void {
	for (const [name, value] of Object.entries({requests, perMs})) {
		if (!(value > 0)) throw new ConfigError(`rateLimit.${name} must be a number above 0, got ${value}`);
	}
	if (!Number.isInteger(burst) || burst < 1)
		throw new ConfigError(`rateLimit.burst must be an integer from 1 up, got ${burst}`);
}
