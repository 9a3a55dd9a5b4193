/** Errors beside the rows that are not at the root: `extensions.errors` of GraphQL, `meta.errors`. */
import type {JsonObject, JsonValue} from '../../core/json/json.ts';
import {ownValue} from '../../core/own.ts';
import {isObject} from '../../core/path/path.ts';
import {plainName} from '../paging/known-places.ts';

/** Keys of objects that report how a request went. */
const places =
	/^((response|result|query|api|search)?(meta(data)?|info|header|status)|extensions?|diagnostics?|result|response|paging|pagination)$/;

/**
 * Objects about the request beside the rows, and the objects that hold the rows, with their paths. `keys`
 * lead down to the rows.
 */
export function* besideRows(
	body: JsonObject,
	keys: readonly string[],
): Generator<[path: string, JsonObject]> {
	let owner: JsonValue | undefined = body;
	let prefix = '';
	for (const key of [...keys, undefined]) {
		if (!isObject(owner)) return;
		const inner = owner as JsonObject;
		if (prefix !== '') yield [prefix, inner];
		for (const [name, value] of Object.entries(inner)) {
			if (name === key || !isObject(value) || !places.test(plainName(name))) continue;
			yield [`${prefix}${name}.`, value as JsonObject];
		}
		if (key === undefined) return;
		prefix += `${key}.`;
		owner = ownValue(inner, key);
	}
}
