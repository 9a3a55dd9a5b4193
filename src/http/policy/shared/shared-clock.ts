/**
 * The clock of a rate limit that several processes keep together. It is a small record in a store that all of
 * them reach: the time of the next free place, and the time until which nothing goes out.
 */

export interface SharedClock {
	/**
	 * Reserves the next free place, `intervalMs` before the one after it. `aheadMs` is how far a burst may run
	 * ahead. `leadMs` is what the process needs to get ready: its place is at least so far ahead.
	 */
	reserve(intervalMs: number, aheadMs: number, leadMs?: number): Promise<Place>;
	/** Reads the clock again, right before a request goes out. */
	look(): Promise<Moment>;
	/** Lets no request of any process go out for this time, even one that has a place. */
	closeFor(ms: number): Promise<void>;
	/** Moves the next free place: it is at least so far ahead. Places that are reserved stay. */
	postpone(ms: number): Promise<void>;
	/** Releases the connection. */
	close(): Promise<void>;
}

/** Times are milliseconds of the clock of the store, so the clocks of machines do not matter. */
export interface Moment {
	readonly now: number;
	/** Nothing goes out before this time. */
	readonly closedUntil: number;
	/** When the record began. Another time: the store has lost the record, and gives its places again. */
	readonly since: number;
}

export interface Place extends Moment {
	/** When the request may go out. */
	readonly at: number;
}

export interface SharedClockOptions {
	/** The address of the store. */
	readonly url: string;
	/** Processes with the same key share one limit. */
	readonly key: string;
	/** Milliseconds for which a store that cannot be reached is tried again. @default 15_000 */
	readonly patienceMs?: number;
}

/** After this time without an answer of the store, a request fails. */
export const PATIENCE_MS = 15_000;
