/** Reads one record into the columns: finds the column of every key, coerces, evolves, or refuses. */

import type {JsonObject, JsonValue} from '../../src/core/json/json.ts';
import {keysIn, keysOf} from '../../src/core/json/key-order.ts';
import {own} from '../../src/core/own.ts';
import type {JsonRecord} from '../../src/core/page.ts';
import {isObject} from '../../src/core/path/path.ts';
import {describeType} from '../../src/core/schema/definition.ts';
import type {Naming, SchemaContract} from '../../src/core/schema/schema.ts';
import {assign} from '../assign.ts';
import {coerce, fits, infer, isJsonText, type Leniency} from './coerce.ts';
import type {Columns, Slot} from './columns.ts';
import {filler, isDeletion} from './deletion.ts';
import {columnName, SEPARATOR} from './naming.ts';
import {aboutUnit, describe, type OnOutOfRange, rangeWatch} from './out-of-range.ts';

export interface ReaderOptions {
	readonly contract: SchemaContract;
	readonly naming: Naming;
	/** How many levels of nested objects become columns; 0 keeps them all as json. */
	readonly nesting: number;
	/** A value of another type is a misfit, even where it could be converted. */
	readonly strict: boolean;
	/**
	 * Column whose value says that a row takes its key away. Such a row needs no other columns than those of the
	 * key.
	 */
	readonly hardDelete?: string | undefined;
	readonly key?: ReadonlySet<string>;
	/** Told once for each column, of a number that no column of its kind holds. */
	readonly onOutOfRange?: OnOutOfRange | undefined;
}

/** Why a record has no place in the columns. */
export interface Refusal {
	readonly column: string;
	readonly reason: string;
	/** The part of the contract that says so. */
	readonly rule: keyof SchemaContract;
	readonly problem: 'unknown column' | 'type' | 'null';
}

export interface RecordReader {
	/**
	 * The record as the columns have it, itself when it conforms; nothing after a refusal. While
	 * `columns.changed` what comes back has no meaning yet: the page is read again. `order`: in which the keys
	 * come, where the record cannot say it.
	 */
	read(record: JsonRecord, order?: readonly string[]): JsonRecord | undefined;
	/** The column that holds the values of a key under its very name, once a record has had it. */
	slotOf(key: string): Slot | undefined;
	/** Why the last record was refused. */
	refusal: Refusal | undefined;
	/** How many values `discard_value` dropped. */
	discarded: number;
}

/**
 * A key of the source at its place: the column it leads to, and the keys below it when it holds objects that
 * are flattened.
 */
interface Entry {
	readonly name: string;
	/** The key with those around it: `address.city`. */
	readonly source: string;
	readonly depth: number;
	slot: Slot | undefined;
	group: Group | undefined;
}

interface Group {
	readonly prefix: string;
	readonly source: string;
	readonly depth: number;
	readonly entries: Map<string, Entry>;
	/** The keys of the last object in order, and their entries: the next one mostly has the same. */
	readonly keys: string[];
	readonly found: Entry[];
}

// Keys beyond these are looked up anew each time: objects with ids as keys must not fill the memory.
const MOST_KEYS = 20_000;

export function recordReader(
	columns: Columns,
	{contract, naming, nesting, strict, hardDelete, key = new Set(), onOutOfRange}: ReaderOptions,
): RecordReader {
	const root = newGroup('', '', 0);
	const reader: RecordReader = {read, slotOf, refusal: undefined, discarded: 0};
	let values: (JsonValue | undefined)[] = [];
	let dropped: Slot[] = [];
	// Whether the record has conformed so far, and may go on as it is.
	let same = true;
	let last = -1;
	// Values of this record that the contract drops; they count if the record itself is not refused.
	let discarded = 0;
	let remembered = 0;
	const watchRange = rangeWatch(onOutOfRange);

	function read(record: JsonRecord, order?: readonly string[]): JsonRecord | undefined {
		if (values.length !== columns.slots.length) values = new Array(columns.slots.length);
		values.fill(undefined);
		reader.refusal = undefined;
		dropped = [];
		same = true;
		last = -1;
		discarded = 0;
		readGroup(root, record, order ? keysIn(order, record) : Object.keys(record));
		if (reader.refusal !== undefined) return undefined;
		if (columns.changed) return record;
		for (const slot of dropped) values[slot.index] = undefined;
		for (const slot of columns.required) {
			const value = values[slot.index];
			if (value !== null && value !== undefined) continue;
			if (!key.has(slot.name) && isGone()) {
				values[slot.index] = filler(slot.column);
				same = false;
				continue;
			}
			refuse(
				slot.name,
				'null',
				value === null ? 'null in a column that is not nullable' : absence(slot.name, record),
			);
			return undefined;
		}
		reader.discarded += discarded;
		return same ? record : build();
	}

	function isGone(): boolean {
		const flag = hardDelete === undefined ? undefined : columns.find(hardDelete);
		return flag !== undefined && isDeletion(values[flag.index], flag.column);
	}

	function slotOf(key: string): Slot | undefined {
		const slot = root.entries.get(key)?.slot;
		return slot?.name === key ? slot : undefined;
	}

	function readGroup(group: Group, object: JsonObject, keys: readonly string[]): void {
		for (let at = 0; at < keys.length; at++) {
			const key = keys[at] as string;
			const value = object[key];
			const entry = group.keys[at] === key ? (group.found[at] as Entry) : find(group, key, at);
			const slot = entry.slot;
			if (
				slot !== undefined &&
				value !== undefined &&
				values[slot.index] === undefined &&
				holds(slot, value)
			) {
				if (slot.name !== key) same = false;
				put(slot, value);
			} else if (value === undefined) same = false;
			else readOther(entry, value, key);
			if (reader.refusal !== undefined) return;
		}
	}

	function find(group: Group, key: string, at: number): Entry {
		let entry = group.entries.get(key);
		if (!entry) {
			const own = columnName(key, naming);
			const name = group.depth === 0 ? own : group.prefix + SEPARATOR + own;
			const source = group.depth === 0 ? key : `${group.source}.${key}`;
			entry = {name, source, depth: group.depth, slot: undefined, group: undefined};
			if (remembered++ < MOST_KEYS) group.entries.set(key, entry);
		}
		group.keys[at] = key;
		group.found[at] = entry;
		return entry;
	}

	function holds(slot: Slot, value: JsonValue): boolean {
		if (value === null) return true;
		if (!slot.known || !fits(slot.column, value)) return false;
		if (slot.column.type !== 'json') return true;
		return slot.declared ? !isJsonText(value) : nesting === 0 || !isObject(value);
	}

	function put(slot: Slot, value: JsonValue): void {
		values[slot.index] = value;
		if (slot.index < last) same = false;
		last = slot.index;
	}

	// Everything but a value that its column, known already, holds as it is.
	function readOther(entry: Entry, value: JsonValue, key: string): void {
		if (isObject(value)) {
			if (typeof (value.toJSON as unknown) === 'function') {
				same = false;
				readOther(entry, (value as unknown as {toJSON(): JsonValue}).toJSON(), key);
				return;
			}
			if (entry.depth < nesting && !isNested(columns.find(entry.name), strict)) {
				descend(entry, value);
				return;
			}
		}
		const taken = entry.slot && values[entry.slot.index] !== undefined;
		const slot = entry.slot && !taken ? entry.slot : bind(entry, value);
		if (!slot) same = false;
		else if (value === null) {
			if (slot.name !== key) same = false;
			put(slot, null);
		} else place(slot, value, key);
	}

	function descend(entry: Entry, object: JsonObject): void {
		same = false;
		if (entry.slot && columns.remove(entry.slot)) entry.slot = undefined;
		entry.group ??= newGroup(entry.name, entry.source, entry.depth + 1);
		readGroup(entry.group, object, keysOf(object));
	}

	// Finds or makes the column of a key. None for a null that says nothing, and where the contract forbids it.
	function bind(entry: Entry, value: JsonValue): Slot | undefined {
		if (value === null && entry.group) return undefined;
		const isMade = naming !== 'direct' || (nesting > 0 && entry.name.includes(SEPARATOR));
		const name = isMade ? ownName(entry) : freeName(entry.name);
		const known = columns.find(name);
		if (!known && contract.columns !== 'evolve') {
			if (value === null) return undefined;
			if (contract.columns === 'discard_value') discarded++;
			else refuse(name, 'unknown column', `${describe(value)} in a column that the schema does not have`);
			return undefined;
		}
		entry.slot = known ?? columns.add(name);
		if (isMade && entry.slot.source === undefined) columns.claim(entry.slot, entry.source);
		entry.slot.keys++;
		return entry.slot;
	}

	// A second key of one record that leads to the same name keeps its data in a column of its own, from now on.
	function freeName(name: string): string {
		const slot = columns.find(name);
		if (!slot || values[slot.index] === undefined) return name;
		for (let number = 2; ; number++) {
			const other = columns.find(`${name}${SEPARATOR}${number}`);
			if (!other || (other.keys === 0 && values[other.index] === undefined))
				return `${name}${SEPARATOR}${number}`;
		}
	}

	// Where names are made of keys (`a__b` of {a: {b}} too), two keys never share a column: which of them has
	// which holds for all pages and runs.
	function ownName({name, source}: Entry): string {
		let free: string | undefined;
		for (let number = 1; ; number++) {
			const candidate = number === 1 ? name : `${name}${SEPARATOR}${number}`;
			const slot = columns.find(candidate);
			if (slot?.source === source && values[slot.index] === undefined) return candidate;
			const isFree = !slot || (slot.source === undefined && values[slot.index] === undefined);
			if (isFree) free ??= candidate;
			if (!slot) return free ?? candidate;
		}
	}

	function place(slot: Slot, value: JsonValue, key: string): void {
		if (!slot.known) columns.learn(slot, value);
		const leniency = leniencyOf(slot);
		let coerced = coerce(slot.column, value, leniency);
		if (coerced === undefined && contract.dataType === 'evolve' && !strict && columns.widen(slot, value)) {
			coerced = coerce(slot.column, value, leniency);
		}
		if (coerced === undefined) misfit(slot, value);
		else {
			if (typeof value === 'object') watchRange(slot.column, slot.declared, value, slot.column);
			if (coerced !== value || slot.name !== key) same = false;
			if (typeof coerced === 'bigint') columns.enlarge(slot);
			put(slot, coerced);
		}
	}

	function leniencyOf({declared}: Slot): Leniency {
		if (strict) return 'strict';
		return declared ? 'declared' : 'inferred';
	}

	function misfit(slot: Slot, value: JsonValue): void {
		same = false;
		// Claimed all the same, so that a second key of the same name is seen as one.
		values[slot.index] = null;
		dropped.push(slot);
		if (contract.dataType === 'freeze' || contract.dataType === 'discard_row' || !slot.column.nullable) {
			refuse(
				slot.name,
				'type',
				`got ${describe(value)}, expected ${describeType(slot.column)}${aboutUnit(slot.column, value)}`,
			);
		} else if (contract.dataType === 'discard_value') discarded++;
		else {
			const variant = variantOf(slot, value);
			watchRange(slot.column, slot.declared, value, variant.column);
			put(variant, coerce(variant.column, value, 'inferred') as JsonValue);
		}
	}

	function variantOf(slot: Slot, value: JsonValue): Slot {
		const kind = infer(value);
		const base = `${slot.name}${SEPARATOR}v_${kind.type}`;
		for (let number = 1; ; number++) {
			const name = number === 1 ? base : `${base}${SEPARATOR}${number}`;
			const variant = columns.find(name) ?? columns.add(name, kind);
			const isFree =
				variant.known && variant.column.type === kind.type && values[variant.index] === undefined;
			if (isFree && coerce(variant.column, value, 'inferred') !== undefined) return variant;
		}
	}

	function refuse(column: string, problem: Refusal['problem'], reason: string): void {
		reader.refusal = {column, problem, reason, rule: problem === 'unknown column' ? 'columns' : 'dataType'};
	}

	function build(): JsonRecord {
		const record: JsonRecord = {};
		for (const slot of columns.slots) {
			const value = values[slot.index];
			if (value !== undefined) assign(record, slot.name, value);
		}
		return record;
	}

	return reader;
}

function newGroup(prefix: string, source: string, depth: number): Group {
	return {prefix, source, depth, entries: new Map(), keys: [], found: []};
}

// Declared to hold objects, a text as their JSON; an inferred json column came from a list, and its objects
// are flattened like all others.
function isNested(slot: Slot | undefined, strict: boolean): boolean {
	if (slot?.declared !== true) return false;
	return ['json', 'list', 'struct'].includes(slot.column.type) || (slot.column.type === 'text' && !strict);
}

// Columns are named as in the output, which people who think of a path do not expect.
function absence(name: string, record: JsonRecord): string {
	const steps = name.split('.');
	const isPath = steps.length > 1 && isObject(own(record, steps[0] ?? ''));
	const advice = isPath ? `; with nested: flatten, ${name} would be the column ${steps.join(SEPARATOR)}` : '';
	return `absent, and the column is not nullable${advice}`;
}
