/**
 * What a place in a resource depends on: with another fingerprint, a cursor of an earlier run means nothing.
 */
import {createHash} from 'node:crypto';
import stringify from 'fast-json-stable-stringify';
import {alternatives} from '../placeholders/reference.ts';
import {nodesOf} from '../relations/relation.ts';
import type {Config} from '../schema/config.ts';
import type {ResolvedResource} from './resolve.ts';

/**
 * Of a resource and its ancestors, and of how its rows are made; `also` is whatever else must be the same.
 * Secrets are not in it.
 */
export function resourceFingerprint(
	resource: ResolvedResource,
	{client}: Config,
	byName: (name: string) => ResolvedResource,
	also: readonly unknown[] = [],
): string {
	// How many requests are under way at once changes nothing.
	const line = [resource, ...ancestors(resource, byName)].map(
		({
			concurrency: _,
			endpoint: {auth: _a, is_selector_implied: _i, values_in_path: _v, ...endpoint},
			...rest
		}) => ({
			...rest,
			endpoint,
		}),
	);
	const text = stringify(plain([client.base_url, line, also]));
	return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

function ancestors(
	{relation}: ResolvedResource,
	byName: (name: string) => ResolvedResource,
): ResolvedResource[] {
	return nodesOf(relation)
		.flatMap(alternatives)
		.flatMap(name => [byName(name), ...ancestors(byName(name), byName)]);
}

// Functions count by their text.
function plain(value: unknown): unknown {
	if (typeof value === 'function' || typeof value === 'bigint' || value instanceof RegExp)
		return String(value);
	if (Array.isArray(value)) return value.map(plain);
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}
