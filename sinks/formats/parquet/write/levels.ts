/**
 * The levels of a column's entries in one row group. A definition level is the number of present steps in the
 * path of an entry; a repetition level is the list that it continues; 0 begins a row.
 */
import type {Leaf} from '../schema.ts';
import {grownCopy} from './column-buffers.ts';

export class Levels {
	/** The number of entries: one per row in a flat column, one per item (or empty list) inside a list. */
	count = 0;
	/** Absent where no value can be null; then every entry has a value. */
	definitions: Uint8Array | undefined;
	/** Absent outside of lists. */
	repetitions: Uint8Array | undefined;

	constructor(leaf: Leaf, capacity = 256) {
		if (leaf.maxDefinition > 0) this.definitions = new Uint8Array(capacity);
		if (leaf.maxRepetition > 0) this.repetitions = new Uint8Array(capacity);
	}

	get byteLength(): number {
		return (this.definitions ? this.count : 0) + (this.repetitions ? this.count : 0);
	}

	reserve(more: number): void {
		const length = this.count + more;
		if (this.definitions && length > this.definitions.length)
			this.definitions = grownCopy(this.definitions, length);
		if (this.repetitions && length > this.repetitions.length)
			this.repetitions = grownCopy(this.repetitions, length);
	}

	add(repetition: number, definition: number): void {
		this.reserve(1);
		if (this.repetitions) this.repetitions[this.count] = repetition;
		if (this.definitions) this.definitions[this.count] = definition;
		this.count++;
	}
}

/** Levels of `rows` rows that have no value in a column. */
export function nullLevels(leaf: Leaf, rows: number): Levels {
	const levels = new Levels(leaf, rows);
	levels.count = rows;
	return levels;
}

/**
 * The same entries for a leaf whose path is the same but may be null in more places: every definition level
 * rises by the number of optional steps before it.
 */
export function raiseLevels(levels: Levels, from: Leaf, to: Leaf): Levels {
	const moved = new Levels(to, levels.count);
	moved.count = levels.count;
	if (moved.repetitions && levels.repetitions)
		moved.repetitions.set(levels.repetitions.subarray(0, levels.count));
	const {definitions} = moved;
	if (!definitions) return moved;
	const table = Array.from({length: from.maxDefinition + 1}, (_, level) => movedLevel(level, from, to));
	if (!levels.definitions) definitions.fill(table[0] ?? 0, 0, levels.count);
	else for (let i = 0; i < levels.count; i++) definitions[i] = table[levels.definitions[i] ?? 0] ?? 0;
	return moved;
}

// An entry with a lower level ends before the first step that reaches a higher one.
function movedLevel(level: number, from: Leaf, to: Leaf): number {
	const end = from.definitions.findIndex(reached => reached > level);
	return (end < 0 ? to.definitions : to.definitions.slice(0, end)).at(-1) ?? 0;
}

/**
 * The levels of a leaf that is new inside a struct, from those of an older leaf in the same struct: the
 * structs and lists around both are kept, and the new value is null everywhere.
 */
export function levelsOfSibling(levels: Levels, neighbour: Leaf, leaf: Leaf): Levels {
	const shared = sharedSteps(neighbour, leaf);
	const definition = leaf.definitions[shared - 1] ?? 0;
	const repetition = leaf.repetitions[shared - 1] ?? 0;
	const found = new Levels(leaf, levels.count);
	for (let i = 0; i < levels.count; i++) {
		const repeats = levels.repetitions?.[i] ?? 0;
		if (repeats > repetition) continue;
		found.add(repeats, Math.min(levels.definitions?.[i] ?? neighbour.maxDefinition, definition));
	}
	return found;
}

/** The number of steps from the root that two leaves have in common. */
export function sharedSteps(a: Leaf, b: Leaf): number {
	let shared = 0;
	while (shared < a.path.length && a.path[shared] === b.path[shared]) shared++;
	return shared;
}
