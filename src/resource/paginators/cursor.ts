import {ConfigError, PaginationError} from '../../core/errors.ts';
import {type JsonValue, stringify} from '../../core/json.ts';
import {isObject, parsePath} from '../../core/path.ts';
import {put, putAll, type Target, without} from '../draft.ts';
import {type LoopRules, loopRules} from '../loop-rules.ts';
import {
	type EndOptions,
	endOptions,
	type PageStart,
	type Paginator,
	type RequestDraft,
} from '../paginator.ts';
import {moreRule} from '../stop.ts';

export interface CursorOptions extends EndOptions, LoopRules {
	/**
	 * Where the body holds the cursor of the next page; may point into the rows: `data[-1].id`. @default
	 * 'cursors.next'
	 */
	readonly cursorPath?: string;
	/**
	 * The query parameter for it. When none of the four is given, a cursor that is a whole URL is followed, and
	 * every key of one that is an object is sent: as a parameter, or in the JSON body of a request that has one.
	 * @default 'cursor'
	 */
	readonly cursorParam?: string;
	/** Dotted path in the JSON body, instead of `cursorParam`. */
	readonly cursorBodyPath?: string;
	/** A request header, instead of `cursorParam`. */
	readonly cursorHeader?: string;
	/**
	 * It replaces `{cursor}` in the path, instead of `cursorParam`; the first request goes out without that
	 * segment. @default false
	 */
	readonly cursorInPath?: boolean;
	/** @default false */
	readonly stopAfterEmptyPage?: boolean;
	/** Where the body says whether there is more. */
	readonly hasMorePath?: string;
}

/**
 * The server names the next page: `?cursor=eyJ…`. Ends where it names none (null, empty, 0, false or `{}`).
 */
export function cursor(options: CursorOptions = {}): Paginator<JsonValue> {
	const {cursorPath = 'cursors.next', stopAfterEmptyPage = false, hasMorePath} = options;
	const path = parsePath(cursorPath);
	const where = cursorTarget(options);
	const more = moreRule(hasMorePath);
	// The id of a record may be 0; as a field of its own, 0 says that there is no cursor.
	const isInRow = path.steps?.some(step => step !== '*' && 'index' in step) ?? false;

	function next({body}: PageStart): JsonValue | undefined {
		const hasMore = more(body);
		const value = path.first(body);
		if (hasMore === false) return undefined;
		const isEmpty = isObject(value) && Object.keys(value).length === 0;
		if ((value || (value === 0 && isInRow)) && !isEmpty) return value;
		if (hasMore)
			throw new PaginationError(
				`has_more_path "${hasMorePath}" promises another page, but there is no cursor at "${cursorPath}"`,
			);
		return undefined;
	}

	return {
		name: 'cursor',
		...loopRules(options),
		reads: [cursorPath, hasMorePath],
		first: null,
		request(draft, place) {
			if (place === null) return options.cursorInPath ? without(draft, PLACEHOLDER) : draft;
			return where ? put(draft, where, place) : putAsItIs(draft, place);
		},
		next(place, answer) {
			const {received, most = 0} = answer;
			if (received === 0 && stopAfterEmptyPage && !answer.isPromised) return undefined;
			const value = next(answer);
			// A value of the last row that takes that row in again: a page that has room for more, and brings none, is
			// the last one.
			const isEnd = isInRow && more(answer.body) === undefined && received < most && isSame(value, place);
			return isEnd ? undefined : value;
		},
		foresee: (_place, start) => start && next(start),
		ends: () => ({
			...endOptions(options),
			hasMorePath,
			nextPath: {option: 'cursor_path', path: cursorPath},
			isEmptyLast: stopAfterEmptyPage,
		}),
		describe: place =>
			place === null
				? 'the first page'
				: `cursor ${typeof place === 'object' ? stringify(place) : String(place)}`,
	};
}

function isSame(one: JsonValue | undefined, other: JsonValue): boolean {
	return one !== undefined && stringify(one) === stringify(other);
}

/** Where `cursorInPath` puts the cursor. */
export const PLACEHOLDER = '{cursor}';

function cursorTarget({
	cursorParam,
	cursorBodyPath,
	cursorHeader,
	cursorInPath,
}: CursorOptions): Target | undefined {
	const given: Target[] = cursorInPath ? [{placeholder: PLACEHOLDER}] : [];
	if (cursorParam !== undefined) given.push({param: cursorParam});
	if (cursorBodyPath !== undefined) given.push({bodyPath: cursorBodyPath});
	if (cursorHeader !== undefined) given.push({header: cursorHeader});
	if (given.length > 1) {
		throw new ConfigError(
			'cursor: expected one of cursorParam, cursorBodyPath, cursorHeader, cursorInPath, got several',
		);
	}
	return given[0];
}

function putAsItIs(draft: RequestDraft, place: JsonValue): RequestDraft {
	if (isObject(place)) return putAll(draft, place);
	if (typeof place === 'string' && /^https?:\/\//i.test(place)) return {...draft, path: place, params: {}};
	return put(draft, {param: 'cursor'}, place);
}
