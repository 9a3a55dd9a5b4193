/** How long a server asks to be left alone: `Retry-After`, and the many spellings of rate limit headers. */

import type {Left} from './quota.ts';

type Headers = Readonly<Record<string, string>>;

/**
 * Milliseconds that an answer asks to wait before the next request; 0 when it asks for nothing, or for something in the past.
 * `Retry-After` of an error goes first. When a limit resets counts where none of it remains, or where a 429 or 503 does not say.
 */
export function requestedWaitMs(status: number, headers: Headers, nowMs: number): number {
	const waitMs = status < 400 ? 0 : delayMs(headers['retry-after'], serverTimeMs(headers, nowMs));
	if (waitMs > 0) return waitMs;
	const limit = limitOf(headers, nowMs);
	const counts = limit.remaining === undefined ? status === 429 || status === 503 : limit.remaining <= 0;
	return counts ? limit.resetMs : 0;
}

/** How many requests remain until when, where an answer says both. */
export function remainingOf(headers: Headers, nowMs: number): Left | undefined {
	const {remaining, resetMs, limit = 0} = limitOf(headers, nowMs);
	if (remaining === undefined || !(remaining >= 0) || !(resetMs > 0)) return undefined;
	return {remaining: Math.floor(remaining), resetMs, ...(limit > 0 && {limit})};
}

function limitOf(headers: Headers, nowMs: number): Limit {
	return combined(headers) ?? separate(headers, nowMs);
}

// 10^9 seconds are 31 years as a delay and September 2001 as a time; 10^11 milliseconds are March 1973.
const EPOCH_SECONDS = 1e9;
const EPOCH_MS = 1e11;

/**
 * A text that is a delay in seconds (decimals occur) or a time, as a delay from `nowMs` on. Numbers from 10^11 up are
 * milliseconds since 1970, from 10^9 up seconds since 1970, smaller ones a delay; else it is a date of HTTP or ISO 8601.
 */
export function delayMs(value: string | undefined, nowMs: number): number {
	if (value === undefined) return 0;
	const text = value.trim();
	// `Date.parse` alone would read `2` as a month.
	if (!/^[+-]?\d+(\.\d+)?$/.test(text)) {
		const at = /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN;
		return Number.isNaN(at) ? 0 : Math.max(0, at - nowMs);
	}
	const number = Number(text);
	if (number >= EPOCH_MS) return Math.max(0, number - nowMs);
	return Math.max(0, number >= EPOCH_SECONDS ? number * 1000 - nowMs : number * 1000);
}

/** What time it is for the server, so that a clock that is wrong on either side does no harm. A cached answer is older by its `Age`. */
export function serverTimeMs({date, age}: Headers, nowMs: number): number {
	const at = date === undefined ? Number.NaN : Date.parse(date);
	return Number.isNaN(at) ? nowMs : at + Math.max(0, Number(age) || 0) * 1000;
}

interface Limit {
	readonly remaining: number | undefined;
	readonly resetMs: number;
	readonly limit?: number;
}

// `limit=100, remaining=0, reset=50` of the IETF draft 7, `"burst";r=0;t=1, "day";r=90;t=4000` from 8 on.
function combined({ratelimit}: Headers): Limit | undefined {
	if (ratelimit === undefined) return undefined;
	const policies = (ratelimit.includes(';') ? ratelimit.split(',') : [ratelimit]).map(policy => ({
		remaining: Number(/\b(?:remaining|r)\s*=\s*(\d+)/.exec(policy)?.[1]),
		resetMs: 1000 * Number(/\b(?:reset|t)\s*=\s*(\d+)/.exec(policy)?.[1] ?? 0),
		limit: Number(/\blimit\s*=\s*(\d+)/.exec(policy)?.[1] ?? 0),
	}));
	// Of several, the one that leaves least; of those that leave as little, the one that does so longest.
	const [least] = policies
		.filter(({remaining}) => !Number.isNaN(remaining))
		.sort((a, b) => a.remaining - b.remaining || b.resetMs - a.resetMs);
	return least ?? {remaining: undefined, resetMs: 0};
}

const prefixes = ['ratelimit', 'x-ratelimit', 'x-rate-limit'];

function separate(headers: Headers, nowMs: number): Limit {
	for (const prefix of prefixes) {
		const after = headers[`${prefix}-reset-after`];
		const reset = after ?? headers[`${prefix}-reset`];
		if (reset === undefined) continue;
		const remaining = headers[`${prefix}-remaining`];
		return {
			remaining: remaining === undefined || remaining.trim() === '' ? undefined : Number(remaining),
			resetMs: delayMs(reset, serverTimeMs(headers, nowMs)),
			// Some name their policies after it: `60, 60;w=1`.
			limit: Number.parseInt(headers[`${prefix}-limit`] ?? '', 10),
		};
	}
	return {remaining: undefined, resetMs: 0};
}
