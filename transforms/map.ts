/** Calls a function of the user with every record. */
import type {Transform} from 'node:stream';
import {SluiceError, StageError} from '../src/core/errors.ts';
import type {JsonObject, JsonValue} from '../src/core/json/json.ts';
import {type JsonRecord, type Page, recordName} from '../src/core/page.ts';
import {isObject} from '../src/core/path/path.ts';
import {toRecords} from '../src/core/path/selector.ts';
import {messageOf, type PageTransform, transform} from '../src/core/stage.ts';
import {reshape} from './reshape.ts';

/** The origin of a record. */
export interface RecordPlace {
	readonly resource: string;
	/** Number of the page, from 0. */
	readonly page: number;
	/** Index in the page, from 0. */
	readonly index: number;
	/** In steps of a config: the values of the request, by the names that expressions use. */
	readonly request?: JsonObject;
}

/**
 * Replaces each record with the result of a function. To drop records, use `filter`; to wait for something,
 * an async generator over pages.
 * @example map(record => ({...record, source: 'crm'}))
 */
export function map(change: (record: JsonRecord, place: RecordPlace) => JsonRecord): Transform {
	return transform('map', mapPages(change));
}

/**
 * Keeps the records for which `test` returns true. To wait for something, use an async generator over pages.
 * @example filter(({status}) => status === 'open')
 */
export function filter(test: (record: JsonRecord, place: RecordPlace) => boolean): Transform {
	return transform('filter', filterPages(test));
}

/** `map()` as a function of pages. */
export function mapPages(change: (record: JsonRecord, place: RecordPlace) => JsonRecord): PageTransform {
	const changed = checkedMap(change);
	return {
		page: page =>
			reshape(
				page,
				page.records.map((record, index) => changed(record, placeOf(page, index))),
			),
	};
}

/** `filter()` as a function of pages. */
export function filterPages(test: (record: JsonRecord, place: RecordPlace) => boolean): PageTransform {
	const passes = checkedFilter(test);
	return {
		page: page => {
			const records = page.records.filter((record, index) => passes(record, placeOf(page, index)));
			return records.length === page.records.length ? page : {...page, records};
		},
	};
}

/** The function with a check of its result, and with the place of the record in its errors. */
export function checkedMap(
	change: (record: JsonRecord, place: RecordPlace) => JsonRecord,
): (record: JsonRecord, place: RecordPlace) => JsonRecord {
	return (record, place) => {
		const result = call('map', change, record, place);
		if (isObject(result) && !isPromise(result)) return result;
		throw wrongResult('map', 'a record', result, place);
	};
}

/** The same as `checkedMap`, for a test. */
export function checkedFilter(
	test: (record: JsonRecord, place: RecordPlace) => boolean,
): (record: JsonRecord, place: RecordPlace) => boolean {
	return (record, place) => {
		const result = call('filter', test, record, place);
		if (!isPromise(result)) return result;
		throw wrongResult('filter', 'true or false', result, place);
	};
}

// A generator that never ends would use all memory before the first row goes out.
const MOST_ROWS = 1_000_000;

/**
 * The same as `checkedMap`, for a function that makes any number of records from one; a result that is no
 * object becomes `{value}`.
 */
export function checkedYieldMap(
	change: (record: JsonRecord, place: RecordPlace) => Iterable<unknown>,
): (record: JsonRecord, place: RecordPlace) => readonly JsonRecord[] {
	return (record, place) => call('yield_map', () => collect(change(record, place), place), record, place);
}

function collect(result: Iterable<unknown>, place: RecordPlace): JsonRecord[] {
	if (typeof result !== 'object' || result === null || !(Symbol.iterator in result))
		throw wrongResult('yield_map', 'a list or a generator of records', result, place);
	const rows: JsonValue[] = [];
	for (const row of result) {
		if (isPromise(row) || row === undefined) throw wrongResult('yield_map', 'records', row, place);
		if (rows.push(row as JsonValue) > MOST_ROWS) throw new Error(`more than ${MOST_ROWS} records of one`);
	}
	return toRecords([rows]);
}

function placeOf({resource, number}: Page, index: number): RecordPlace {
	return {resource, page: number, index};
}

function call<Result>(
	name: string,
	run: (record: JsonRecord, place: RecordPlace) => Result,
	record: JsonRecord,
	place: RecordPlace,
): Result {
	try {
		return run(record, place);
	} catch (error) {
		if (error instanceof SluiceError) throw error;
		throw new StageError(`${describe(name, place)}: ${messageOf(error)}`, {cause: error});
	}
}

function describe(name: string, {resource, page, index}: RecordPlace): string {
	return `${resource}: ${name}, ${recordName(index, page)}`;
}

function isPromise(result: unknown): result is Promise<unknown> {
	return result instanceof Promise;
}

function wrongResult(name: string, expected: string, result: unknown, place: RecordPlace): StageError {
	// The promise is refused, so its rejection must be handled: an unhandled one would end the process.
	if (isPromise(result)) result.catch(() => {});
	const got = isPromise(result)
		? 'a promise; to wait for something use an async generator over pages'
		: String(result);
	return new StageError(`${describe(name, place)}: the function must return ${expected}, got ${got}`);
}
