/** Notices that paging would never end: a page that comes again, or a place that was read. */
import {PaginationError} from '../core/errors.ts';
import {type JsonValue, stringify} from '../core/json.ts';
import type {Cursor} from '../core/page.ts';
import type {Paginator, RequestDraft} from './paginator.ts';
import {shown} from './stop.ts';

// How many pages the guard remembers: enough for any real cycle, and a bound on memory.
const REMEMBERED = 1000;

export interface LoopGuard {
	/** Fails when a page that is not empty comes again under another place: the server ignores the paging parameters. */
	answer(at: Cursor, fingerprint: string | undefined, received: number): void;
	/** Fails when the next place is one that has been read. */
	next(place: Cursor): void;
}

export function loopGuard(paginator: Paginator, base: RequestDraft): LoopGuard {
	const bodies = new Map<string, Cursor>();
	const places = new Map<string, string>();

	// What the second request had in another way than the first.
	function difference(earlier: Cursor, at: Cursor): string {
		const [before, now] = [paginator.request(base, earlier), paginator.request(base, at)];
		const changed = (one: object, other: object): [string, JsonValue][] =>
			Object.entries(other).filter(([name, value]) => stringify((one as Values)[name] ?? null) !== stringify(value ?? null));
		if (before.path !== now.path) return `what is asked for, ${shown(now.path)}`;
		const params = changed(before.params, now.params).map(([name, value]) => `${name}=${shown(value)}`);
		if (params.length > 0) return `the query parameter ${params.join(', ')}`;
		const headers = changed(before.headers, now.headers).map(([name]) => name);
		return headers.length > 0 ? `the header ${headers.join(', ')}` : `what paginator ${paginator.name} puts into the body`;
	}

	return {
		answer(at, fingerprint, received) {
			remember(places, stringify(at), paginator.describe(at));
			if (fingerprint === undefined || received === 0) return;
			const earlier = bodies.get(fingerprint);
			if (earlier !== undefined) {
				throw new PaginationError(
					`the answer is the same as for ${paginator.describe(earlier)}, byte for byte; does the server ignore ${difference(earlier, at)}? If it sends everything at once, use single_page; if the rows truly are the same, ask for a field that tells them apart`,
				);
			}
			remember(bodies, fingerprint, at);
		},
		next(place) {
			const earlier = places.get(stringify(place));
			if (earlier !== undefined)
				throw new PaginationError(`the server leads back to ${earlier}, which has been read; paging would never end`);
		},
	};
}

interface Values {
	readonly [name: string]: JsonValue;
}

function remember<T>(map: Map<string, T>, key: string, value: T): void {
	map.set(key, value);
	if (map.size > REMEMBERED) for (const oldest of map.keys()) return void map.delete(oldest);
}
