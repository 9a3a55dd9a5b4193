/** The config as a plain tree, before it has a type: paths into it, and functions that walk it. */

/** Keys and indices from the root: `['resources', 0, 'name']`. */
export type ConfigPath = readonly PropertyKey[];

export type PlainObject = {[key: string]: unknown};

/** The path as text: `resources[0].endpoint.params["odd key"]`. */
export function formatPath(path: ConfigPath): string {
	let text = '';
	for (const step of path) {
		if (typeof step === 'number') text += `[${step}]`;
		else if (/^[\w$-]+$/.test(String(step))) text += text ? `.${String(step)}` : String(step);
		else text += `[${JSON.stringify(String(step))}]`;
	}
	return text;
}

/**
 * Whether it is an object with only keys and values; not a list, a date, or any other instance of a class.
 */
export function isPlainObject(value: unknown): value is PlainObject {
	if (typeof value !== 'object' || value === null) return false;
	const prototype: unknown = Object.getPrototypeOf(value);
	return prototype === Object.prototype || prototype === null;
}

/**
 * The value itself if it is a plain object, else an empty one. It is for reading a tree that may be wrong
 * anywhere.
 */
export function asObject(value: unknown): PlainObject {
	return isPlainObject(value) ? value : {};
}

/** A copy of the tree with every leaf replaced. */
export function mapLeaves(
	tree: unknown,
	leaf: (value: unknown, path: ConfigPath) => unknown,
	path: ConfigPath = [],
): unknown {
	if (Array.isArray(tree)) return tree.map((item, index) => mapLeaves(item, leaf, [...path, index]));
	if (!isPlainObject(tree)) return leaf(tree, path);
	return Object.fromEntries(
		Object.entries(tree).map(([key, item]) => [key, mapLeaves(item, leaf, [...path, key])]),
	);
}

/** Calls `visit` with every text of the tree. */
export function eachText(
	tree: unknown,
	visit: (text: string, path: ConfigPath) => void,
	path: ConfigPath = [],
): void {
	if (typeof tree === 'string') visit(tree, path);
	else if (Array.isArray(tree))
		for (const [index, item] of tree.entries()) eachText(item, visit, [...path, index]);
	else for (const [key, item] of Object.entries(asObject(tree))) eachText(item, visit, [...path, key]);
}

/** The value at a path; `undefined` if there is none. */
export function valueAt(tree: unknown, path: ConfigPath): unknown {
	let value = tree;
	for (const step of path) {
		if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
		value = (value as Record<PropertyKey, unknown>)[step];
	}
	return value;
}

/** Sets a value in an existing object or list. Never reaches a prototype. */
export function setIn(owner: object, key: PropertyKey, value: unknown): void {
	Object.defineProperty(owner, key, {value, enumerable: true, configurable: true, writable: true});
}

type Defined<T> = {[K in keyof T]?: Exclude<T[K], undefined>};

/** The object without undefined values: in a JavaScript config they count as missing. */
export function withoutUndefined<T extends object>(value: T): Defined<T> {
	return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as Defined<T>;
}

type Present<T> = {[K in keyof T]?: Exclude<T[K], null | undefined>};

/** The object without null and undefined values. */
export function withoutNulls<T extends object>(value: T): Present<T> {
	return Object.fromEntries(Object.entries(value).filter(([, item]) => item != null)) as Present<T>;
}
