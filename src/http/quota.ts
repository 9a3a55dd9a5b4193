/** Keeps within what the server says is left for the next moments, also with several requests under way. */
import type {Clock} from './clock.ts';

/** What an answer says of its rate limit. */
export interface Left {
	readonly remaining: number;
	/** Until there are more. */
	readonly resetMs: number;
}

export interface Quota {
	/** Resolves when the next request may go out. */
	enter(signal: AbortSignal): Promise<Turn>;
	/** The answer to a request said what is left. */
	told(turn: Turn, left: Left): void;
}

/** A request that goes out: how many did with it, and when. */
export interface Turn {
	readonly number: number;
	readonly at: number;
}

// Of a longer period requests may take what they like until none is left: a short run must not wait for its end.
const LONGEST_MS = 2000;
// Whoever comes late into a period must not use it up at once; nobody counts in shorter ones.
const SHORTEST_MS = 1000;
// Requests that are late catch up a tenth faster.
const CATCH_UP = 0.9;

/**
 * Spreads what is left of a period that ends soon evenly over it. Requests that went out since the one that was answered are taken off:
 * the server had not seen them when it counted. Says nothing while the server does not.
 */
export function quota({now, sleep}: Clock): Quota {
	let issued = 0;
	let newest = 0;
	let left = Number.POSITIVE_INFINITY;
	let resetAt = 0;
	let stepMs = 0;
	let most = 0;
	let nextAt = 0;

	return {
		async enter(signal) {
			for (;;) {
				const time = now();
				// What the new period holds is not known yet: it begins at the old pace.
				if (time >= resetAt) left = Number.POSITIVE_INFINITY;
				const at = left < 1 ? resetAt : nextAt;
				if (at <= time) {
					left--;
					nextAt = Math.max(nextAt, time - stepMs) + stepMs;
					return {number: ++issued, at: time};
				}
				await sleep(Math.ceil(at - time), signal);
			}
		},
		told({number, at}, {remaining, resetMs}) {
			if (number < newest) return;
			newest = number;
			if (resetMs > LONGEST_MS) {
				stepMs = 0;
				return;
			}
			left = remaining - (issued - number);
			const time = now();
			// At the latest: part of the time may have gone by before the answer was here, which is no reason to be slower.
			resetAt = time + resetMs;
			if (left < 1) return;
			const evenMs = Math.max(0, at + resetMs - time) / left;
			most = Math.max(most, remaining + 1);
			stepMs = Math.max(evenMs, (SHORTEST_MS / most) * CATCH_UP);
		},
	};
}
