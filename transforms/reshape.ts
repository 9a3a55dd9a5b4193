import {orderOf} from '../src/core/json/key-order.ts';
import type {JsonRecord, Page} from '../src/core/page.ts';
import {rowsIn} from '../src/core/records/lazy-records.ts';

/**
 * The page with other records and no schema: after a change of shape, the schema of `normalize()` is no
 * longer right.
 */
export function reshape(page: Page, records: readonly JsonRecord[]): Page {
	const {schema, ...rest} = page;
	const order = orderOf(records) ?? page.order ?? orderOf(rowsIn(page.records));
	return {...rest, ...(order && {order}), records};
}
