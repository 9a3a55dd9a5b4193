/** The keys of the source, and the columns that they lead to: a tree, since objects are flattened. */
import type {Naming} from '../../src/core/schema/schema.ts';
import type {Slot} from './columns.ts';
import {columnName, SEPARATOR} from './naming.ts';

/**
 * A key of the source at its place: the column that it leads to, and the keys below it when its objects are
 * flattened.
 */
export interface Entry {
	readonly name: string;
	/** The key after the keys around it: `address.city`. */
	readonly source: string;
	readonly depth: number;
	slot: Slot | undefined;
	group: Group | undefined;
}

export interface Group {
	readonly prefix: string;
	readonly source: string;
	readonly depth: number;
	readonly entries: Map<string, Entry>;
	/** The keys of the last object in order, and their entries: the next object mostly has the same. */
	readonly keys: string[];
	readonly found: Entry[];
}

// Keys above this number are looked up anew each time: objects with ids as keys must not fill the memory.
const MOST_KEYS = 20_000;

export class KeyGroups {
	readonly root: Group = newGroup('', '', 0);
	readonly #naming: Naming;
	#remembered = 0;

	constructor(naming: Naming) {
		this.#naming = naming;
	}

	/** The entry of a key at this index of its object. */
	find(group: Group, key: string, at: number): Entry {
		let entry = group.entries.get(key);
		if (!entry) {
			const own = columnName(key, this.#naming);
			const name = group.depth === 0 ? own : group.prefix + SEPARATOR + own;
			const source = group.depth === 0 ? key : `${group.source}.${key}`;
			entry = {name, source, depth: group.depth, slot: undefined, group: undefined};
			if (this.#remembered++ < MOST_KEYS) group.entries.set(key, entry);
		}
		group.keys[at] = key;
		group.found[at] = entry;
		return entry;
	}

	/** The keys of the objects that an entry holds. */
	below(entry: Entry): Group {
		entry.group ??= newGroup(entry.name, entry.source, entry.depth + 1);
		return entry.group;
	}
}

function newGroup(prefix: string, source: string, depth: number): Group {
	return {prefix, source, depth, entries: new Map(), keys: [], found: []};
}
