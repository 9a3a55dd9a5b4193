/** A function of the user's on every record. */
import type {Transform} from 'node:stream';
import {SluiceError, StageError} from '../src/core/errors.ts';
import type {JsonRecord, Page} from '../src/core/page.ts';
import {isObject} from '../src/core/path.ts';
import {messageOf, type PageTransform, transform} from '../src/core/stage.ts';
import {reshape} from './reshape.ts';

/** Where a record came from. */
export interface RecordPlace {
	readonly resource: string;
	/** Number of the page, from 0. */
	readonly page: number;
	/** Index in the page, from 0. */
	readonly index: number;
}

/** Puts another record in the place of each. To drop some, use `filter`; to wait for something, an async generator over pages. */
export function map(change: (record: JsonRecord, place: RecordPlace) => JsonRecord): Transform {
	return transform('map', mapPages(change));
}

/** Keeps the records for which `test` says true. To wait for something, use an async generator over pages. */
export function filter(test: (record: JsonRecord, place: RecordPlace) => boolean): Transform {
	return transform('filter', filterPages(test));
}

/** `map()` as a function of pages. */
export function mapPages(change: (record: JsonRecord, place: RecordPlace) => JsonRecord): PageTransform {
	const changed = (record: JsonRecord, page: Page, index: number): JsonRecord => {
		const result = call('map', change, record, page, index);
		if (isObject(result) && !isPromise(result)) return result;
		throw wrongResult('map', 'a record', result, page, index);
	};
	return {
		page: page =>
			reshape(
				page,
				page.records.map((record, index) => changed(record, page, index)),
			),
	};
}

/** `filter()` as a function of pages. */
export function filterPages(test: (record: JsonRecord, place: RecordPlace) => boolean): PageTransform {
	const passes = (record: JsonRecord, page: Page, index: number): boolean => {
		const result = call('filter', test, record, page, index);
		if (!isPromise(result)) return result;
		throw wrongResult('filter', 'true or false', result, page, index);
	};
	return {
		page: page => {
			const records = page.records.filter((record, index) => passes(record, page, index));
			return records.length === page.records.length ? page : {...page, records};
		},
	};
}

function call<Result>(
	name: string,
	run: (record: JsonRecord, place: RecordPlace) => Result,
	record: JsonRecord,
	page: Page,
	index: number,
): Result {
	try {
		return run(record, {resource: page.resource, page: page.number, index});
	} catch (error) {
		if (error instanceof SluiceError) throw error;
		throw new StageError(`${page.resource}: ${name}, record ${index} of page ${page.number}: ${messageOf(error)}`, {
			cause: error,
		});
	}
}

function isPromise(result: unknown): result is Promise<unknown> {
	return result instanceof Promise;
}

function wrongResult(name: string, expected: string, result: unknown, page: Page, index: number): StageError {
	// Nobody waits for it, and a rejection that nobody awaits would end the process.
	if (isPromise(result)) result.catch(() => {});
	const got = isPromise(result) ? 'a promise; to wait for something use an async generator over pages' : String(result);
	return new StageError(
		`${page.resource}: ${name}, record ${index} of page ${page.number}: the function must return ${expected}, got ${got}`,
	);
}
