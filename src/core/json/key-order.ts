/**
 * The original order of the keys of an object. JavaScript puts keys that are whole numbers first, whatever
 * the text had: `{"name": …, "2020": …, "2019": …}` would have its columns as 2019, 2020, name.
 */
import type {JsonObject, JsonValue} from './json.ts';

const orders = new WeakMap<object, readonly string[]>();
// Most programs never have such keys, and need no look-ups.
let areThereAny = false;

/** Whether JavaScript would put this key before all others. */
export function isWholeNumber(key: string): boolean {
	const first = key.charCodeAt(0);
	return first >= 48 && first <= 57 && /^(?:0|[1-9]\d*)$/.test(key);
}

/** Stores the original order of keys, where the object cannot show it. */
export function rememberOrder(object: object, keys: readonly string[]): void {
	if (!keys.some(isWholeNumber)) return;
	const natural = Object.keys(object);
	if (natural.every((key, i) => key === keys[i])) return;
	orders.set(object, keys);
	areThereAny = true;
}

/** The keys of an object in their original order. */
export function keysOf(object: object): readonly string[] {
	const order = areThereAny ? orders.get(object) : undefined;
	return order ? keysIn(order, object) : Object.keys(object);
}

/** The keys of an object: those of `order` first, in its order. */
export function keysIn(order: readonly string[], object: object): readonly string[] {
	return [...new Set([...order.filter(key => Object.hasOwn(object, key)), ...Object.keys(object)])];
}

/** `made` has fields of `from`, and others: its keys get the order of `from`, with the others last. */
export function inOrderOf<Made extends object>(from: object, made: Made): Made {
	if (areThereAny && orders.has(from)) rememberOrder(made, keysIn(keysOf(from), made));
	return made;
}

/**
 * The keys of all these objects in their original order; `undefined` where the objects themselves have that
 * order.
 */
export function orderOf(objects: readonly object[]): readonly string[] | undefined {
	if (!areThereAny || !objects.some(object => orders.has(object))) return undefined;
	return [...new Set(objects.flatMap(keysOf))];
}

/** An object with these names, in their order. */
export function fromNames(names: readonly string[], at: (index: number) => JsonValue): JsonObject {
	const object: JsonObject = Object.fromEntries(names.map((name, i) => [name, at(i)]));
	rememberOrder(object, names);
	return object;
}
