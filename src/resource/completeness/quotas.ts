/** Numbers of requests or points that are left, beside the rows: `extensions.cost.throttleStatus` of Shopify. */
import type {JsonObject, JsonValue} from '../../core/json/json.ts';
import {isObject} from '../../core/path/path.ts';
import {pathStep, plainName} from '../paging/known-places.ts';
import {wordsOf} from './speaking.ts';

/** What is left, by its place. */
export type Quotas = ReadonlyMap<string, number>;

const leftKey = /^(currently_?available|remaining|(requests?|calls|points)_?(remaining|left))$/i;
const mostKey = /^(limit|maximum(_?available)?|max|quota|cost)$/i;
/** Points come back with time, and 0 of them are left only where a request was refused. */
const pointsKey = /^currently_?available$/i;
const besideRequests =
	/^(reset|resets?(at|in)|resettime|used|cost|nodecount|requests?|calls|window|period|interval|retryafter|restorerate)$/;
/** `{limit: 20, offset: 40, remaining: 0}` says that no row is left. */
const besideRows = /^(offset|skip|page|pages|start|total|totalcount|count|next|previous|prev|hasmore)$/;
const requestWords = new Set(
	'rate quota throttle throttling throttled limits ratelimit requests usage cost api calls'.split(' '),
);
const DEEPEST = 5;
/** A number that goes down by one with each request may well end at 0. */
const USUAL_STEP = 10;

export function quotasIn(body: JsonValue): Quotas {
	const found = new Map<string, number>();
	collect(found, body, '', '', 0);
	return found;
}

/** The quotas beside an answer without rows of which nothing is left. `before`: those beside the last rows. */
export function usedUp(now: Quotas, before: Quotas | undefined): string[] {
	return [...now]
		.filter(([path, left]) => {
			const earlier = before?.get(path);
			if (left !== 0) return false;
			return earlier === undefined ? pointsKey.test(path.split('.').at(-1) ?? '') : earlier > USUAL_STEP;
		})
		.map(([path]) => `"${path}": 0`);
}

function collect(
	found: Map<string, number>,
	value: JsonValue,
	path: string,
	owner: string,
	depth: number,
): void {
	if (!isObject(value) || depth > DEEPEST) return;
	const entries = Object.entries(value as JsonObject);
	const isQuota = isOfRequests(entries, owner);
	for (const [key, inner] of entries) {
		const place = path + pathStep(key, path === '');
		if (isQuota && leftKey.test(key) && typeof inner === 'number') found.set(place, inner);
		else collect(found, inner, place, key, depth + 1);
	}
}

function isOfRequests(entries: readonly (readonly [string, JsonValue])[], owner: string): boolean {
	if (!entries.some(([key, most]) => mostKey.test(key) && Number(most) > 0)) return false;
	const names = entries.map(([key]) => plainName(key));
	if (names.some(name => besideRows.test(name))) return false;
	return (
		wordsOf(owner).some(word => requestWords.has(word)) ||
		names.some(name => besideRequests.test(name)) ||
		entries.some(([key]) => leftKey.test(key) && !/^remaining$/i.test(key))
	);
}
