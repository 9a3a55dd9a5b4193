/** What pages change in the state of a resource. */
import type {JsonObject, JsonValue} from './json/json.ts';

/** The state after a page: what it changes replaces what was there, and `null` takes it away. */
export function applyPatch(state: JsonObject, change: JsonObject): JsonObject {
	const entries = Object.entries<JsonValue | undefined>({...state, ...change});
	return Object.fromEntries(entries.filter(([, value]) => value !== null)) as JsonObject;
}
