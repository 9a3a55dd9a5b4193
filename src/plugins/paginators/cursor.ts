import {PaginationError} from '../../core/errors.ts';
import {type Expression, expression} from '../../core/expression.ts';
import {type JsonValue, stringify} from '../../core/json/json.ts';
import {isObject, parsePath} from '../../core/path/path.ts';
import {lastRecord} from '../../core/records/lazy-records.ts';
import {messageOf} from '../../core/stage.ts';
import {ofReadPage, pageScope} from '../../resource/paging/page-scope.ts';
import type {PageAnswer, PageStart, RequestDraft} from '../../resource/paging/paginator.ts';
import {
	linkDraft,
	type ParameterPlace,
	putAll,
	removePlaceholder,
	setParameter,
} from '../../resource/paging/request-draft.ts';
import {moreRule, showValue} from '../../resource/paging/stop-rules.ts';
import {boolean, responsePath, text} from '../fields.ts';
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
		cursorValue: text({
			optional: true,
			null: 'absent',
			doc:
				'An expression for it instead of the path: {{ response.page + 1 }}, with response, headers, ' +
				'last_record, last_page_size.',
		}),
		cursorParam: text({
			optional: true,
			shown: 'cursor',
			null: 'absent',
			unless: ['cursorBodyPath', 'cursorHeader', 'cursorInPath', 'keepParams'],
			doc:
				'Query parameter it is sent in. Left out, a whole URL is followed, and of an object every key is ' +
				'sent.',
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
		keepParams: boolean({
			default: false,
			doc: 'It is a link, which keeps the query parameters of the endpoint that it does not name itself.',
		}),
	},
	check({cursorValue}, report) {
		const problem = typeof cursorValue === 'string' ? expressionProblem(cursorValue) : undefined;
		if (problem !== undefined) report('cursorValue', problem);
	},
	make({
		cursorPath,
		cursorValue,
		stopAfterEmptyPage,
		hasMorePath,
		cursorInPath,
		keepParams,
		...targets
	}): Paging<JsonValue> {
		const path = parsePath(cursorPath);
		const computed = cursorValue === undefined ? undefined : expression(cursorValue, ofReadPage);
		const where = cursorInPath ? {placeholder: CURSOR} : targetOf(targets);
		const more = moreRule(hasMorePath);
		// The id of a record may be 0. As a field outside the records, 0 means that there is no cursor.
		const isInRow = !computed && (path.steps?.some(step => step !== '*' && 'index' in step) ?? false);

		function next(answer: PageStart & Partial<PageAnswer>): JsonValue | undefined {
			const {body} = answer;
			const hasMore = more(body);
			const value = computed ? computedValue(computed, answer) : path.first(body);
			if (hasMore === false) return undefined;
			const isEmpty = isObject(value) && Object.keys(value).length === 0;
			if ((value || (value === 0 && isInRow)) && !isEmpty) return keepParams ? linkOf(value, answer) : value;
			if (hasMore)
				throw new PaginationError(
					`has_more_path "${hasMorePath}" promises another page, but there is no cursor ` +
						`${computed ? 'by cursor_value' : `at "${cursorPath}"`}`,
				);
			return undefined;
		}

		return {
			...(!computed && {reads: [cursorPath, hasMorePath]}),
			first: null,
			request(draft, place) {
				if (place === null) return cursorInPath ? removePlaceholder(draft, CURSOR) : draft;
				return where ? setParameter(draft, where, place) : putAsItIs(draft, place, keepParams);
			},
			values: place => ({cursor: place ?? undefined}),
			next(place, answer) {
				const {received, most = 0} = answer;
				if (received === 0 && stopAfterEmptyPage && !answer.isPromised) return undefined;
				const value = next(answer);
				// The cursor is a value of the last row, and the next page includes that row again. If a page has
				// room for more rows and brings none, it is the last one.
				const isEnd = isInRow && more(answer.body) === undefined && received < most && isSame(value, place);
				return isEnd ? undefined : value;
			},
			...(!computed && {foresee: (_place, start) => start && next(start)}),
			ends: () => ({
				hasMorePath,
				...(!computed && {nextPath: {option: 'cursor_path', path: cursorPath}}),
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

function expressionProblem(text: string): string | undefined {
	try {
		expression(text, ofReadPage);
		return undefined;
	} catch (error) {
		return messageOf(error);
	}
}

function computedValue(computed: Expression, answer: PageStart & Partial<PageAnswer>): JsonValue {
	const {body, headers, received = 0, records} = answer;
	const last = records && lastRecord(records);
	try {
		return computed.value(pageScope({body, headers, size: received, lastRecord: last}));
	} catch (error) {
		throw new PaginationError(`cursor_value: ${messageOf(error)}`);
	}
}

/** A cursor that is a link. Like a link of a page, it may be relative. */
function linkOf(value: JsonValue, {url}: PageStart): string {
	if (typeof value === 'string' && URL.canParse(value, url.href)) return new URL(value, url).href;
	throw new PaginationError(`the cursor ${showValue(value)} is no link, as keep_params requires`);
}

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

function putAsItIs(draft: RequestDraft, place: JsonValue, keepParams: boolean): RequestDraft {
	if (isObject(place)) return putAll(draft, place);
	if (typeof place === 'string' && /^https?:\/\//i.test(place)) return linkDraft(draft, place, {keepParams});
	return setParameter(draft, {param: 'cursor'}, place);
}
