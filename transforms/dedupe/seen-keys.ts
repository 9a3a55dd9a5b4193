/**
 * The keys met so far: exact while they are few, fingerprints beyond that, and never more memory than
 * allowed.
 */
import {type Fingerprints, fingerprints} from '../../src/core/fingerprints.ts';
import type {Key} from './key.ts';

export interface SeenKeys {
	/** How many keys there are. */
	readonly size: number;
	/** Adds a key; `false` when it was there, `undefined` when the memory is used up. */
	add(key: NonNullable<Key>): boolean | undefined;
}

// What a Set spends on an entry and on a string beside its characters, measured and rounded up.
const ENTRY_BYTES = 80;
// The exact keys and their smaller fingerprints exist side by side while they move: together no more than
// half.
const EXACT_SHARE = 0.25;

export function seenKeys(maxExactKeys: number, maxMemoryBytes: number): SeenKeys {
	let exact: Set<string | number> | undefined = new Set();
	let exactBytes = 0;
	let table: Fingerprints | undefined;

	function add(key: string | number): boolean | undefined {
		if (!exact) return table?.add(textOf(key));
		const bytes = ENTRY_BYTES + (typeof key === 'string' ? 2 * key.length : 0);
		const size = exact.size;
		if (size < maxExactKeys && exactBytes + bytes <= maxMemoryBytes * EXACT_SHARE) {
			// Its size tells whether it was there, for one look-up where asking first takes two.
			exact.add(key);
			if (exact.size === size) return false;
			exactBytes += bytes;
			return true;
		}
		if (exact.has(key)) return false;
		table = fingerprints(maxMemoryBytes);
		for (const known of exact) if (table.add(textOf(known)) === undefined) return undefined;
		exact = undefined;
		return table.add(textOf(key));
	}

	return {
		add,
		get size() {
			return exact?.size ?? table?.size ?? 0;
		},
	};
}

// A number as a text that no key can be: texts that start with the mark are followed by what they are.
function textOf(key: string | number): string {
	return typeof key === 'number' ? `\u0000#${key}` : key;
}
