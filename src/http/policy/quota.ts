/**
 * Keeps within the quota that the server reports for a short period, however the server counts, and with
 * several requests under way.
 */
import type {Clock} from './clock.ts';

/** The rest of a rate limit, as a response reports it. */
export interface Left {
	readonly remaining: number;
	/** Milliseconds until the limit is reset. */
	readonly resetMs: number;
	/** The number of requests in a whole period, if the server reports it. */
	readonly limit?: number;
}

export interface Quota {
	/** Milliseconds until the next request may go out; at most 0 if it may now. */
	tooSoonMs(): number;
	/** Notes that a request goes out now. */
	take(): Turn;
	/**
	 * Notes the rest that the response to a request reports. Returns whether this quota holds back later
	 * requests for it.
	 */
	told(turn: Turn, left: Left): boolean;
}

/** A request that goes out: its number, and its time. */
export interface Turn {
	readonly number: number;
	readonly at: number;
}

// In a longer period, requests are not spaced until none is left: a short run must not wait for the end of
// the period.
const LONGEST_MS = 2000;
// The shortest period: a run that starts late in a period must not use up the rest at once, and no server
// counts in shorter ones.
const SHORTEST_MS = 1000;
// Requests may arrive closer together than they went out, by this much, as some are longer on the way than
// others.
const SPARE_MS = 25;
// Requests go out a tenth closer together than even spacing: this makes up for late ones, and a pause at the
// end of the period takes up the rest.
const CLOSER = 0.9;
// The number of requests whose times are kept. A larger quota holds this many to their share of the period.
const REMEMBERED = 1024;

/**
 * In any time of one period and `SPARE_MS`, at most as many requests go out as a period allows, evenly
 * spaced. So it does not matter whether the server counts in periods of its own clock or in a sliding one. If
 * other clients must have used part of the quota too, the rest is spread over the time until the reset, minus
 * the requests that the server had not seen when it counted. There is no limit as long as the server reports
 * none.
 */
export function quota({now}: Pick<Clock, 'now'>): Quota {
	// The time of each request, by its number.
	const sent = new Float64Array(REMEMBERED);
	let issued = 0;
	let newest = 0;
	let most = 0;
	let periodMs = SHORTEST_MS;
	// 0 until a short period is known.
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

	/** Whether all requests that the server has counted up to this turn can be from this client. */
	function isAlone({number, at}: Turn, used: number): boolean {
		return used <= Math.min(number, REMEMBERED) && sentAt(number + 1 - used) > at - periodMs - SPARE_MS;
	}

	return {
		tooSoonMs() {
			const time = now();
			// The rest in the new period is unknown: it begins at the old pace.
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
			// This is the latest time of the reset: part of the time may have passed before the response came, but
			// that is no reason to slow down.
			resetAt = time + resetMs;
			if (left >= 1) stepMs = Math.max(stepMs, (turn.at + resetMs - time) / left);
			return true;
		},
	};
}
