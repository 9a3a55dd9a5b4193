/**
 * Sends one more request where a first answer has a usual number of rows, and nothing in it says whether more
 * follow. Its answer is not a page: its rows only show whether the server has others.
 */
import {createHash} from 'node:crypto';
import {RequestError} from '../../core/errors.ts';
import {canonical} from '../../core/json/canonical.ts';
import type {JsonValue} from '../../core/json/json.ts';
import type {Cursor} from '../../core/page.ts';
import type {Selector} from '../../core/path/selector.ts';
import {rowsIn} from '../../core/records/lazy-records.ts';
import type {RecordList} from '../../core/records/record-list.ts';
import type {BodyPart} from '../../http/send-options.ts';
import type {Paginator} from '../paging/paginator.ts';
import {pageStartOf} from './answer/walk-answer.ts';
import {identity} from './repeats/row-identity.ts';

/** Above this number, the prints of the rows would be too large for a place. */
const MOST_ROWS = 2000;
const LENGTH = 8;

/** Short texts that identify the rows of a page; `undefined` where the page has too many rows. */
export function printsOf(rows: RecordList): string[] | undefined {
	if (rows.length === 0 || rows.length > MOST_ROWS) return undefined;
	const identityOf = identity();
	return rowsIn(rows).map(row => print(identityOf(row) ?? canonical(row)));
}

/**
 * Whether most of the rows are different. A parameter that the server takes for a filter brings the same
 * ones.
 */
export function areOthers(rows: RecordList, prints: readonly string[]): boolean {
	const known = new Set(prints);
	const others = (printsOf(rows) ?? []).filter(text => !known.has(text));
	return others.length * 2 > rows.length;
}

function print(text: string): string {
	return createHash('sha256').update(text).digest('base64url').slice(0, LENGTH);
}

export interface SecondPage {
	/** Where the walk goes on. */
	readonly next?: Cursor | undefined;
	/** The server has reported that there is no second page. */
	readonly isOver?: boolean;
	/** Its answer without rows, and the path where they would be. */
	readonly none?: {readonly value: JsonValue; readonly path: Selector};
}

/**
 * Sends the request. A server that refuses it, or answers with something else than rows, leaves the question
 * open.
 */
export async function askForSecond(
	paginator: Paginator,
	at: Cursor,
	parts: AsyncIterable<BodyPart>,
	selectorOf: (body: JsonValue) => Selector,
	signal?: AbortSignal,
): Promise<SecondPage> {
	try {
		for await (const part of parts) {
			if (!part.last || part.outcome !== undefined || part.lines !== undefined || part.rows?.length)
				return {};
			const {value = null} = part;
			const path = selectorOf(value);
			const {records, received, isList} = part.records
				? {records: part.records, received: part.records.length, isList: true}
				: path.select(value);
			const answer = {...pageStartOf(part), received, records, isList};
			if (!isList) return {};
			return {
				next: paginator.next(at, answer),
				isOver: received === 0,
				...(received === 0 && {none: {value, path}}),
			};
		}
	} catch (error) {
		if (signal?.aborted) throw error;
		return {isOver: error instanceof RequestError && error.status === 404};
	}
	return {};
}
