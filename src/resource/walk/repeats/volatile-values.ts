/** Whether two versions of the same rows differ only in values that a server makes anew for each request. */
import {type JsonValue, stringify} from '../../../core/json/json.ts';
import {isObject} from '../../../core/path/path.ts';

export type Likeness = 'same' | 'volatile' | 'different';

const NEAR_MS = 10 * 60_000;
// A signature or a signed URL; a sentence that was edited has spaces.
const token = /^\S{16,}$/;

/**
 * `volatile`: in every row the same fields differ, and each is a time close to now, or a long token. A
 * number, a word, or a past time is new data: `{sensor: 1, at: '2024-05-01', value: 0}` is one of many
 * measurements.
 */
export function likeness(
	pairs: readonly (readonly [earlier: JsonValue | undefined, now: JsonValue])[],
): Likeness {
	let first: string | undefined;
	for (const [earlier, now] of pairs) {
		const paths: string[] = [];
		if (earlier === undefined || !collect(earlier, now, '', paths)) return 'different';
		const text = paths.sort().join('\n');
		first ??= text;
		if (text !== first) return 'different';
	}
	return first ? 'volatile' : 'same';
}

/** Whether the versions differ in fields that have one value for the whole page, such as a number of requests. */
export function isStamped(
	pairs: readonly (readonly [earlier: JsonValue | undefined, now: JsonValue])[],
): boolean {
	const stamps = new Map<string, string>();
	if (pairs.length < 2) return false;
	for (const [earlier, now] of pairs) {
		if (!isObject(earlier) || !isObject(now)) return false;
		for (const [key, value] of Object.entries(now)) {
			const text = stringify(value);
			if (text === stringify(earlier[key] ?? null)) continue;
			const stamp = stamps.get(key);
			if (stamp !== undefined && stamp !== text) return false;
			stamps.set(key, text);
		}
	}
	return stamps.size > 0;
}

// Collects the paths where two values differ; `false` when a difference is new data.
function collect(earlier: JsonValue, now: JsonValue, path: string, into: string[]): boolean {
	if (earlier === now) return true;
	if (isObject(earlier) && isObject(now)) {
		const [before, after] = [earlier as {[key: string]: JsonValue}, now as {[key: string]: JsonValue}];
		const keys = Object.keys(before);
		if (keys.length !== Object.keys(after).length) return false;
		return keys.every(
			key =>
				Object.hasOwn(after, key) && collect(before[key] ?? null, after[key] ?? null, `${path}.${key}`, into),
		);
	}
	if (stringify(earlier) === stringify(now)) return true;
	if (!isVolatile(earlier, now)) return false;
	into.push(path);
	return true;
}

function isVolatile(earlier: JsonValue, now: JsonValue): boolean {
	const time = timeOf(now);
	if (time !== undefined) return Math.abs(time - Date.now()) < NEAR_MS && timeOf(earlier) !== undefined;
	return typeof earlier === 'string' && typeof now === 'string' && token.test(earlier) && token.test(now);
}

function timeOf(value: JsonValue): number | undefined {
	if (typeof value === 'number') return value > 1e12 ? value : value > 1e9 ? value * 1000 : undefined;
	if (typeof value !== 'string' || !/\d{4}-\d\d-\d\d|\d\d:\d\d/.test(value)) return undefined;
	const time = Date.parse(value);
	return Number.isNaN(time) ? undefined : time;
}
