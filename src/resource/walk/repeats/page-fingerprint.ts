/**
 * Fingerprints of the rows of a page. They ignore the rest of the body: a time, an id of the request, a page
 * number.
 */
import {type JsonValue, stringify} from '../../../core/json/json.ts';
import type {JsonRecord} from '../../../core/page.ts';
import {isObject} from '../../../core/path/path.ts';
import {linesOf, rowsIn} from '../../../core/records/lazy-records.ts';
import type {RecordList} from '../../../core/records/record-list.ts';
import {digestOf} from '../../../http/decode/digest.ts';

export interface PagePrint {
	readonly text: string;
	/** The print covers each row. Otherwise another page may have the same print, and `wholePrint` decides. */
	readonly isWhole: boolean;
}

// Writing a page as text costs as much as parsing it, so on a page without text only these rows are looked
// at.
const MOST_ROWS_WHOLE = 3;

/**
 * A cheap print: of all rows if their text is known, or else of the first, the last and one in the middle.
 */
export function pagePrint(records: RecordList, received: number): PagePrint {
	const lines = linesOf(records);
	if (lines) return {text: digestOf(lines), isWhole: true};
	if (records.length <= MOST_ROWS_WHOLE) return {text: wholePrint(records, received), isWhole: true};
	const rows = rowsIn(records);
	const some = [0, rows.length >> 1, rows.length - 1].map(index => rows[index] as JsonRecord);
	return {text: `${received} ${digest(some)}`, isWhole: false};
}

/**
 * A print of all rows. `received` tells a body that came in slices, and ends with these rows, from a longer
 * one.
 */
export function wholePrint(records: RecordList, received: number): string {
	const lines = linesOf(records);
	return lines ? digestOf(lines) : `${received} ${digest(rowsIn(records))}`;
}

function digest(rows: readonly JsonRecord[]): string {
	try {
		return digestOf(Buffer.from(stringify(rows as JsonRecord[])));
	} catch (error) {
		if (!(error instanceof RangeError)) throw error;
		return digestOf(Buffer.from(inSteps(rows as JsonRecord[])));
	}
}

// The text of values that are nested so deep that recursion would overflow the stack. A step of the config
// may still remove them.
function inSteps(value: JsonValue): string {
	const parts: string[] = [];
	const open: JsonValue[] = [value];
	for (let next = open.pop(); next !== undefined; next = open.pop()) {
		if (Array.isArray(next)) {
			parts.push(`[${next.length}`);
			for (const item of next) open.push(item);
		} else if (isObject(next)) {
			parts.push(JSON.stringify(Object.keys(next)));
			for (const item of Object.values(next)) open.push(item);
		} else parts.push(stringify(next));
	}
	return parts.join();
}
