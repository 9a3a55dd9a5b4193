/** The share of one process in a rate limit that several processes divide without a store. */
import {ConfigError} from '../../core/errors.ts';
import type {RateLimit} from './rate-limit.ts';

/** The number in `1/8` or `0.125`. */
export function parseShare(text: string): number {
	const [, part = '', whole = '1'] = /^(\d+(?:\.\d+)?)(?:\/(\d+(?:\.\d+)?))?$/.exec(text.trim()) ?? [];
	const share = Number(part) / Number(whole);
	if (part !== '' && share > 0 && share <= 1) return share;
	throw new ConfigError(
		`a share of the rate limit is above 0 and at most 1, such as 1/8; got ${JSON.stringify(text)}`,
	);
}

/**
 * The limit of this process. It has whole requests in each period, so that all shares together stay within
 * the limit, whenever their periods begin; only a share of less than one request has a longer period.
 */
export function sharedOut(limit: RateLimit | undefined, share: number): RateLimit {
	if (!limit) throw new ConfigError('--rate-share divides client.rate_limit, which the config lacks');
	if (limit.shared !== undefined)
		throw new ConfigError(
			'--rate-share and client.rate_limit.shared exclude each other: the store divides the limit',
		);
	const requests = limit.requests * share;
	return {
		...limit,
		requests: requests >= 1 ? Math.floor(requests) : requests,
		burst: Math.max(1, Math.floor((limit.burst ?? 1) * share)),
	};
}
