/** The columns of one resource while they evolve: declared ones, inferred ones, and snapshots of both. */

import {Decimal, type JsonValue} from '../../src/core/json/json.ts';
import type {DeclaredColumn} from '../../src/core/schema/definition.ts';
import {MOST_DIGITS} from '../../src/core/schema/definition.ts';
import {type Column, isUnseen, type Schema} from '../../src/core/schema/schema.ts';
import {infer, type Kind} from './infer.ts';

/** One column and its index in the output. */
export interface Slot {
	readonly name: string;
	/** Changes only in `applyChanges`. */
	index: number;
	/** Replaced when the column evolves, never changed. */
	column: Column;
	/** Whether the type is known; until the first value that is not null, it is text provisionally. */
	known: boolean;
	/** Declared types are never widened. */
	readonly declared: boolean;
	/** The only key of this column, where `naming` makes names. Unknown until the first one comes. */
	source: string | undefined;
	/** The number of keys of the source that lead to this column. */
	keys: number;
}

export class Columns {
	/**
	 * In output order. Slots that `remove` removes stay until `applyChanges`, so that no index changes while a
	 * page is read.
	 */
	slots: Slot[] = [];
	/** The columns that must have a value. */
	required: Slot[] = [];
	/** Whether anything changed since `applyChanges`. */
	changed = false;
	readonly #byName = new Map<string, Slot>();
	readonly #removed = new Set<Slot>();
	#snapshot: Schema | undefined;
	#published: number;

	/**
	 * `previous` are the columns at the end of an earlier run: first in order, and free to widen as inferred
	 * ones are. Which ones must have a value is decided by `declared` alone: a key may have lost a column.
	 */
	constructor(declared: readonly DeclaredColumn[], previous: readonly Column[] = []) {
		const byName = new Map(declared.map(column => [column.name, column]));
		for (const column of previous) {
			const own = byName.get(column.name);
			const source = own?.source ?? column.source;
			const merged = own?.type ? own : {...column, nullable: own?.nullable ?? true};
			this.#append(source === undefined ? merged : {...merged, source}, own?.type !== undefined);
			byName.delete(column.name);
		}
		for (const column of byName.values()) this.#append(column, column.type !== undefined);
		this.#published = this.slots.length;
	}

	find(name: string): Slot | undefined {
		return this.#byName.get(name);
	}

	/** Adds a nullable column, without a type unless `kind` is given. */
	add(name: string, kind?: Kind): Slot {
		return this.#append({...kind, name, nullable: true} as DeclaredColumn, false);
	}

	#append(column: DeclaredColumn, declared: boolean): Slot {
		const known = column.type !== undefined && !isUnseen(column);
		const {name, nullable, source} = column;
		const complete: Column = known
			? column
			: {name, nullable, type: 'text', unseen: true, ...(source !== undefined && {source})};
		const slot: Slot = {name, index: this.slots.length, column: complete, known, declared, source, keys: 0};
		this.slots.push(slot);
		if (!nullable) this.required.push(slot);
		this.#byName.set(name, slot);
		this.#change();
		return slot;
	}

	/** Gives a column the type of its first value. */
	learn(slot: Slot, value: JsonValue): void {
		this.#become(slot, infer(value));
		slot.known = true;
	}

	/**
	 * Widens an inferred column so that it holds this number and all earlier ones. Returns whether that was
	 * possible.
	 */
	widen(slot: Slot, value: JsonValue): boolean {
		if (slot.declared || slot.column.type !== 'bigint') return false;
		const isNumber = typeof value === 'number' || typeof value === 'bigint' || value instanceof Decimal;
		const kind = isNumber ? infer(value) : undefined;
		if (kind?.type === 'double' && !slot.column.large) this.#become(slot, kind);
		else if (typeof value === 'bigint' && kind?.type === 'decimal') {
			this.#become(slot, {type: 'decimal', precision: MOST_DIGITS, scale: 0});
		} else return false;
		return true;
	}

	#become(slot: Slot, kind: Kind): void {
		const {nullable, source} = slot.column;
		slot.column = {...kind, name: slot.name, nullable, ...(source !== undefined && {source})};
		this.#change();
	}

	/** Notes that an integer has come which a double would round. */
	enlarge(slot: Slot): void {
		if (slot.column.type !== 'bigint' || slot.column.large) return;
		slot.column = {...slot.column, large: true};
		this.#change();
	}

	/** Reserves the column for this key. */
	claim(slot: Slot, source: string): void {
		slot.source = source;
		slot.column = {...slot.column, source};
		this.#change();
	}

	/**
	 * Removes a column with one key that had only nulls and was in no page yet. Returns whether that was
	 * possible.
	 */
	remove(slot: Slot): boolean {
		if (slot.known || slot.index < this.#published || slot.keys > 1) return false;
		this.#removed.add(slot);
		this.#byName.delete(slot.name);
		this.#change();
		return true;
	}

	/** Call before reading a page, and again while `changed`. */
	applyChanges(): void {
		this.changed = false;
		if (this.#removed.size === 0) return;
		this.slots = this.slots.filter(slot => !this.#removed.has(slot));
		for (const [index, slot] of this.slots.entries()) slot.index = index;
		this.#removed.clear();
	}

	/** The current columns: the same object as last time unless they changed. */
	schema(): Schema {
		this.#snapshot ??= {columns: this.slots.map(slot => slot.column)};
		this.#published = this.slots.length;
		return this.#snapshot;
	}

	#change(): void {
		this.changed = true;
		this.#snapshot = undefined;
	}
}
