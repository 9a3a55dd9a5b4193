/**
 * The clock of a rate limit that several processes keep together. It is a small record in a store that all of
 * them reach: the time of the next free place, the time until which nothing goes out, and the times of the
 * last departures.
 */

export interface SharedClock {
	/**
	 * Reserves the next free place, `intervalMs` before the one after it. `aheadMs` is how far a burst may run
	 * ahead. `leadMs` is what the process needs to get ready: its place is at least so far ahead.
	 */
	reserve(intervalMs: number, aheadMs: number, leadMs?: number): Promise<Place>;
	/** Asks whether a request may go out about now, and notes that it does. */
	depart(options: DepartOptions): Promise<Departure>;
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

export interface DepartOptions {
	/** So many requests at most go out … */
	readonly most: number;
	/** … in any time that is so long. */
	readonly inMs: number;
	/** It goes out so much later, as the answer takes its time. */
	readonly leadMs: number;
	/** The record that gave the place. A record that began at another time lets nothing go out. */
	readonly since: number;
	/** The time of a departure that was granted before, and was not used: this one replaces it. */
	readonly unused?: number | undefined;
}

export interface Departure extends Moment {
	/** When the request goes out. `undefined`: not yet. */
	readonly at: number | undefined;
	/** When the next one may go out. */
	readonly freeAt: number;
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
