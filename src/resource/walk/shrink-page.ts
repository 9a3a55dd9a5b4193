/**
 * Smaller pages where a server cannot give so much at once: the same place is asked for again with a smaller
 * limit.
 */
import {RequestError} from '../../core/errors.ts';
import type {Cursor} from '../../core/page.ts';
import type {Paginator} from '../paging/paginator.ts';

/** A page is asked for again with a smaller limit, which is kept from there on. */
export interface SmallerEvent {
	readonly type: 'smaller';
	/** Name of the resource. */
	readonly label: string;
	/** `offset 300, limit 50` */
	readonly place: string;
	/** Why, as the message of the error that this would have been. */
	readonly reason: string;
}

export interface SmallerOptions {
	/** Name of the resource. */
	readonly name: string;
	/** Told before each smaller request. Must not throw. */
	readonly onSmaller?: ((event: SmallerEvent) => void) | undefined;
}

export interface Smaller {
	/** The place to ask at instead, after an error at one; or what to throw. */
	instead(at: Cursor, error: unknown): {readonly at: Cursor} | {readonly failure: unknown};
	/** A page has come. */
	arrived(): void;
}

// Each costs all retries, and a server that is down would time out at any size.
const MOST_TIMEOUTS = 3;

export function pageShrinker(paginator: Paginator, {name, onSmaller}: SmallerOptions): Smaller {
	// What is thrown when no size helps: it names the size that the user has asked for.
	let first: RequestError | undefined;
	let timeouts = 0;

	return {
		instead(at, error) {
			if (!(error instanceof RequestError) || !error.isTooMuch) return {failure: error};
			first ??= error;
			// An answer in words may be right each time; silence is a guess.
			const isGivenUp = isTimeout(error) && ++timeouts > MOST_TIMEOUTS;
			const place = isGivenUp ? undefined : paginator.smaller?.(at);
			if (place === undefined) return {failure: first};
			onSmaller?.({type: 'smaller', label: name, place: paginator.describe(place), reason: error.message});
			return {at: place};
		},
		arrived() {
			first = undefined;
			timeouts = 0;
		},
	};
}

function isTimeout({code, status}: RequestError): boolean {
	return code === 'ERR_TIMEOUT' || status === 504 || status === 524;
}
