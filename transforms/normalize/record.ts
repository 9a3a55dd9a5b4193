/** Reads one record into the columns: finds the column of every key, coerces, evolves, or refuses. */

import type {JsonObject, JsonValue} from '../../src/core/json/json.ts';
import {keysIn, keysOf} from '../../src/core/json/key-order.ts';
import {ownValue} from '../../src/core/own.ts';
import type {JsonRecord} from '../../src/core/page.ts';
import {isObject} from '../../src/core/path/path.ts';
import {ColumnBinder} from './bind-column.ts';
import type {Columns, Slot} from './columns.ts';
import {isDeletion, placeholderValue} from './deletion.ts';
import {fits, isJsonText} from './fits.ts';
import {type Entry, type Group, KeyGroups} from './key-groups.ts';
import {SEPARATOR} from './naming.ts';
import {ValuePlacer} from './place-value.ts';
import type {ReaderOptions} from './reader-options.ts';
import {RecordValues, type Refusal} from './record-values.ts';

export class RecordReader {
	/** The number of values that `discard_value` dropped. */
	discarded = 0;
	private readonly columns: Columns;
	private readonly options: ReaderOptions;
	private readonly key: ReadonlySet<string>;
	private readonly groups: KeyGroups;
	private readonly record: RecordValues;
	private readonly binder: ColumnBinder;
	private readonly placer: ValuePlacer;

	constructor(columns: Columns, options: ReaderOptions) {
		this.columns = columns;
		this.options = options;
		this.key = options.key ?? new Set();
		this.groups = new KeyGroups(options.naming);
		this.record = new RecordValues(columns);
		this.binder = new ColumnBinder(this.record, options);
		this.placer = new ValuePlacer(this.record, options);
	}

	/** Why the last record was refused. */
	get refusal(): Refusal | undefined {
		return this.record.refusal;
	}

	/**
	 * The record in the form of the columns, or the same object when it conforms; `undefined` after a refusal.
	 * While `columns.changed`, the result has no meaning yet: the page is read again. `order`: the order of the
	 * keys, where the record cannot show it.
	 */
	read(record: JsonRecord, order?: readonly string[]): JsonRecord | undefined {
		const read = this.record;
		read.begin();
		this.readGroup(this.groups.root, record, order ? keysIn(order, record) : Object.keys(record));
		if (read.refusal !== undefined) return undefined;
		if (this.columns.changed) return record;
		read.clearDropped();
		if (!this.hasRequired(record)) return undefined;
		this.discarded += read.discarded;
		return read.isSame ? record : read.build();
	}

	/** The column of a key with the same name, once a record has had it. */
	readonly slotOf = (key: string): Slot | undefined => {
		const slot = this.groups.root.entries.get(key)?.slot;
		return slot?.name === key ? slot : undefined;
	};

	private hasRequired(record: JsonRecord): boolean {
		const {values} = this.record;
		for (const slot of this.columns.required) {
			const value = values[slot.index];
			if (value !== null && value !== undefined) continue;
			if (this.key.has(slot.name) || !this.isGone()) {
				const isNull = value === null;
				const reason = isNull ? 'null in a column that is not nullable' : absence(slot.name, record);
				this.record.refuse(slot.name, 'null', reason);
				return false;
			}
			values[slot.index] = placeholderValue(slot.column);
			this.record.isSame = false;
		}
		return true;
	}

	private isGone(): boolean {
		const {hardDelete} = this.options;
		const flag = hardDelete === undefined ? undefined : this.columns.find(hardDelete);
		return flag !== undefined && isDeletion(this.record.values[flag.index], flag.column);
	}

	private readGroup(group: Group, object: JsonObject, keys: readonly string[]): void {
		const {record} = this;
		for (let at = 0; at < keys.length; at++) {
			const key = keys[at] as string;
			const value = object[key];
			const isNext = group.keys[at] === key;
			const entry = isNext ? (group.found[at] as Entry) : this.groups.find(group, key, at);
			const {slot} = entry;
			if (value === undefined) record.isSame = false;
			else if (slot !== undefined && !record.has(slot) && this.holds(slot, value)) {
				if (slot.name !== key) record.isSame = false;
				record.put(slot, value);
			} else this.readOther(entry, value, key);
			if (record.refusal !== undefined) return;
		}
	}

	private holds(slot: Slot, value: JsonValue): boolean {
		if (value === null) return true;
		if (!slot.known || !fits(slot.column, value)) return false;
		if (slot.column.type !== 'json') return true;
		return slot.declared ? !isJsonText(value) : this.options.nesting === 0 || !isObject(value);
	}

	// Reads every value except one that its known column holds unchanged.
	private readOther(entry: Entry, value: JsonValue, key: string): void {
		const {record, columns, options} = this;
		if (isObject(value)) {
			if (typeof (value.toJSON as unknown) === 'function') {
				record.isSame = false;
				this.readOther(entry, (value as unknown as {toJSON(): JsonValue}).toJSON(), key);
				return;
			}
			if (entry.depth < options.nesting && !isNested(columns.find(entry.name), options.strict)) {
				this.descend(entry, value);
				return;
			}
		}
		const isFree = entry.slot !== undefined && !record.has(entry.slot);
		const slot = isFree ? entry.slot : this.binder.bind(entry, value);
		if (!slot) record.isSame = false;
		else if (value === null) {
			if (slot.name !== key) record.isSame = false;
			record.put(slot, null);
		} else this.placer.place(slot, value, key);
	}

	private descend(entry: Entry, object: JsonObject): void {
		this.record.isSame = false;
		if (entry.slot && this.columns.remove(entry.slot)) entry.slot = undefined;
		this.readGroup(this.groups.below(entry), object, keysOf(object));
	}
}

// Whether a column is for whole objects or texts with JSON, as declared. An inferred json column comes from a
// list, and its objects are flattened like all others.
function isNested(slot: Slot | undefined, strict: boolean): boolean {
	if (slot?.declared !== true) return false;
	return ['json', 'list', 'struct'].includes(slot.column.type) || (slot.column.type === 'text' && !strict);
}

// The message names columns as in the output, which is unexpected for users who think of a path.
function absence(name: string, record: JsonRecord): string {
	const steps = name.split('.');
	const isPath = steps.length > 1 && isObject(ownValue(record, steps[0] ?? ''));
	const advice = isPath ? `; with nested: flatten, ${name} would be the column ${steps.join(SEPARATOR)}` : '';
	return `absent, and the column is not nullable${advice}`;
}
