/** The keys so far: exact while they are few, fingerprints beyond that, within a limit of memory. */
import {type Fingerprints, fingerprints} from '../../src/core/fingerprints.ts';
import type {Key} from './key.ts';

export interface SeenKeys {
	/** The number of keys. */
	readonly size: number;
	/** Adds a key; returns `false` when it was there, `undefined` when the memory is used up. */
	add(key: NonNullable<Key>): boolean | undefined;
}

// The memory of a Set for an entry and for a string without its characters, measured and rounded up.
const ENTRY_BYTES = 80;
// While they are converted, the exact keys and their smaller fingerprints exist side by side: together no
// more than half of the limit.
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
			// The size shows whether the key was there, with one look-up instead of two.
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

// A number as a text that no text key equals: the mark before it is followed by `#`.
function textOf(key: string | number): string {
	return typeof key === 'number' ? `\u0000#${key}` : key;
}
