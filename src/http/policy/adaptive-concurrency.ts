/** How many requests of a client may be under way at once: found out from how the server takes them. */

export interface AdaptiveConcurrency {
	/**
	 * Whether one more may go out before it is needed, beside `others` that are about to, where `held` answers
	 * wait for their turn already. One that is needed always may.
	 */
	hasRoom(others: number, held: number): boolean;
	/** An answer took so much memory. */
	took(bytes: number): void;
	began(): void;
	ended(): void;
	/** The server answered as it should, so many milliseconds after it was asked. */
	answered(ms: number): void;
	/** The server had too much of it: 429, 503, or no answer in time. */
	pushedBack(): void;
}

const FIRST = 2;
const SLOWER = 3;
// Differences below it are noise.
const NOISE_MS = 50;

/**
 * Adds while all goes well and halves when the server pushes back (AIMD, as TCP does: RFC 5681 §3.1): one
 * more for each answer at first, then one more for each round of answers. It stops adding while answers take
 * three times as long as the fastest did. Never above `most`, never below 1. What waits for its turn holds no
 * more than `maxBufferBytes`, by the size of the largest answer so far.
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
		// Answers to come may be as large as the largest so far.
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
