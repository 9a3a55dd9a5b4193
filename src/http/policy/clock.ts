/** Time as a client sees it. */
import {setTimeout as delay} from 'node:timers/promises';

export type Sleep = (ms: number, signal: AbortSignal) => Promise<unknown>;

export interface Clock {
	/** Milliseconds that only ever grow, from an arbitrary start. */
	now(): number;
	sleep(ms: number, signal: AbortSignal): Promise<void>;
}

// A longer timer would fire at once.
const LONGEST_MS = 2 ** 31 - 1;

/** The real clock; with a `sleep` of a test, one that jumps ahead by what was slept. */
export function clock(sleep?: Sleep): Clock {
	let skippedMs = 0;
	return {
		now: () => performance.now() + skippedMs,
		async sleep(ms, signal) {
			if (!sleep) return void (await delay(Math.min(ms, LONGEST_MS), undefined, {signal}));
			await sleep(ms, signal);
			skippedMs += ms;
		},
	};
}
