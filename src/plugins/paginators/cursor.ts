import {PaginationError} from '../../core/errors.ts';
import {type JsonValue, stringify} from '../../core/json/json.ts';
import {isObject, parsePath} from '../../core/path/path.ts';
import type {PageStart, RequestDraft} from '../../resource/paging/paginator.ts';
import {
	type ParameterPlace,
	putAll,
	removePlaceholder,
	setParameter,
} from '../../resource/paging/request-draft.ts';
import {moreRule} from '../../resource/paging/stop-rules.ts';
import {responsePath, text} from '../fields.ts';
import {definePaginator, type Paging} from '../paginator.ts';
import type {OptionsOf} from '../plugin.ts';
import {CURSOR, cursorHeader, cursorInPath, hasMorePath, stopAfterEmptyPage} from './common-fields.ts';

/**
 * The server names the next page: `?cursor=eyJ…`. The walk ends if it names none (null, empty, 0, false or
 * `{}`).
 * @example cursor({cursorPath: 'meta.next', cursorParam: 'after'})
 */
export const cursor = definePaginator({
	type: 'cursor',
	summary: 'Sends back a value that the last response held.',
	example: {cursorPath: 'meta.next', cursorParam: 'after'},
	nextRequest: 'any',
	fields: {
		cursorPath: responsePath({default: 'cursors.next', doc: 'Path to that value in the response.'}),
		cursorParam: text({
			optional: true,
			shown: 'cursor',
			null: 'absent',
			unless: ['cursorBodyPath', 'cursorHeader', 'cursorInPath'],
			doc: 'Query parameter it is sent in. Left out, a whole URL is followed, and of an object every key is sent.',
		}),
		cursorBodyPath: text({
			optional: true,
			null: 'absent',
			doc: 'Dotted key of it in the JSON body, instead of cursor_param.',
		}),
		cursorHeader,
		cursorInPath,
		stopAfterEmptyPage: stopAfterEmptyPage(false),
		hasMorePath,
	},
	make({cursorPath, stopAfterEmptyPage, hasMorePath, cursorInPath, ...targets}): Paging<JsonValue> {
		const path = parsePath(cursorPath);
		const where = cursorInPath ? {placeholder: CURSOR} : targetOf(targets);
		const more = moreRule(hasMorePath);
		// The id of a record may be 0. As a field outside the records, 0 means that there is no cursor.
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
			reads: [cursorPath, hasMorePath],
			first: null,
			request(draft, place) {
				if (place === null) return cursorInPath ? removePlaceholder(draft, CURSOR) : draft;
				return where ? setParameter(draft, where, place) : putAsItIs(draft, place);
			},
			next(place, answer) {
				const {received, most = 0} = answer;
				if (received === 0 && stopAfterEmptyPage && !answer.isPromised) return undefined;
				const value = next(answer);
				// The cursor is a value of the last row, and the next page includes that row again. If a page has
				// room for more rows and brings none, it is the last one.
				const isEnd = isInRow && more(answer.body) === undefined && received < most && isSame(value, place);
				return isEnd ? undefined : value;
			},
			foresee: (_place, start) => start && next(start),
			ends: () => ({
				hasMorePath,
				nextPath: {option: 'cursor_path', path: cursorPath},
				isEmptyLast: stopAfterEmptyPage,
			}),
			describe: place =>
				place === null
					? 'the first page'
					: `cursor ${typeof place === 'object' ? stringify(place) : String(place)}`,
		};
	},
});

export type CursorOptions = OptionsOf<typeof cursor>;

function isSame(one: JsonValue | undefined, other: JsonValue): boolean {
	return one !== undefined && stringify(one) === stringify(other);
}

interface Targets {
	readonly cursorParam?: string;
	readonly cursorBodyPath?: string;
	readonly cursorHeader?: string;
}

function targetOf({cursorParam, cursorBodyPath, cursorHeader}: Targets): ParameterPlace | undefined {
	if (cursorParam !== undefined) return {param: cursorParam};
	if (cursorBodyPath !== undefined) return {bodyPath: cursorBodyPath};
	return cursorHeader === undefined ? undefined : {header: cursorHeader};
}

function putAsItIs(draft: RequestDraft, place: JsonValue): RequestDraft {
	if (isObject(place)) return putAll(draft, place);
	if (typeof place === 'string' && /^https?:\/\//i.test(place)) return {...draft, path: place, params: {}};
	return setParameter(draft, {param: 'cursor'}, place);
}
