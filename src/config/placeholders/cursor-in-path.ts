/** `{cursor}` in the path of an endpoint: where a paginator puts the cursor, instead of a parameter. */

import {asObject, type PlainObject} from '../tree.ts';
import {placeholders, template} from './braces.ts';

export const CURSOR = '{cursor}';

const paginators = ['cursor', 'header_cursor'];

/** Whether the cursor goes into the path. A param of that name goes first, as for any other placeholder. */
export function takesCursor(path: string, params: PlainObject, paginator: unknown): boolean {
	const type = asObject(paginator).type ?? paginator;
	return params.cursor == null && typeof type === 'string' && paginators.includes(type) && placeholders(path).includes('cursor');
}

/** Whether the cursor goes into the path of the requests after the first one. */
export function nextTakesCursor(paginator: unknown): boolean {
	const {path} = asObject(asObject(paginator).next_request);
	return typeof path === 'string' && takesCursor(template(path, ['cursor']), {}, paginator);
}

/** The key of the paginator that sends the cursor somewhere else, which it cannot do as well. */
export function otherPlace(paginator: unknown): string | undefined {
	const given = asObject(paginator);
	return ['cursor_param', 'cursor_body_path', 'cursor_header'].find(key => given[key] != null);
}
