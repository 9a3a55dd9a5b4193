/** The clock of a client, which tests replace. */
import {setTimeout as delay} from 'node:timers/promises';

export type Sleep = (ms: number, signal: AbortSignal) => Promise<unknown>;

export interface Clock {
	/** Milliseconds since an arbitrary start. They never decrease. */
	now(): number;
	sleep(ms: number, signal: AbortSignal): Promise<void>;
}

// Node fires longer timers at once.
const LONGEST_MS = 2 ** 31 - 1;

/** The real clock. With a `sleep` of a test, its time jumps ahead by each sleep. */
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
