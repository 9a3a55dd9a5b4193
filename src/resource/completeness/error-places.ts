/** Errors beside the rows that are not at the root: `extensions.errors` of GraphQL, `meta.errors`. */
import type {JsonObject, JsonValue} from '../../core/json/json.ts';
import {ownValue} from '../../core/own.ts';
import {isObject} from '../../core/path/path.ts';
import {memoize} from '../../core/remembered.ts';
import {plainName} from '../paging/known-places.ts';

/** Keys of objects that report how a request went. */
const places =
	/^((response|result|query|api|search)?(meta(data)?|info|header|status)|extensions?|diagnostics?|result|response|paging|pagination)$/;

const isAboutTheRequest = memoize((key: string): boolean => places.test(plainName(key)));

/**
 * Objects about the request beside the rows, and the objects that hold the rows, with their paths. `keys`
 * lead down to the rows.
 */
export function besideRows(body: JsonObject, keys: readonly string[]): [path: string, JsonObject][] {
	const found: [path: string, JsonObject][] = [];
	let owner: JsonValue | undefined = body;
	let prefix = '';
	for (let depth = 0; isObject(owner); depth++) {
		const inner = owner as JsonObject;
		const key = keys[depth];
		if (prefix !== '') found.push([prefix, inner]);
		for (const name of Object.keys(inner)) {
			const value = inner[name];
			if (name !== key && isObject(value) && isAboutTheRequest(name))
				found.push([`${prefix}${name}.`, value as JsonObject]);
		}
		if (key === undefined) break;
		prefix += `${key}.`;
		owner = ownValue(inner, key);
	}
	return found;
}
