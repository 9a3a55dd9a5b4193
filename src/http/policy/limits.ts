/** What holds requests back: the limit of the config, and the quota that the server states. */
import type {Clock} from './clock.ts';
import {type Quota, quota} from './quota.ts';
import {type RateLimit, type RateLimiter, rateLimiter} from './rate-limit.ts';
import {openSharedClock, shownStore} from './shared/open-clock.ts';
import {sharedLimiter} from './shared/shared-limiter.ts';

/** Several clients of a process may have the same. */
export interface Limits {
	readonly limiter: RateLimiter;
	readonly quota: Pick<Quota, 'told'>;
	/** Releases the connection to a store. */
	close(): Promise<void>;
}

/** `origin` is the key of a shared limit that names none. */
export function limitsOf(rateLimit: RateLimit | undefined, time: Clock, origin: string | undefined): Limits {
	if (rateLimit?.shared !== undefined) {
		const {shared: url, sharedKey: key = origin ?? 'all'} = rateLimit;
		const open = () => openSharedClock({url, key});
		const shared = sharedLimiter(rateLimit, time, {open, shown: shownStore(url)});
		return {limiter: shared, quota: shared, close: () => shared.close()};
	}
	const own = quota(time);
	const unlimited = {requests: Number.POSITIVE_INFINITY};
	return {limiter: rateLimiter(rateLimit ?? unlimited, time, own), quota: own, async close() {}};
}
