/**
 * The first and the last row of a page, by their keys. The server may look up a page that was asked for ahead
 * before the page in front of it. Rows that come to the head of the list between the two push rows out of both
 * pages. They also push a row of the edge onto the next page, unless they fill two pages.
 */
import {type JsonValue, parse, stringify} from '../../../core/json/json.ts';
import type {JsonRecord} from '../../../core/page.ts';
import {parsePath} from '../../../core/path/path.ts';
import {linesOf, rowsIn} from '../../../core/records/lazy-records.ts';
import type {RecordList} from '../../../core/records/record-list.ts';

export interface EdgeRows {
	/** Whether one of the two rows is on the next page. A page that ends as this one is this one again. */
	areIn(next: RecordList): boolean;
	/** Takes more rows of the same page. */
	more(records: RecordList): void;
}

export type EdgesOf = (records: RecordList) => EdgeRows | undefined;

const LINE_FEED = 0x0a;
const names = ['id', '_id', 'uuid', 'guid', 'key'];

/** By the primary key, or by a column that usually is one. Rows without a key have no edge. */
export function edgeRows(primaryKey: readonly string[] = []): EdgesOf {
	const paths = primaryKey.map(column => parsePath(column));

	function keyOf(row: JsonRecord): Key | undefined {
		if (paths.length > 0) {
			const values = paths.map((path, i) => row[primaryKey[i] ?? ''] ?? path.first(row) ?? null);
			const name = primaryKey.at(-1)?.split('.').at(-1) ?? '';
			return values.includes(null)
				? undefined
				: {text: stringify(values), name, value: values.at(-1) ?? null};
		}
		const name = names.find(each => isKey(row[each]));
		return name === undefined
			? undefined
			: {text: stringify([name, row[name] ?? null]), name, value: row[name] ?? null};
	}

	function count(records: RecordList, key: Key): number {
		const rows = candidates(records, key);
		return rows.filter(row => keyOf(row)?.text === key.text).length;
	}

	return records => {
		let [first, last] = ends(records).map(row => row && keyOf(row));
		if (!first || !last) return undefined;
		let [pageOfFirst, pageOfLast] = [records, records];
		return {
			more(added) {
				last = ends(added).map(row => row && keyOf(row))[1] ?? last;
				pageOfLast = added;
			},
			areIn(next) {
				const end = ends(next)[1];
				if (!first || !last || (end && keyOf(end)?.text === last.text)) return false;
				const isIn = (key: Key, page: RecordList) => count(next, key) === 1 && count(page, key) === 1;
				return isIn(last, pageOfLast) || isIn(first, pageOfFirst);
			},
		};
	};
}

interface Key {
	readonly text: string;
	/** The name and the value of its last column. */
	readonly name: string;
	readonly value: JsonValue;
}

function isKey(value: JsonValue | undefined): boolean {
	return typeof value === 'string' || typeof value === 'number';
}

function ends(records: RecordList): [JsonRecord | undefined, JsonRecord | undefined] {
	const lines = linesOf(records);
	if (!lines || records.length === 0) return [rowsIn(records)[0], rowsIn(records).at(-1)];
	return [lineAround(lines, 0), lineAround(lines, lines.length - 2)];
}

/** The rows that may have the key: of lines, those with the text of its last column. */
function candidates(records: RecordList, {name, value}: Key): readonly JsonRecord[] {
	const lines = linesOf(records);
	if (!lines) return rowsIn(records);
	const text = Buffer.from(lines.buffer, lines.byteOffset, lines.byteLength);
	const found: JsonRecord[] = [];
	// JSON is written with a blank after the colon, or without one.
	for (const between of [':', ': ']) {
		const wanted = Buffer.from(`${stringify(name)}${between}${stringify(value)}`);
		for (let at = text.indexOf(wanted); at >= 0; ) {
			found.push(lineAround(lines, at));
			const end = lines.indexOf(LINE_FEED, at);
			at = end < 0 ? -1 : text.indexOf(wanted, end);
		}
	}
	return found;
}

function lineAround(lines: Uint8Array, at: number): JsonRecord {
	const end = lines.indexOf(LINE_FEED, at);
	const line = lines.subarray(at === 0 ? 0 : lines.lastIndexOf(LINE_FEED, at) + 1, end < 0 ? undefined : end);
	return parse(new TextDecoder().decode(line)) as JsonRecord;
}
