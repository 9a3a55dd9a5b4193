import type {JsonObject, JsonValue} from '../src/core/json/json.ts';

/** Sets a property of a plain object, also `__proto__`, for which an assignment would set the prototype. */
export function setProperty(object: JsonObject, key: string, value: JsonValue): void {
	if (key !== '__proto__') object[key] = value;
	else Object.defineProperty(object, key, {value, enumerable: true, configurable: true, writable: true});
}
