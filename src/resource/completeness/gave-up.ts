/** Searches that gave up half-way, and say so beside the rows that they found. */
import type {JsonObject} from '../../core/json/json.ts';
import {isObject} from '../../core/path/path.ts';

const partialFlags = ['timed_out', 'incomplete_results'];
const partialParts = ['_shards', '_clusters', 'shards'];
export const partialKeys = [...partialFlags, ...partialParts];

/** The sign of a search that gave up half-way; it stands beside the rows that were found. */
export function partialSign(body: JsonObject): string | undefined {
	for (const key of partialFlags) if (body[key] === true) return `${key}: true`;
	for (const key of partialParts) {
		if (!isObject(body[key])) continue;
		const {total = 0, successful = total, skipped = 0, failed = 0} = body[key] as JsonObject;
		if (Number(failed) > 0) return `${key}.failed: ${failed}`;
		// Shards are skipped if they cannot match, and clusters if they do not answer.
		if (key === '_clusters' && Number(skipped) > 0) return `${key}.skipped: ${skipped}`;
		if (Number(successful) + Number(skipped) < Number(total))
			return `${key}.successful: ${successful} of ${total}`;
	}
	return undefined;
}
