/**
 * Notices rows that come again on a later page, equal in all fields: the list moved, or the server went back.
 * Only the first rows of a walk are remembered, so a long walk costs no more than a short one.
 */
import {type JsonValue, stringify} from '../../../core/json/json.ts';
import {linesOf, rowsIn} from '../../../core/records/lazy-records.ts';
import type {RecordList} from '../../../core/records/record-list.ts';
import type {Paginator} from '../../paging/paginator.ts';
import {identity} from './row-identity.ts';

export interface DoubledRows {
	/** Takes the new rows of a page. `describe` returns its place. */
	page(records: RecordList, describe: () => string): void;
	/** Something else has told of it. */
	quiet(): void;
}

const MOST_ROWS = 20_000;
const MOST_CHARACTERS = 8 * 1024 * 1024;

interface Options {
	readonly paginator: Paginator;
	/** With a primary key, one row of each key stays. */
	readonly primaryKey?: readonly string[] | undefined;
	readonly tell: (message: string) => void;
}

/** Rows without an identity may rightly come again: `{status: ok}`. */
export function doubledRows({paginator, primaryKey = [], tell}: Options): DoubledRows | undefined {
	if (primaryKey.length > 0 || paginator.repeatedPage === 'keep') return undefined;
	const identityOf = identity();
	let seen: Set<string> | undefined = new Set();
	let characters = 0;

	// A row that comes twice on one page is in the list twice.
	function again(records: RecordList): number[] {
		const found: number[] = [];
		const texts = textsOf(records);
		for (const [index, text] of texts.entries()) if (text !== undefined && seen?.has(text)) found.push(index);
		for (const text of texts) {
			if (text === undefined) continue;
			seen?.add(text);
			characters += text.length;
		}
		return found;
	}

	return {
		page(records, describe) {
			if (!seen || records.length === 0) return;
			if (seen.size + records.length > MOST_ROWS || characters > MOST_CHARACTERS) {
				seen = undefined;
				return;
			}
			const indices = again(records);
			if (indices.length === 0) return;
			const rows = rowsIn(records);
			const count = indices.filter(index => identityOf(rows[index] ?? {}) !== undefined).length;
			if (count === 0) return;
			seen = undefined;
			const what = count === 1 ? '1 row of it has' : `${count} rows of it have`;
			tell(
				`${describe()}: ${what} come before, equal in all fields, so the list moved, or the server went ` +
					'back; rows stand twice in the output, and others may be missing. Set primary_key to keep one ' +
					'of each',
			);
		},
		quiet() {
			seen = undefined;
		},
	};
}

// A value that is nested too deeply for a text is refused where it is written.
function textOf(row: JsonValue): string | undefined {
	try {
		return stringify(row);
	} catch (error) {
		if (error instanceof RangeError) return undefined;
		throw error;
	}
}

function textsOf(records: RecordList): (string | undefined)[] {
	const lines = linesOf(records);
	if (!lines) return rowsIn(records).map(row => textOf(row as JsonValue));
	return Buffer.from(lines.buffer, lines.byteOffset, lines.byteLength)
		.toString('latin1')
		.split('\n')
		.slice(0, -1);
}
