/** Values at a dot path. Numbers are places in lists. */

export function valueAt(value: unknown, path: string): unknown {
	return path
		.split('.')
		.reduce<unknown>((at, key) => (at as Record<string, unknown> | null | undefined)?.[key], value);
}

/** A copy of the object that has the value at the path. */
export function withValue(
	object: Readonly<Record<string, unknown>>,
	path: string,
	value: unknown,
): Record<string, unknown> {
	const [key = '', ...rest] = path.split('.');
	if (rest.length === 0) return {...object, [key]: value};
	const inner = (object[key] ?? {}) as Record<string, unknown>;
	return {...object, [key]: withValue(inner, rest.join('.'), value)};
}
