/**
 * References inside a manifest: the text `#/definitions/x` stands for the value at that place, and `$ref` in
 * an object merges the keys of the object over those of its target.
 */

import {isPlainObject, type PlainObject} from '../../config/tree.ts';
import {ConfigError} from '../../core/errors.ts';
import {ownValue} from '../../core/own.ts';

const REFERENCE = '$ref';

/** The manifest with every reference resolved. Throws a `ConfigError` if a reference has no target. */
export function withReferences(manifest: PlainObject): PlainObject {
	return new Resolver(manifest).resolved(manifest) as PlainObject;
}

class Resolver {
	readonly #manifest: PlainObject;
	/** References that are being resolved, for finding cycles. */
	readonly #open = new Set<string>();

	constructor(manifest: PlainObject) {
		this.#manifest = manifest;
	}

	resolved(node: unknown): unknown {
		if (Array.isArray(node)) return node.map(item => this.resolved(item));
		if (isPlainObject(node)) return this.#object(node);
		return isReference(node) ? this.#at(node) : node;
	}

	#object(node: PlainObject): unknown {
		const entries = Object.entries(node)
			.filter(([key]) => key !== REFERENCE)
			.map(([key, value]) => [key, this.resolved(value)] as const);
		const rest = Object.fromEntries(entries);
		if (!(REFERENCE in node)) return rest;
		const base = this.resolved(node[REFERENCE]);
		return isPlainObject(base) ? {...base, ...rest} : base;
	}

	#at(reference: string): unknown {
		if (this.#open.has(reference))
			throw new ConfigError(`the manifest refers to ${reference} from within ${reference}`);
		this.#open.add(reference);
		const value = this.resolved(this.#lookUp(reference));
		this.#open.delete(reference);
		return value;
	}

	#lookUp(reference: string): unknown {
		const found = step(this.#manifest, reference.slice(2).split('/'));
		if (found === undefined) throw new ConfigError(`the manifest refers to ${reference}, which is not in it`);
		return found;
	}
}

function isReference(node: unknown): node is string {
	return typeof node === 'string' && node.startsWith('#/');
}

// A key may contain slashes itself, so the longest existing key is taken first.
function step(node: unknown, keys: readonly string[]): unknown {
	if (keys.length === 0) return node;
	if (Array.isArray(node)) return step(node[Number(keys[0])], keys.slice(1));
	if (!isPlainObject(node)) return undefined;
	for (let length = keys.length; length > 0; length--) {
		const value = ownValue(node, keys.slice(0, length).join('/'));
		if (value === undefined) continue;
		const found = step(value, keys.slice(length));
		if (found !== undefined) return found;
	}
	return undefined;
}
