/**
 * Takes the lists out of records: each becomes rows of its own table, `contacts__tags`, with the key of the
 * row that they came from.
 */
import type {JsonObject, JsonValue} from '../src/core/json/json.ts';
import {inOrderOf, keysOf, rememberOrder} from '../src/core/json/key-order.ts';
import type {JsonRecord} from '../src/core/page.ts';
import {isObject} from '../src/core/path/path.ts';
import type {Naming} from '../src/core/schema/schema.ts';
import {setProperty} from './assign.ts';
import {STEP, type TableNames} from './list-tables.ts';
import {columnName, SEPARATOR} from './normalize/naming.ts';

/** The index of a row in its list, from 0. */
export const LIST_INDEX = '_list_index';

export interface SplitOptions {
	/** Name of the table of the records. */
	readonly table: string;
	readonly names: TableNames;
	/** Columns that stay unchanged, whatever they hold, since their types are known. */
	readonly declared: ReadonlySet<string>;
	readonly naming: Naming;
	/** How many levels of objects and lists are split; deeper ones stay. */
	readonly maxNesting: number;
}

/** A list that was found, and its table. */
export interface FoundList {
	readonly table: string;
	/** The depth of its rows; that of the records is 0. */
	readonly depth: number;
	readonly items: readonly JsonValue[];
}

export interface Rows {
	readonly depth: number;
	/** The columns with the origin of a row. */
	readonly keys: readonly string[];
	readonly rows: JsonRecord[];
	/** By row: the record that it came with. */
	readonly owners: number[];
}

export interface Splitter {
	/** The record without its lists, or the same object when it has none. */
	take(record: JsonRecord): {readonly record: JsonRecord; readonly lists: readonly FoundList[]};
	/**
	 * Adds the rows of these lists, and of the lists in them, to their tables. `keys` identify the row with the
	 * lists, `owner` is the number of the record.
	 */
	addRows(lists: readonly FoundList[], keys: JsonRecord, tables: Map<string, Rows>, owner: number): void;
}

/**
 * A row has the columns that identify the row above, `LIST_INDEX`, and the fields of its item. An item that
 * is no object is a `value`, a list in a list makes a table `…__list`. An empty list has no rows.
 */
export function splitter({table: root, names, declared, naming, maxNesting}: SplitOptions): Splitter {
	function takeFrom(
		object: JsonObject,
		table: string,
		prefix: string,
		path: string,
		depth: number,
		lists: FoundList[],
	): JsonObject {
		if (depth >= maxNesting) return object;
		let rest: JsonObject | undefined;
		for (const key of keysOf(object)) {
			const value = object[key] as JsonValue;
			const isList = Array.isArray(value);
			if (!isList && !isObject(value)) continue;
			const name = prefix + columnName(key, naming);
			if (table === root && declared.has(name)) continue;
			const below = `${path}${STEP}${key}`;
			if (isList) {
				rest ??= inOrderOf(object, {...object});
				delete rest[key];
				if (value.length > 0)
					lists.push({table: names.of(below, table, name), depth: depth + 1, items: value});
				continue;
			}
			const inner = takeFrom(value, table, name + SEPARATOR, below, depth + 1, lists);
			if (inner === value) continue;
			rest ??= inOrderOf(object, {...object});
			setProperty(rest, key, inner);
		}
		return rest ?? object;
	}

	function addRows(
		lists: readonly FoundList[],
		keys: JsonRecord,
		tables: Map<string, Rows>,
		owner: number,
	): void {
		for (const {table, depth, items} of lists) {
			const known = tables.get(table);
			const target = known ?? {depth, keys: [...Object.keys(keys), LIST_INDEX], rows: [], owners: []};
			if (!known) tables.set(table, target);
			for (const [index, item] of items.entries()) {
				const found: FoundList[] = [];
				const fields = takeFrom(asRow(item), table, '', table, depth, found);
				target.rows.push(withKeys({...keys, [LIST_INDEX]: index}, fields));
				target.owners.push(owner);
				if (found.length > 0) addRows(found, {...keys, [`_${table}${LIST_INDEX}`]: index}, tables, owner);
			}
		}
	}

	return {
		take(record) {
			const lists: FoundList[] = [];
			return {record: takeFrom(record, root, '', root, 0, lists), lists};
		},
		addRows,
	};
}

function asRow(item: JsonValue): JsonObject {
	if (isObject(item)) return item;
	if (Array.isArray(item)) return {list: item};
	return item === null ? {} : {value: item};
}

// A field of the item with the name of a key column gets a number.
function withKeys(keys: JsonRecord, fields: JsonObject): JsonRecord {
	const order = Object.keys(keys);
	for (const name of keysOf(fields)) {
		let free = name;
		for (let number = 2; Object.hasOwn(keys, free); number++) free = `${name}${SEPARATOR}${number}`;
		setProperty(keys, free, fields[name] as JsonValue);
		order.push(free);
	}
	rememberOrder(keys, order);
	return keys;
}
