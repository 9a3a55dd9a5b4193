/**
 * The number of requests of a client that may be under way at once. It follows from how the server responds.
 */

export interface AdaptiveConcurrency {
	/**
	 * Whether one more request may go out before it is needed, beside `others` that are about to, while `held`
	 * responses wait for their turn. A request that is needed at once always may.
	 */
	hasRoom(others: number, held: number): boolean;
	/** Notes the memory of one response. */
	took(bytes: number): void;
	began(): void;
	ended(): void;
	/** Notes a successful response, with the time since its request. */
	answered(ms: number): void;
	/** Notes a sign of overload: 429, 503, or no response in time. */
	pushedBack(): void;
}

const FIRST = 2;
const SLOWER = 3;
// Smaller differences are noise.
const NOISE_MS = 50;

/**
 * Adds while responses succeed, and halves when the server pushes back (AIMD, as TCP does: RFC 5681 §3.1). At
 * first it adds one request for each response, later one for each round of responses. It stops adding while
 * responses take three times as long as the fastest one. The number is never above `most`, and never below 1.
 * Waiting responses hold at most `maxBufferBytes`, estimated by the size of the largest response so far.
 */
export function adaptiveConcurrency(
	most: number,
	maxBufferBytes = Number.POSITIVE_INFINITY,
): AdaptiveConcurrency {
	let largestBytes = 0;
	let allowed = Math.min(FIRST, most);
	let underWay = 0;
	let isCareful = false;
	let fastestMs = Number.POSITIVE_INFINITY;
	let usualMs: number | undefined;

	return {
		// Later responses may be as large as the largest so far.
		hasRoom: (others, held) =>
			underWay + others < Math.floor(allowed) && (held + 1) * largestBytes <= maxBufferBytes,
		took(bytes) {
			largestBytes = Math.max(largestBytes, bytes);
		},
		began() {
			underWay++;
		},
		ended() {
			underWay--;
		},
		answered(ms) {
			fastestMs = Math.min(fastestMs, ms);
			usualMs = usualMs === undefined ? ms : usualMs + (ms - usualMs) / 8;
			if (usualMs > fastestMs * SLOWER + NOISE_MS) return;
			allowed = Math.min(most, allowed + (isCareful ? 1 / allowed : 1));
		},
		pushedBack() {
			isCareful = true;
			allowed = Math.max(1, allowed / 2);
		},
	};
}
