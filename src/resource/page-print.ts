/** Fingerprints of the rows of a page, whatever stands around them: a time, an id of the request, a number of the page. */
import {stringify} from '../core/json.ts';
import {linesOf, parsedOf} from '../core/lines.ts';
import type {JsonRecord} from '../core/page.ts';
import {digestOf} from '../http/decode/digest.ts';

export interface PagePrint {
	readonly text: string;
	/** It covers each row. Otherwise another page may have the same, and `wholePrint` decides. */
	readonly isWhole: boolean;
}

// To write a page as text costs as much as to parse it, so of a page without text only these rows are looked at.
const MOST_ROWS_WHOLE = 3;

/** Cheap: of rows whose text is known, all of it; of others the first, the last and one in the middle. */
export function pagePrint(records: readonly JsonRecord[], received: number): PagePrint {
	const lines = linesOf(records);
	if (lines) return {text: digestOf(lines), isWhole: true};
	if (records.length <= MOST_ROWS_WHOLE) return {text: wholePrint(records, received), isWhole: true};
	const some = [0, records.length >> 1, records.length - 1].map(index => records[index] as JsonRecord);
	return {text: `${received} ${digest(some)}`, isWhole: false};
}

/** Of all rows. `received` tells a body that came in slices, whose last rows these are, from a longer one. */
export function wholePrint(records: readonly JsonRecord[], received: number): string {
	const lines = linesOf(records);
	return lines ? digestOf(lines) : `${received} ${digest(parsedOf(records))}`;
}

function digest(rows: readonly JsonRecord[]): string {
	return digestOf(Buffer.from(stringify(rows as JsonRecord[])));
}
