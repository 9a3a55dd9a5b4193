/** `normalize()` for records whose lists become tables, each with its own columns. */
import {randomBytes} from 'node:crypto';
import {SchemaError} from '../src/core/errors.ts';
import {keysOf, rememberOrder} from '../src/core/json/key-order.ts';
import {ownValue} from '../src/core/own.ts';
import {type JsonRecord, type Page, pageName} from '../src/core/page.ts';
import {declaredColumns} from '../src/core/schema/definition.ts';
import {parentKey} from '../src/core/schema/parent-key.ts';
import type {Schema, SchemaDefinition} from '../src/core/schema/schema.ts';
import type {PageTransform} from '../src/core/stage.ts';
import {setProperty} from './assign.ts';
import {type ListTables, tableNames} from './list-tables.ts';
import {declaredName, SEPARATOR} from './normalize/naming.ts';
import {type NormalizeOptions, type Normalizer, normalizePages} from './normalize.ts';
import {type FoundList, type Rows, splitter} from './split.ts';

/** Identifies the records of a table without a primary key: unique over all runs. */
export const ROW_ID = '_row_id';

export interface TablesOptions extends Omit<NormalizeOptions, 'nested' | 'previous'> {
	/** Name of the table of the records; names of the tables of lists begin with it. */
	readonly table: string;
	/** The columns of each table at the end of an earlier run. */
	readonly previous?: ReadonlyMap<string, Schema>;
	/** The tables of lists in earlier runs: `page.list` of each. */
	readonly lists?: ListTables;
}

export interface TablesTransforms {
	/** Normalizes the records without their lists. */
	readonly main: PageTransform;
	/**
	 * Used after `main`, and after all stages in between that drop records: adds the rows of the remaining
	 * records as `page.tables`.
	 */
	readonly lists: PageTransform;
}

/**
 * Objects are flattened, and lists go to tables named by their path. Their rows hold the primary key of the
 * record as `_<table>_<key>`, and their index in the list. Without a primary key, records get a `_row_id`.
 * The columns of lists are always inferred. Of the contract, `dataType` applies to them, and `tables` to the
 * tables themselves, which are new unless `previous` names them: under `freeze` a list that is not empty
 * fails the run, and the other two leave its rows out and count them.
 * @example const {main, lists} = tables(undefined, {table: 'contacts', primaryKey: ['id']});
 */
export function tables(schema: SchemaDefinition | undefined, options: TablesOptions): TablesTransforms {
	const {
		table,
		primaryKey = [],
		maxNesting = 1000,
		naming = 'direct',
		previous = new Map<string, Schema>(),
		lists: known = new Map(),
		...rest
	} = options;
	const {contract = 'evolve'} = rest;
	const newTables = typeof contract === 'string' ? contract : (contract.tables ?? 'evolve');
	const given = [primaryKey].flat();
	const key = given.length > 0 ? given : [ROW_ID];
	const columns = schema ? declaredColumns(schema).map(({name}) => declaredName(name, naming)) : [];
	const names = tableNames(table, known, previous);
	const split = splitter({table, names, declared: new Set(columns), naming, maxNesting});
	const normalizer = normalizePages(schema, {
		...rest,
		nested: 'flatten',
		maxNesting,
		naming,
		primaryKey: key,
		...before(table),
	});
	const keyColumns = key.map(name => declaredName(name, naming));
	const run = randomBytes(6).toString('hex');
	const listsOfRecord = new WeakMap<JsonRecord, readonly FoundList[]>();
	const normalizers = new Map<string, Normalizer>();
	const counts = {discarded: 0};

	function before(name: string): {previous?: Schema} {
		const schema = previous.get(name);
		return schema ? {previous: schema} : {};
	}

	function main(page: Page): Page {
		const records: JsonRecord[] = [];
		const lists: (readonly FoundList[])[] = [];
		for (const [index, whole] of page.records.entries()) {
			const {record, lists: found} = split.take(whole);
			records.push(given.length > 0 ? record : withRowId(`${run}-${page.number}-${index}`, record));
			lists.push(found);
		}
		const {rejections = [], ...normalized} = normalizer.page({...page, records, rejections: []});
		const refused = new Set(rejections.map(({index}) => index));
		const left = lists.filter((_, index) => !refused.has(index));
		for (const [at, record] of normalized.records.entries()) {
			const found = left[at];
			if (found !== undefined && found.length > 0) listsOfRecord.set(record, found);
		}
		const whole = rejections.map(rejection => ({
			...rejection,
			record: page.records.at(rejection.index) ?? rejection.record,
		}));
		const all = [...(page.rejections ?? []), ...whole];
		return all.length === 0 ? normalized : {...normalized, rejections: all};
	}

	function lists(page: Page): Page {
		const found = new Map<string, Rows>();
		for (const [index, record] of page.records.entries()) {
			const own = listsOfRecord.get(record);
			if (own) split.addRows(own, keyOf(record), found, index);
		}
		const admitted = [...found].filter(([name, {rows}]) => isAdmitted(name, rows.length, page));
		if (admitted.length === 0) return page;
		return {...page, tables: admitted.map(([name, rows]) => normalized(name, rows, page.number))};
	}

	function isAdmitted(name: string, rows: number, {resource, number}: Page): boolean {
		if (newTables === 'evolve' || previous.has(name)) return true;
		if (newTables === 'freeze') {
			const list = name.slice(table.length + SEPARATOR.length);
			throw new SchemaError(
				`${resource}.${list}: a list that makes the new table ${name}, in ${pageName(number)}. Declare ` +
					'the column as json or list, or relax the contract tables: freeze',
				list,
			);
		}
		counts.discarded += rows;
		return false;
	}

	function keyOf(record: JsonRecord): JsonRecord {
		const keys: JsonRecord = {};
		for (const name of keyColumns) setProperty(keys, parentKey(table, name), ownValue(record, name) ?? null);
		return keys;
	}

	// Without a declared type, a text that looks like a time would become one, and json would be split: the
	// same key would differ from that of the record.
	function keySchema(): SchemaDefinition | undefined {
		const fixed = normalizer
			.schema()
			.columns.filter(({name, type}) => keyColumns.includes(name) && (type === 'text' || type === 'json'));
		if (fixed.length === 0) return undefined;
		return {
			columns: Object.fromEntries(
				fixed.map(({name, type}) => [parentKey(table, name), {type: type as 'text' | 'json'}]),
			),
		};
	}

	function normalized(name: string, {rows, keys, depth, owners}: Rows, number: number): Page {
		const made = normalizers.get(name);
		const child = made ?? normalizePages(keySchema(), {...childOptions(keys, depth), ...before(name)});
		if (!made) normalizers.set(name, child);
		const discarded = child.counts?.discarded ?? 0;
		const result = child.page({resource: name, number, records: rows});
		counts.discarded += (child.counts?.discarded ?? 0) - discarded;
		const refused = new Set(result.rejections?.map(({index}) => index));
		return {...result, list: names.pathOf(name), owners: owners.filter((_, index) => !refused.has(index))};
	}

	function childOptions(keys: readonly string[], depth: number): NormalizeOptions {
		const dataType = typeof contract === 'string' ? contract : contract.dataType;
		const {hardDelete: _, ...others} = rest;
		return {
			...others,
			contract: {...(dataType && {dataType})},
			nested: 'flatten',
			maxNesting: Math.max(maxNesting - depth, 0),
			naming,
			primaryKey: keys,
		};
	}

	return {
		main: {page: main, ...(normalizer.counts && {counts: normalizer.counts})},
		lists: {page: lists, counts},
	};
}

function withRowId(id: string, record: JsonRecord): JsonRecord {
	const made = {[ROW_ID]: id, ...record};
	rememberOrder(made, [ROW_ID, ...keysOf(record)]);
	return made;
}
