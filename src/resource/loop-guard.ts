/** Notices that paging would never end: a page that comes again, or a place that was read. */
import {PaginationError} from '../core/errors.ts';
import {stringify} from '../core/json.ts';
import type {Cursor} from '../core/page.ts';
import type {Paginator} from './paginator.ts';

// How many pages the guard remembers: enough for any real cycle, and a bound on memory.
const REMEMBERED = 1000;

export interface LoopGuard {
	/** Fails when a page that is not empty comes again under another place: the server ignores the paging parameters. */
	answer(at: Cursor, fingerprint: string | undefined, received: number): void;
	/** Fails when the next place is one that has been read. */
	next(place: Cursor): void;
}

export function loopGuard(paginator: Paginator): LoopGuard {
	const bodies = new Map<string, string>();
	const places = new Map<string, string>();
	return {
		answer(at, fingerprint, received) {
			remember(places, stringify(at), paginator.describe(at));
			if (fingerprint === undefined || received === 0) return;
			const earlier = bodies.get(fingerprint);
			if (earlier !== undefined) {
				throw new PaginationError(
					`the answer is the same as for ${earlier}, byte for byte; does the server ignore the parameters of paginator ${paginator.name}? If it sends everything at once, use single_page; if the rows truly are the same, ask for a field that tells them apart`,
				);
			}
			remember(bodies, fingerprint, paginator.describe(at));
		},
		next(place) {
			const earlier = places.get(stringify(place));
			if (earlier !== undefined)
				throw new PaginationError(`the server leads back to ${earlier}, which has been read; paging would never end`);
		},
	};
}

function remember(map: Map<string, string>, key: string, value: string): void {
	map.set(key, value);
	if (map.size > REMEMBERED) for (const oldest of map.keys()) return void map.delete(oldest);
}
