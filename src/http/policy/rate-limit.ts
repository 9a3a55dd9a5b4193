/** Spreads requests over time, for all resources of a client together. */
import {ConfigError} from '../../core/errors.ts';
import type {WaitEvent} from '../events.ts';
import type {Clock} from './clock.ts';
import type {Quota, Turn} from './quota.ts';
import {sharedProblem} from './shared/open-clock.ts';

export interface RateLimit {
	/** The number of requests in `perMs`. */
	readonly requests: number;
	/** The length of the period in milliseconds. @default 1000 */
	readonly perMs?: number;
	/**
	 * Requests that may go out at once after a pause. In any period, and up to 15 ms more, at most
	 * `requests + burst - 1` go out; with 1 they are evenly spaced. @default 1
	 */
	readonly burst?: number;
	/**
	 * The address of a store in which all processes with this limit keep it together: `redis://host`, or
	 * `postgres://user@host/database`. Needs the package ioredis, or pg. A store that cannot be reached for 15
	 * seconds fails the request. @default the limit is that of this client alone
	 */
	readonly shared?: string;
	/** Clients with the same key share one limit. @default the origin of `baseUrl` */
	readonly sharedKey?: string;
}

export interface RateLimiter {
	/**
	 * Resolves when a request goes out. Requests go out in the order of their calls. The place of an aborted
	 * one stays empty.
	 */
	reserve(options: ReserveOptions): Promise<Turn>;
	/** Lets no request go out for this many milliseconds, including those that have a place already. */
	penalize(ms: number): void;
}

export interface ReserveOptions {
	readonly signal: AbortSignal;
	/** Called before each wait, except for a quota, with the origin of the limit. */
	onWait?(waitMs: number, limit: WaitEvent['limit']): void;
}

// Timers can be late by this much, and the delays must not add up.
const TICK_MS = 2;
// A server with a sliding period may see requests closer together than they went out, by some milliseconds.
// The period is extended by that, and at most by this share.
const SPARE_MS = 15;
const SPARE_SHARE = 0.015;

/**
 * The generic cell rate algorithm (ITU-T I.371, annex A) by reservation: each request moves the theoretical
 * arrival time of the next one on by an interval, and goes out when its own is at most a burst ahead. The
 * same check is repeated when the request does go out, so that requests that the process or the quota delayed
 * do not go out all at once. A request goes out at a moment at which the quota allows it too, so that neither
 * limit has to wait for the other afterwards. Without a limit, only penalties apply.
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

/** Throws a `ConfigError` if a limit makes no sense. */
export function checkRateLimit({requests, perMs = 1, burst = 1, shared}: RateLimit): void {
	for (const [name, value] of Object.entries({requests, perMs})) {
		if (!(value > 0)) throw new ConfigError(`rateLimit.${name} must be a number above 0, got ${value}`);
	}
	if (!Number.isInteger(burst) || burst < 1)
		throw new ConfigError(`rateLimit.burst must be an integer from 1 up, got ${burst}`);
	const problem = shared === undefined ? undefined : sharedProblem(shared);
	if (problem !== undefined) throw new ConfigError(`rateLimit.shared: ${problem}`);
}
