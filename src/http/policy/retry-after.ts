/** The wait that a server asks for: `Retry-After`, and the many spellings of rate limit headers. */

import {memoize} from '../../core/remembered.ts';
import {delayMs, headerValues, httpTimeMs} from './delay.ts';
import type {Left} from './quota.ts';

type Headers = Readonly<Record<string, string>>;

/**
 * Milliseconds that a response asks to wait before the next request; 0 if it asks for none, or for a time in
 * the past. `Retry-After` of an error takes precedence. The reset of a limit counts if nothing of the limit
 * remains, or if a 429 or 503 does not report the rest. Of several such limits, the last reset counts.
 */
export function requestedWaitMs(status: number, headers: Headers, nowMs: number): number {
	const waitMs = status < 400 ? 0 : retryAfterMs(headers, nowMs);
	if (waitMs > 0) return waitMs;
	const isSilent = status === 429 || status === 503;
	const met = limitsOf(headers, nowMs).filter(({remaining}) =>
		remaining === undefined ? isSilent : remaining <= 0,
	);
	return Math.max(0, ...met.map(({resetMs}) => resetMs));
}

// Some servers also send milliseconds, which are more exact.
function retryAfterMs(headers: Headers, nowMs: number): number {
	const exact = Number(headers['retry-after-ms'] ?? headers['x-ms-retry-after-ms']);
	return exact > 0 ? exact : delayMs(headers['retry-after'], serverTimeMs(headers, nowMs));
}

/**
 * The number of remaining requests and the time of the reset, if a response reports both. Of several limits,
 * it is that with the fewest remaining requests.
 */
export function remainingOf(headers: Headers, nowMs: number): Left | undefined {
	// Of limits with the same rest, the one with the latest reset counts.
	const [least] = limitsOf(headers, nowMs)
		.filter(({remaining, resetMs}) => remaining !== undefined && resetMs > 0)
		.sort((a, b) => (a.remaining ?? 0) - (b.remaining ?? 0) || b.resetMs - a.resetMs);
	if (least?.remaining === undefined) return undefined;
	const {remaining, resetMs, limit = 0} = least;
	return {remaining: Math.floor(remaining), resetMs, ...(limit > 0 && {limit})};
}

/** Whether any limit has nothing left. */
export function isSpent(headers: Headers): boolean {
	return limitsOf(headers, 0).some(({remaining}) => remaining === 0);
}

/**
 * The time of the server, so that a wrong clock on either side does no harm. A cached response is older by
 * its `Age`.
 */
export function serverTimeMs({date, age}: Headers, nowMs: number): number {
	const at = date === undefined ? Number.NaN : httpTimeMs(date.trim());
	return Number.isNaN(at) ? nowMs : at + Math.max(0, Number(age) || 0) * 1000;
}

interface Limit {
	/** `undefined` if the server does not report it, or reports that there is no limit. */
	readonly remaining: number | undefined;
	readonly resetMs: number;
	readonly limit?: number;
}

function limitsOf(headers: Headers, nowMs: number): Limit[] {
	return [...combined(headers), ...separate(headers, nowMs)];
}

// `limit=100, remaining=0, reset=50` is the syntax of the IETF draft 7, `"burst";r=0;t=1, "day";r=90;t=4000`
// that from 8 on.
function combined({ratelimit}: Headers): Limit[] {
	if (ratelimit === undefined) return [];
	const policies = ratelimit.split(ratelimit.includes(';') ? ',' : /,\s*(?=limit\s*=)/);
	return policies
		.map(policy => ({
			remaining: Number(/\b(?:remaining|r)\s*=\s*(\d+)/.exec(policy)?.[1]),
			resetMs: 1000 * Number(/\b(?:reset|t)\s*=\s*(\d+)/.exec(policy)?.[1] ?? 0),
			limit: Number(/\blimit\s*=\s*(\d+)/.exec(policy)?.[1] ?? 0),
		}))
		.filter(({remaining}) => !Number.isNaN(remaining));
}

// A limit may have a name of its own: `x-ratelimit-remaining-tokens`.
const part = /^(ratelimit|x-ratelimit|x-rate-limit)-(?:remaining|reset|reset-after)(-(?!after$).+)?$/;

// The prefix and the name of the limit that a header belongs to; `''` for any other header.
const familyOf = memoize((header: string): string => {
	const found = part.exec(header);
	return found ? `${found[1]} ${found[2]?.replace(/^-after(?=-)/, '') ?? ''}` : '';
});

function separate(headers: Headers, nowMs: number): Limit[] {
	const families = new Set<string>();
	for (const header of Object.keys(headers)) {
		const family = familyOf(header);
		if (family !== '') families.add(family);
	}
	if (families.size === 0) return [];
	return [...families].flatMap(family => {
		const [prefix = '', name = ''] = family.split(' ');
		return limitsIn((kind: string) => headers[`${prefix}-${kind}${name}`], serverTimeMs(headers, nowMs));
	});
}

// If a header came several times, or lists several windows, its values are paired with those of the other
// headers by their order.
function limitsIn(header: (kind: string) => string | undefined, nowMs: number): Limit[] {
	const remainings = headerValues(header('remaining')).map(remainingIn);
	const resetText = header('reset-after') ?? header('reset');
	const resets = headerValues(resetText).map(text => delayMs(text, nowMs));
	// Some servers list policies after the number: `60, 60;w=1`.
	const limit = Number.parseInt(header('limit') ?? '', 10);
	if (remainings.length === resets.length)
		return remainings.map((remaining, i) => ({remaining, resetMs: resets[i] ?? 0, limit}));
	const known = remainings.filter(remaining => remaining !== undefined);
	return [
		{remaining: known.length > 0 ? Math.min(...known) : undefined, resetMs: Math.max(...resets), limit},
	];
}

// Numbers such as -1 mean that there is no limit.
function remainingIn(text: string): number | undefined {
	const remaining = text === '' ? Number.NaN : Number(text);
	return remaining >= 0 ? remaining : undefined;
}
