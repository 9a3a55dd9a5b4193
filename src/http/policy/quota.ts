/**
 * Keeps within what the server says is left for the next moments, however it counts, also with several
 * requests under way.
 */
import type {Clock} from './clock.ts';

/** What an answer says of its rate limit. */
export interface Left {
	readonly remaining: number;
	/** Until there are more. */
	readonly resetMs: number;
	/** Of a whole period, where it says so. */
	readonly limit?: number;
}

export interface Quota {
	/** Milliseconds until the next request may go out; at most 0 when it may now. */
	tooSoonMs(): number;
	/** A request goes out now. */
	take(): Turn;
	/** The answer to a request said what is left. Returns whether those to come are held back for it here. */
	told(turn: Turn, left: Left): boolean;
}

/** A request that goes out: how many did with it, and when. */
export interface Turn {
	readonly number: number;
	readonly at: number;
}

// Of a longer period requests may take what they like until none is left: a short run must not wait for its
// end.
const LONGEST_MS = 2000;
// Whoever comes late into a period must not use it up at once; nobody counts in shorter ones.
const SHORTEST_MS = 1000;
// Requests may arrive closer together than they went out, by so much: the way of one takes longer than that
// of another.
const SPARE_MS = 25;
// A tenth closer than even: what comes late makes up for it, and a pause at the end of the period takes up
// the rest.
const CLOSER = 0.9;
// Requests whose times are kept. Of a larger quota so many are held to their share of the period.
const REMEMBERED = 1024;

/**
 * In any period and `SPARE_MS` go out at most as many requests as a period allows, evenly spaced. So it does
 * not matter whether the server counts in periods of its own clock or in the last one at any time. Where
 * others must have used some of it too, what is left is spread over the time until there are more, without
 * the requests that the server had not seen when it counted. Says nothing while the server does not.
 */
export function quota({now}: Pick<Clock, 'now'>): Quota {
	// When a request went out, by its number.
	const sent = new Float64Array(REMEMBERED);
	let issued = 0;
	let newest = 0;
	let most = 0;
	let periodMs = SHORTEST_MS;
	// 0 while nothing is known of a short period.
	let stepMs = 0;
	let spacedAt = 0;
	let left = Number.POSITIVE_INFINITY;
	let resetAt = 0;

	const sentAt = (number: number) => sent[number % REMEMBERED] ?? 0;

	function nextAt(): number {
		if (left < 1) return resetAt;
		if (stepMs === 0) return 0;
		const count = Math.min(most, REMEMBERED);
		const periodAt = issued < count ? 0 : sentAt(issued + 1 - count) + ((periodMs + SPARE_MS) * count) / most;
		return Math.max(spacedAt, periodAt);
	}

	/** Whether all that the server has counted up to this turn can be requests from here. */
	function isAlone({number, at}: Turn, used: number): boolean {
		return used <= Math.min(number, REMEMBERED) && sentAt(number + 1 - used) > at - periodMs - SPARE_MS;
	}

	return {
		tooSoonMs() {
			const time = now();
			// What the new period holds is not known yet: it begins at the old pace.
			if (time >= resetAt) left = Number.POSITIVE_INFINITY;
			return nextAt() - time;
		},
		take() {
			const time = now();
			left--;
			spacedAt = Math.max(spacedAt, time - stepMs) + stepMs;
			sent[++issued % REMEMBERED] = time;
			return {number: issued, at: time};
		},
		told(turn, {remaining, resetMs, limit = 0}) {
			const isShort = resetMs <= LONGEST_MS;
			if (turn.number < newest) return isShort;
			newest = turn.number;
			left = Number.POSITIVE_INFINITY;
			if (!isShort) {
				most = 0;
				stepMs = 0;
				return false;
			}
			most = Math.max(limit > 0 ? limit : most, remaining + 1);
			periodMs = Math.max(periodMs, resetMs);
			stepMs = ((periodMs + SPARE_MS) / most) * CLOSER;
			if (isAlone(turn, most - remaining)) return true;
			left = remaining - (issued - turn.number);
			const time = now();
			// At the latest: part of the time may have gone by before the answer was here, which is no reason to be
			// slower.
			resetAt = time + resetMs;
			if (left >= 1) stepMs = Math.max(stepMs, (turn.at + resetMs - time) / left);
			return true;
		},
	};
}
