/** The selector of `resource()` as a transform, and projection. */
import type {Transform} from 'node:stream';
import {ConfigError, SelectorError} from '../src/core/errors.ts';
import type {JsonValue} from '../src/core/json/json.ts';
import {rememberOrder} from '../src/core/json/key-order.ts';
import {type JsonRecord, type Page, pageName, recordName} from '../src/core/page.ts';
import {parsePath} from '../src/core/path/path.ts';
import {detect, selector} from '../src/core/path/selector.ts';
import {rowsIn} from '../src/core/records/lazy-records.ts';
import type {Column, Schema} from '../src/core/schema/schema.ts';
import {type PageTransform, transform} from '../src/core/stage.ts';
import {setProperty} from './assign.ts';
import {reshape} from './reshape.ts';

/** Columns in order: names or dotted paths, whose last key is the name in the output, or `{name: path}`. */
export type Projection = readonly string[] | {readonly [name: string]: string};

export interface SelectOptions {
	/** Fields of the record that each row also gets, before its own fields. */
	readonly keep?: Projection;
}

/**
 * With a path, replaces each record by the rows that the path finds in it: `select('orders', {keep:
 * ['id']})`. With columns, keeps only those, in that order; a column that a record lacks is left out.
 * @example select(['id', 'address.city'])
 */
export function select(what: string | Projection, options?: SelectOptions): Transform {
	return transform('select', selectPages(what, options));
}

/** `select()` as a function of pages. */
export function selectPages(what: string | Projection, {keep = []}: SelectOptions = {}): PageTransform {
	return {page: typeof what === 'string' ? unnestPages(what, keep) : projectPages(what)};
}

function unnestPages(text: string, keep: Projection): (page: Page) => Page {
	const {select: find} = selector(text);
	const kept = readFields(keep, 'keep');

	function rowsOf(record: JsonRecord, index: number, page: Page): readonly JsonRecord[] {
		let rows: readonly JsonRecord[];
		try {
			rows = rowsIn(find(record).records);
		} catch (error) {
			throw error instanceof SelectorError ? nothingFound(text, record, index, page, error) : error;
		}
		return kept.length === 0 ? rows : rows.map(row => carry(project(record, kept), row, page));
	}

	return page =>
		reshape(
			page,
			page.records.flatMap((record, index) => rowsOf(record, index, page)),
		);
}

function carry(fields: JsonRecord, row: JsonRecord, {resource}: Page): JsonRecord {
	for (const name of Object.keys(row)) {
		if (Object.hasOwn(fields, name)) {
			throw new SelectorError(
				`${resource}: select: the rows have a field ${name} of their own. Keep the outer one under ` +
					`another name, for example keep: {parent_${name}: ${JSON.stringify(name)}}`,
			);
		}
		setProperty(fields, name, row[name] as JsonValue);
	}
	return fields;
}

function nothingFound(
	text: string,
	record: JsonRecord,
	index: number,
	page: Page,
	cause: Error,
): SelectorError {
	const better = detect(record);
	const advice = better === '$' ? '' : `. Try select(${JSON.stringify(better)})`;
	const place = recordName(index, page.number);
	return new SelectorError(
		`${page.resource}: select: no ${JSON.stringify(text)} in ${place}; ${keysOf(record)}${advice}`,
		{
			cause,
		},
	);
}

/** The columns of one record; those that it lacks are left out. */
export function projector(columns: Projection): (record: JsonRecord) => JsonRecord {
	const fields = readFields(columns, 'columns');
	return record => project(record, fields);
}

function projectPages(columns: Projection): (page: Page) => Page {
	const fields = readFields(columns, 'columns');
	if (fields.length === 0)
		throw new ConfigError([{path: 'columns', message: 'expected at least one column'}], 'select');
	return page => {
		const records = page.records.map(record => project(record, fields));
		const first = page.records.at(0);
		if (first && records.every(record => Object.keys(record).length === 0)) {
			const names = fields.map(({path}) => JSON.stringify(path)).join(', ');
			throw new SelectorError(
				`${page.resource}: select: none of ${names} in any record of ${pageName(page.number)}; ` +
					`${keysOf(first)}`,
			);
		}
		const schema = page.schema && projectSchema(page.schema, fields, records);
		return schema ? {...page, records, schema} : reshape(page, records);
	};
}

// Whole columns keep their types, and a column without a value has none yet. The type of a part of a column
// can only come from normalize().
function projectSchema(
	{columns}: Schema,
	fields: readonly Field[],
	records: readonly JsonRecord[],
): Schema | undefined {
	const byName = new Map(columns.map(column => [column.name, column]));
	const chosen: Column[] = [];
	for (const {name, path} of fields) {
		const column = byName.get(path);
		if (column) chosen.push({...column, name});
		else if (records.some(record => Object.hasOwn(record, name))) return undefined;
	}
	return {columns: chosen};
}

interface Field {
	readonly name: string;
	readonly path: string;
	read(record: JsonRecord): JsonValue | undefined;
}

function readFields(projection: Projection, option: string): Field[] {
	const named = Array.isArray(projection)
		? projection.map((path: string) => [lastKey(path), path] as const)
		: Object.entries(projection as {readonly [name: string]: string});
	const names = new Set<string>();
	for (const [name] of named) {
		if (!names.has(name)) names.add(name);
		else
			throw new ConfigError(
				[{path: option, message: `two columns called ${name}; give one a name: {other: path}`}],
				'select',
			);
	}
	return named.map(([name, path]) => {
		// A name that is no path, such as one with a space in it, is the name of a field.
		const nested = /[.[]/.test(path) ? parsePath(path) : undefined;
		const read: Field['read'] = record =>
			Object.hasOwn(record, path) ? record[path] : nested?.first(record);
		return {name, path, read};
	});
}

function lastKey(path: string): string {
	if (!/[.[]/.test(path)) return path;
	const keys = (parsePath(path).steps ?? []).flatMap(step =>
		typeof step === 'object' && 'key' in step ? [step.key] : [],
	);
	return keys.at(-1) ?? path;
}

function project(record: JsonRecord, fields: readonly Field[]): JsonRecord {
	const row: JsonRecord = {};
	for (const {name, read} of fields) {
		const value = read(record);
		if (value !== undefined) setProperty(row, name, value);
	}
	rememberOrder(
		row,
		fields.map(({name}) => name),
	);
	return row;
}

function keysOf(record: JsonRecord): string {
	const keys = Object.keys(record);
	return keys.length === 0
		? 'the record is empty'
		: `found: ${keys.slice(0, 12).join(', ')}${keys.length > 12 ? ', …' : ''}`;
}
