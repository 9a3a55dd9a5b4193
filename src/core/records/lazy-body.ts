/** A JSON body whose records stay text: everything around them is parsed, and the whole body is checked. */
import {type JsonObject, type JsonValue, parse} from '../json/json.ts';
import {findList, type JsonList, toLines} from './json-list.ts';
import type {KeyTable} from './key-table.ts';
import {LazyRecords, rowsIn} from './lazy-records.ts';
import {withoutLineBreaks} from './line-breaks.ts';
import type {Need} from './need.ts';
import type {RecordList} from './record-list.ts';
import {textAt, ValueIndexer} from './value-index.ts';

/** How records stay text. */
export interface LazyReading {
	/** With `index`, records are indexed while they are checked. */
	readonly need: Exclude<Need, 'rows'>;
	/** The keys of the resource. */
	readonly keys: KeyTable;
}

export interface LazyBody {
	readonly records: LazyRecords;
	/** The body with only the last record in its list, like a body that is streamed. */
	readonly value: JsonValue;
}

/**
 * The body, if all items of the list at `keys` are objects, and there is one. Takes ownership of the bytes,
 * which must be UTF-8 without a byte order mark. For any other body it returns `undefined`, and does not
 * change the bytes.
 */
export function lazyBody(
	body: Uint8Array,
	keys: readonly string[],
	{need, keys: table}: LazyReading,
): LazyBody | undefined {
	const bytes = withoutLineBreaks(body);
	if (!bytes) return undefined;
	const indexer = need === 'index' ? new ValueIndexer(table, bytes.length) : undefined;
	const list = findList(bytes, keys, indexer);
	if (!list) return undefined;
	const around = parse(textAt(bytes, 0, list.start) + textAt(bytes, list.end, bytes.length));
	// Such a key takes precedence over a path with the same text.
	if (keys.length > 1 && Object.hasOwn(around as object, keys.join('.'))) return undefined;
	const last = parse(textAt(bytes, ...lastOf(list))) as JsonObject;
	const {lines, moved} = toLines(bytes, list);
	const index = indexer && (indexer.index(bytes, moved) ?? null);
	const records = new LazyRecords(list.items.length, lines, table, {index, last});
	return {records, value: withList(around, keys, [last])};
}

/**
 * Records that were parsed from the list at `keys` of a body, together with their text. Takes ownership of
 * the bytes. Returns the same records where the body has others.
 */
export function withText(
	records: RecordList,
	body: Uint8Array,
	keys: readonly string[],
	table: KeyTable,
): RecordList {
	const bytes = withoutLineBreaks(body);
	const list = bytes && findList(bytes, keys);
	if (list?.items.length !== records.length) return records;
	return new LazyRecords(records.length, toLines(bytes as Uint8Array, list).lines, table, {
		rows: rowsIn(records),
	});
}

function lastOf({items}: JsonList): [start: number, end: number] {
	const {start = 0, end = 0} = items.at(-1) ?? {};
	return [start, end];
}

function withList(around: JsonValue, keys: readonly string[], list: JsonValue[]): JsonValue {
	const last = keys.at(-1);
	if (last === undefined) return list;
	const owner = keys.slice(0, -1).reduce((value, key) => value[key] as JsonObject, around as JsonObject);
	owner[last] = list;
	return around;
}
