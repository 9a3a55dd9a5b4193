import {put} from '../draft.ts';
import type {Paginator} from '../paginator.ts';
import {headerTotal} from '../stop.ts';

export interface HeaderCursorOptions {
	/** The response header that holds the cursor of the next page. @default 'next' */
	readonly cursorKey?: string;
	/** @default 'cursor' */
	readonly cursorParam?: string;
	/** A request header, instead of `cursorParam`. */
	readonly cursorHeader?: string;
}

/** The cursor of the next page comes in a response header. Ends where the header is missing or empty. */
export function headerCursor({
	cursorKey = 'next',
	cursorParam,
	cursorHeader,
}: HeaderCursorOptions = {}): Paginator<string | null> {
	if (cursorParam !== undefined && cursorHeader !== undefined)
		throw new TypeError('header_cursor: expected one of cursorParam, cursorHeader, got both');
	const where = cursorHeader === undefined ? {param: cursorParam ?? 'cursor'} : {header: cursorHeader};
	return {
		name: 'header_cursor',
		first: null,
		request: (draft, place) => (place === null ? draft : put(draft, where, place)),
		next: (_place, {headers}) => headers[cursorKey.toLowerCase()]?.trim() || undefined,
		total: (_place, {headers}) => headerTotal(headers),
		describe: place => (place === null ? 'the first page' : `cursor ${place}`),
	};
}
