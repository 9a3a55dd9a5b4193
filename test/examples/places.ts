/** Values at a dot path. Numbers are places in lists. */

export function valueAt(value: unknown, path: string): unknown {
	return path
		.split('.')
		.reduce<unknown>((at, key) => (at as Record<string, unknown> | null | undefined)?.[key], value);
}

/** A copy of the object, or list, that has the value at the path. */
export function withValue(
	object: Readonly<Record<string, unknown>>,
	path: string,
	value: unknown,
): Record<string, unknown> {
	const [key = '', ...rest] = path.split('.');
	const copy = (Array.isArray(object) ? [...object] : {...object}) as Record<string, unknown>;
	const inner = (object[key] ?? {}) as Record<string, unknown>;
	copy[key] = rest.length === 0 ? value : withValue(inner, rest.join('.'), value);
	return copy;
}
