import {PaginationError} from '../../core/errors.ts';
import {type JsonValue, stringify} from '../../core/json.ts';
import {parsePath} from '../../core/path.ts';
import {put, target} from '../draft.ts';
import type {Paginator} from '../paginator.ts';
import {moreRule} from '../stop.ts';

export interface CursorOptions {
	/** Where the body holds the cursor of the next page; may point into the rows: `data[-1].id`. @default 'cursors.next' */
	readonly cursorPath?: string;
	/** @default 'cursor' */
	readonly cursorParam?: string;
	/** Dotted path in the JSON body, instead of `cursorParam`. */
	readonly cursorBodyPath?: string;
	/** @default false */
	readonly stopAfterEmptyPage?: boolean;
	/** Where the body says whether there is more. */
	readonly hasMorePath?: string;
}

/** The server names the next page: `?cursor=eyJ…`. Ends where it names none (null, empty, 0 or false). */
export function cursor(options: CursorOptions = {}): Paginator<JsonValue> {
	const {cursorPath = 'cursors.next', stopAfterEmptyPage = false} = options;
	const path = parsePath(cursorPath);
	const cursorTarget = target(options.cursorParam, options.cursorBodyPath, 'cursor');
	const more = moreRule(options.hasMorePath);

	return {
		name: 'cursor',
		reads: [cursorPath, options.hasMorePath],
		first: null,
		request: (draft, place) => (place === null ? draft : put(draft, cursorTarget, place)),
		next(_place, {received, body}) {
			if (received === 0 && stopAfterEmptyPage) return undefined;
			const hasMore = more(body);
			const value = path.first(body);
			if (hasMore === false) return undefined;
			if (value) return value;
			if (hasMore)
				throw new PaginationError(
					`has_more_path "${options.hasMorePath}" promises another page, but there is no cursor at "${cursorPath}"`,
				);
			return undefined;
		},
		describe: place =>
			place === null ? 'the first page' : `cursor ${typeof place === 'object' ? stringify(place) : String(place)}`,
	};
}
