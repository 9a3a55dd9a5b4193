/** How long a server asks to be left alone: `Retry-After`, and the many spellings of rate limit headers. */

import {delayMs, headerValues, httpTimeMs} from './delay.ts';
import type {Left} from './quota.ts';

type Headers = Readonly<Record<string, string>>;

/**
 * Milliseconds that an answer asks to wait before the next request; 0 when it asks for nothing, or for
 * something in the past. `Retry-After` of an error goes first. When a limit resets counts where none of it
 * remains, or where a 429 or 503 does not say; of several such limits the one that resets last.
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

// Some servers say it in milliseconds too, which is more exact.
function retryAfterMs(headers: Headers, nowMs: number): number {
	const exact = Number(headers['retry-after-ms'] ?? headers['x-ms-retry-after-ms']);
	return exact > 0 ? exact : delayMs(headers['retry-after'], serverTimeMs(headers, nowMs));
}

/**
 * How many requests remain until when, where an answer says both; of several limits, of the one that leaves
 * least.
 */
export function remainingOf(headers: Headers, nowMs: number): Left | undefined {
	// Of those that leave as little, the one that does so longest.
	const [least] = limitsOf(headers, nowMs)
		.filter(({remaining, resetMs}) => remaining !== undefined && resetMs > 0)
		.sort((a, b) => (a.remaining ?? 0) - (b.remaining ?? 0) || b.resetMs - a.resetMs);
	if (least?.remaining === undefined) return undefined;
	const {remaining, resetMs, limit = 0} = least;
	return {remaining: Math.floor(remaining), resetMs, ...(limit > 0 && {limit})};
}

/** Whether some limit has nothing left. */
export function isSpent(headers: Headers): boolean {
	return limitsOf(headers, 0).some(({remaining}) => remaining === 0);
}

/**
 * What time it is for the server, so that a clock that is wrong on either side does no harm. A cached answer
 * is older by its `Age`.
 */
export function serverTimeMs({date, age}: Headers, nowMs: number): number {
	const at = date === undefined ? Number.NaN : httpTimeMs(date.trim());
	return Number.isNaN(at) ? nowMs : at + Math.max(0, Number(age) || 0) * 1000;
}

interface Limit {
	/** Nothing where it is not said, or is said to be without end. */
	readonly remaining: number | undefined;
	readonly resetMs: number;
	readonly limit?: number;
}

function limitsOf(headers: Headers, nowMs: number): Limit[] {
	return [...combined(headers), ...separate(headers, nowMs)];
}

// `limit=100, remaining=0, reset=50` of the IETF draft 7, `"burst";r=0;t=1, "day";r=90;t=4000` from 8 on.
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

// A limit of its own may have a name: `x-ratelimit-remaining-tokens`.
const part = /^(ratelimit|x-ratelimit|x-rate-limit)-(?:remaining|reset|reset-after)(-(?!after$).+)?$/;

function separate(headers: Headers, nowMs: number): Limit[] {
	const families = new Set<string>();
	for (const name of Object.keys(headers)) {
		const found = part.exec(name);
		if (found) families.add(`${found[1]} ${found[2]?.replace(/^-after(?=-)/, '') ?? ''}`);
	}
	return [...families].flatMap(family => {
		const [prefix = '', name = ''] = family.split(' ');
		return limitsIn((kind: string) => headers[`${prefix}-${kind}${name}`], serverTimeMs(headers, nowMs));
	});
}

// Where a header came several times, or lists several windows, the first of one goes with the first of the
// others.
function limitsIn(header: (kind: string) => string | undefined, nowMs: number): Limit[] {
	const remainings = headerValues(header('remaining')).map(remainingIn);
	const resetText = header('reset-after') ?? header('reset');
	const resets = headerValues(resetText).map(text => delayMs(text, nowMs));
	// Some name their policies after it: `60, 60;w=1`.
	const limit = Number.parseInt(header('limit') ?? '', 10);
	if (remainings.length === resets.length)
		return remainings.map((remaining, i) => ({remaining, resetMs: resets[i] ?? 0, limit}));
	const known = remainings.filter(remaining => remaining !== undefined);
	return [
		{remaining: known.length > 0 ? Math.min(...known) : undefined, resetMs: Math.max(...resets), limit},
	];
}

// -1 and its like say that there is no end of it.
function remainingIn(text: string): number | undefined {
	const remaining = text === '' ? Number.NaN : Number(text);
	return remaining >= 0 ? remaining : undefined;
}
