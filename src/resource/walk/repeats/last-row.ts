/** The last row of a page, and its index on the next page. The page is held until then. */
import {isDeepStrictEqual} from 'node:util';
import {linesOf, rowsIn} from '../../../core/records/lazy-records.ts';
import type {RecordList} from '../../../core/records/record-list.ts';

const LINE_FEED = 0x0a;

export interface LastRow {
	/** Index of the row in another page; -1 where it is missing. */
	indexIn(records: RecordList): number;
}

/** A row that comes twice in its own page does not tell pages apart, so it is never found. */
export function lastRow(records: RecordList): LastRow | undefined {
	if (records.length === 0) return undefined;
	const lines = linesOf(records);
	return lines ? lastLine(lines) : lastRecord(rowsIn(records));
}

function lastRecord(records: RecordList): LastRow | undefined {
	const row = records.at(-1);
	const indexIn = (others: RecordList): number =>
		linesOf(others) ? -1 : rowsIn(others).findIndex(other => isDeepStrictEqual(other, row));
	return indexIn(records) === records.length - 1 ? {indexIn} : undefined;
}

function lastLine(lines: Uint8Array): LastRow {
	const start = lines.lastIndexOf(LINE_FEED, lines.length - 2) + 1;
	const line = lines.subarray(start);
	return {
		indexIn(others) {
			const text = linesOf(others);
			const at = text ? startIn(text, line) : -1;
			// Its own page is searched last, as most rows come once.
			return text && at >= 0 && startIn(lines, line) === start ? lineAt(text, at) : -1;
		},
	};
}

// Lines of other rows may end in the same way, so the match has to begin at the start of a line.
function startIn(lines: Uint8Array, line: Uint8Array): number {
	const text = Buffer.from(lines.buffer, lines.byteOffset, lines.byteLength);
	let at = text.indexOf(line);
	while (at > 0 && text[at - 1] !== LINE_FEED) at = text.indexOf(line, at + 1);
	return at;
}

// The number of the line that begins at an offset.
function lineAt(lines: Uint8Array, at: number): number {
	let number = 0;
	for (let end = lines.indexOf(LINE_FEED); end < at && end >= 0; end = lines.indexOf(LINE_FEED, end + 1))
		number++;
	return number;
}
