/**
 * Smaller pages where a server cannot give so much at once: the same place is requested again with a smaller
 * limit.
 */
import {RequestError} from '../../core/errors.ts';
import type {Cursor} from '../../core/page.ts';
import type {Paginator} from '../paging/paginator.ts';

/** A page is requested again with a smaller limit, which applies from there on. */
export interface SmallerEvent {
	readonly type: 'smaller';
	/** Name of the resource. */
	readonly label: string;
	/** `offset 300, limit 50` */
	readonly place: string;
	/** The message of the error that made the page smaller. */
	readonly reason: string;
}

export interface SmallerOptions {
	/** Name of the resource. */
	readonly name: string;
	/** Called before each smaller request. Must not throw. */
	readonly onSmaller?: ((event: SmallerEvent) => void) | undefined;
}

export interface Smaller {
	/** The place to ask at after an error, or the error to throw. */
	instead(at: Cursor, error: unknown): {readonly at: Cursor} | {readonly failure: unknown};
	/** Notes that a page has come. */
	arrived(): void;
}

// Each costs all retries, and a server that is down would time out at any size.
const MOST_TIMEOUTS = 3;

export function pageShrinker(paginator: Paginator, {name, onSmaller}: SmallerOptions): Smaller {
	// The error that is thrown when no size helps: it names the size that the user set.
	let first: RequestError | undefined;
	let timeouts = 0;

	return {
		instead(at, error) {
			if (!(error instanceof RequestError) || !error.isTooMuch) return {failure: error};
			first ??= error;
			// An error response may be right each time; that a timeout is due to the size is a guess.
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
