/** The changes that pages make in the state of a resource. */
import type {JsonObject, JsonValue} from './json/json.ts';

/** The state after a page: its values replace earlier ones, and `null` removes a key. */
export function applyPatch(state: JsonObject, change: JsonObject): JsonObject {
	const entries = Object.entries<JsonValue | undefined>({...state, ...change});
	return Object.fromEntries(entries.filter(([, value]) => value !== null)) as JsonObject;
}
