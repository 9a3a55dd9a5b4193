/** Records that are still text, as an answer brings them. */
import {KeyTable} from '../../src/core/records/key-table.ts';
import {lazyBody} from '../../src/core/records/lazy-body.ts';
import type {LazyRecords} from '../../src/core/records/lazy-records.ts';

/** Those of a list, `[{"id":1}]`; `undefined` where it has to be parsed. */
export function textRecords(
	list: string,
	keys = new KeyTable(),
	need: 'text' | 'index' = 'index',
): LazyRecords | undefined {
	return lazyBody(Buffer.from(list), [], {need, keys})?.records;
}
