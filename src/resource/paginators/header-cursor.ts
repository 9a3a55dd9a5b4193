import {put} from '../draft.ts';
import type {Paginator} from '../paginator.ts';

export interface HeaderCursorOptions {
	/** The response header that holds the cursor of the next page. @default 'next' */
	readonly cursorKey?: string;
	/** @default 'cursor' */
	readonly cursorParam?: string;
}

/** The cursor of the next page comes in a response header. Ends where the header is missing or empty. */
export function headerCursor({cursorKey = 'next', cursorParam = 'cursor'}: HeaderCursorOptions = {}): Paginator<string | null> {
	return {
		name: 'header_cursor',
		first: null,
		request: (draft, place) => (place === null ? draft : put(draft, {param: cursorParam}, place)),
		next: (_place, {headers}) => headers[cursorKey.toLowerCase()]?.trim() || undefined,
		describe: place => (place === null ? 'the first page' : `cursor ${place}`),
	};
}
