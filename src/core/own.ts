/** A look-up by a name from a user or an API: a plain `object[name]` finds `constructor` in every object. */
export function ownValue<Value>(object: {readonly [name: string]: Value}, name: string): Value | undefined {
	return Object.hasOwn(object, name) ? object[name] : undefined;
}
