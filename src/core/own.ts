/**
 * Look-ups by a name that a person or an API gave: a plain `object[name]` finds `constructor` in every
 * object.
 */
export function ownValue<Value>(object: {readonly [name: string]: Value}, name: string): Value | undefined {
	return Object.hasOwn(object, name) ? object[name] : undefined;
}
