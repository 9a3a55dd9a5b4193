/**
 * The fingerprint of the config parts on which a place in a resource depends. If it changes, a cursor of an
 * earlier run has no meaning.
 */
import {createHash} from 'node:crypto';
import stringify from 'fast-json-stable-stringify';
import {alternatives} from '../placeholders/reference.ts';
import {nodesOf} from '../relations/relation.ts';
import type {Config} from '../schema/config.ts';
import type {ResolvedResource} from './resolve.ts';

/**
 * The fingerprint of a resource and its ancestors, and of the way its rows are made. `also` holds further
 * values that must be the same. It contains no secrets.
 */
export function resourceFingerprint(
	resource: ResolvedResource,
	{client}: Config,
	byName: (name: string) => ResolvedResource,
	also: readonly unknown[] = [],
): string {
	// Neither the number of requests under way at once nor the place of the rows changes what comes.
	const line = [resource, ...ancestors(resource, byName)].map(
		({
			concurrency: _,
			target: _t,
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

// Functions are compared by their text.
function plain(value: unknown): unknown {
	if (typeof value === 'function' || typeof value === 'bigint' || value instanceof RegExp)
		return String(value);
	if (Array.isArray(value)) return value.map(plain);
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}
