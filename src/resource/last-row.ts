/**
 * The last row of a page, where it comes again on the next one: held as it is, so that it costs a page next
 * to nothing.
 */
import {isDeepStrictEqual} from 'node:util';
import {linesOf, parsedOf} from '../core/lines.ts';
import type {JsonRecord} from '../core/page.ts';

const LINE_FEED = 0x0a;

export interface LastRow {
	/** Index of the row in another page; -1 where it is not. */
	indexIn(records: readonly JsonRecord[]): number;
}

/** Nothing where the row comes twice in its own page: such rows do not tell pages apart. */
export function lastRow(records: readonly JsonRecord[]): LastRow | undefined {
	if (records.length === 0) return undefined;
	const lines = linesOf(records);
	const row = lines ? lastLine(lines) : parsedOf(records).at(-1);
	const indexIn = (others: readonly JsonRecord[]): number => {
		const text = linesOf(others);
		if (row instanceof Uint8Array) return text ? lineIndex(text, row) : -1;
		return text ? -1 : parsedOf(others).findIndex(other => isDeepStrictEqual(other, row));
	};
	return indexIn(records) === records.length - 1 ? {indexIn} : undefined;
}

function lastLine(lines: Uint8Array): Uint8Array {
	return lines.slice(lines.lastIndexOf(LINE_FEED, lines.length - 2) + 1);
}

// Lines of other rows may end alike, so it has to begin where a line does.
function lineIndex(lines: Uint8Array, line: Uint8Array): number {
	const text = Buffer.from(lines.buffer, lines.byteOffset, lines.byteLength);
	for (let at = text.indexOf(line); at >= 0; at = text.indexOf(line, at + 1)) {
		if (at > 0 && text[at - 1] !== LINE_FEED) continue;
		let index = 0;
		for (let end = text.indexOf(LINE_FEED); end < at && end >= 0; end = text.indexOf(LINE_FEED, end + 1))
			index++;
		return index;
	}
	return -1;
}
