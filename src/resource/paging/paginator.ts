/** How a resource is walked: one request for each place, and the next place from its answer. */
import type {JsonValue} from '../../core/json/json.ts';
import type {Cursor} from '../../core/page.ts';
import type {RecordList} from '../../core/records/record-list.ts';
import type {RequestBody} from '../../http/request.ts';
import type {QueryValue} from '../../http/url.ts';
import type {PageValues} from './page-values.ts';

/** A request before its URL is built, which a paginator changes. */
export interface RequestDraft {
	readonly method: string;
	/** Relative to the client's base URL, or absolute. */
	readonly path: string;
	readonly params: Readonly<Record<string, QueryValue>>;
	readonly headers: Readonly<Record<string, string>>;
	readonly body?: RequestBody;
}

/** The part of an answer before its rows. The answer may be huge, and still on its way. */
export interface PageStart {
	/** The body so far. */
	readonly body: JsonValue;
	/** Names in lower case. */
	readonly headers: Readonly<Record<string, string>>;
	/** Where the answer comes from, after redirects. */
	readonly url: URL;
}

/** `stop`: the end of the walk, and its rows are left out. `keep`: a page like any other. */
export type RepeatedPage = 'error' | 'stop' | 'keep';

/**
 * How a page follows the page before. `open`: a new page, which may follow the one before or leave rows out.
 * `sure`: all rows before it were read. Two more for a page that is read once more: `same`: it ends as it
 * did; `lost`: it does not, and none of its rows is sure.
 */
export type Seam = 'open' | 'sure' | 'same' | 'lost';

/** What a paginator learns from a page. */
export interface PageAnswer extends PageStart {
	/** Items the server sent, which an offset advances by. */
	readonly received: number;
	/** How many of them the page before had brought already; they are left out. @default 0 */
	readonly repeated?: number;
	/**
	 * Whether the server has promised rows after a page without rows, by a total or a flag. So it is not the
	 * last page.
	 */
	readonly isPromised?: boolean;
	/** The status of the answer is 206: it is a part of something. */
	readonly isPart?: boolean;
	/** The answer has the status 204, and no body. */
	readonly isBare?: boolean;
	/** The status of the answer is 203: a proxy has changed it. */
	readonly isChanged?: boolean;
	/**
	 * On a first page: more rows follow, or may, nothing in the answer says how to ask for them, and asking
	 * does no harm.
	 */
	readonly isInDoubt?: boolean;
	/**
	 * The request takes its parameters in its JSON body: the path of the object for them, with a dot at its end,
	 * or an empty text. Absent where they are in the query.
	 */
	readonly bodyPrefix?: string;
	/** Where pages are read once more: how this one follows those before it. */
	readonly seam?: Seam;
	/** The largest number of rows on a page of this walk before. Absent for its first page. */
	readonly most?: number;
	/** Whether the answer has a list, which may be empty, rather than null or one object. */
	readonly isList: boolean;
	/** The selected records; for a body that was streamed, those of its last slice. */
	readonly records: RecordList;
	/** The body. Where it is huge, or the paginator has `reads`, its list may hold the last record alone. */
	readonly body: JsonValue;
}

/** Options about the end of a walk, for any paginator. */
export interface EndOptions {
	/**
	 * Whether missing rows that the API states are a failure. By default they are where a total is stated.
	 * `true`: a missing total is one, too. `false`: never, as the total counts something else.
	 */
	readonly requireTotal?: boolean;
	/**
	 * The walk may end before all rows came: neither a total nor a sign of more makes it fail. @default false
	 */
	readonly ignoreMore?: boolean;
}

/** Only the options about the end. */
export function endOptions({requireTotal, ignoreMore}: EndOptions): EndOptions {
	return {...(requireTotal !== undefined && {requireTotal}), ...(ignoreMore !== undefined && {ignoreMore})};
}

/** The rules that decide whether all rows came. */
export interface EndRules extends EndOptions {
	/** Path of the total, by the author or by default; `null`: the default path does not apply. */
	readonly totalPath?: string | null | undefined;
	/** The total at that place counts pages. @default false */
	readonly isTotalOfPages?: boolean;
	/** The API numbers its pages as this paginator does. @default false */
	readonly countsPages?: boolean;
	/** Path of the flag, by the author. */
	readonly hasMorePath?: string | undefined;
	/** The path that leads to the next page. */
	readonly nextPath?: {readonly option: string; readonly path: string};
	/** The header that leads to the next page, in lower case. */
	readonly nextHeader?: string;
	/** Rows before the first place. */
	readonly skippedRows?: number;
	/** Pages before the first place. */
	readonly skippedPages?: number;
	/** The author says that a page without rows ends the walk, whatever token is beside it. */
	readonly isEmptyLast?: boolean;
	/** Whether a maximum that the author set ends the walk here. */
	isCut?(answer: PageAnswer): boolean;
}

/**
 * A page that is found by counting: rows that are added or removed before it while pages are read shift it.
 */
export interface ByPosition<Place extends Cursor = Cursor> {
	/**
	 * How many rows at the end of the page before this page begins with on purpose. Where they are missing, the
	 * list has moved.
	 */
	readonly rewound: number;
	/** Whether pages are checked in this way at all. */
	readonly isChecked: boolean;
	/** The length of the list, in rows or pages, as answers before this page stated it. */
	readonly length?: number | undefined;
	/** The length of the list, as this answer states it. Never throws. */
	stated(answer: Pick<PageStart, 'body' | 'headers'>): number | undefined;
	/** The place this number of rows earlier, or later if negative; `undefined` at the first row. */
	earlier?(rows: number): Place | undefined;
	/**
	 * The place this number of whole pages earlier, or later if negative; `undefined` before the first page. A
	 * resumed run looks there for the rows that the run before read last.
	 */
	back?(pages: number): Place | undefined;
}

/**
 * Walks a paged endpoint. A paginator holds no state: everything is in the place, which is JSON, so that
 * another process can resume a walk at any place.
 */
export interface Paginator<Place extends Cursor = Cursor> {
	/** The name of the type, as in dlt: `offset`, `page_number` … */
	readonly name: string;
	/**
	 * The options that it was made with. With other options, a place of an earlier run means something else.
	 */
	readonly options?: object;
	/**
	 * Paths into the body that it reads. Only a paginator with this property may get a body with the last
	 * record alone in its list: such a body costs less to read. The body is whole when a path leads into other
	 * records.
	 * @default the whole body, as long as that is not huge
	 */
	readonly reads?: readonly (string | null | undefined)[];
	/** The place of the first page. */
	readonly first: Place;
	/** The request for the page at a place. */
	request(draft: RequestDraft, place: Place): RequestDraft;
	/** The values of a place that a request may contain anywhere, by the names of their placeholders. */
	values?(place: Place): PageValues;
	/**
	 * The place after the page at `place`, or `undefined` when that page was the last. Throws
	 * `PaginationError`.
	 */
	next(place: Place, answer: PageAnswer): Place | undefined;
	/**
	 * The place after `place` if the server goes on as before. Its page may be requested before the answer at
	 * `place` is there, and is thrown away if `next` returns another place. Called again when a huge answer has
	 * begun to come, with its `start`. `undefined` where the place is not known, or where the pages will have
	 * ended; throwing means the same.
	 */
	foresee?(place: Place, start?: PageStart): Place | undefined;
	/**
	 * The same place with a smaller page, for a server that cannot give so much at once: no row is missed or
	 * read twice, and the places after it have the smaller page too. `undefined` where the page cannot be
	 * smaller, or no size is sent.
	 */
	smaller?(place: Place): Place | undefined;
	/** How many rows of the page before may come again at the beginning of this page; they are left out. */
	overlap?(place: Place): number | undefined;
	/** Whether the server keeps this place itself: a second request for its page may get the page after it. */
	isKeptByServer?(place: Place): boolean;
	/**
	 * Whether the page at this place may be the first one again, as servers that count from 1 take 0 for 1.
	 * Then it is left out.
	 */
	mayRepeatFirst?(place: Place): boolean;
	/**
	 * Whether this place is a guess of the paginator. Then the first page again is left out without a message,
	 * and after an answer that the request was wrong the walk goes on with `otherwise`.
	 */
	isTrial?(place: Place): boolean;
	/** The same page, requested in another way, after a guess was refused. */
	otherwise?(place: Place): Place | undefined;
	/**
	 * Another place for the first page, where it may come with more rows; this answer is not used then. Called
	 * only where one more request does no harm.
	 */
	instead?(place: Place, answer: PageAnswer): Place | undefined;
	/** The advice for the config where the server ignores this place. */
	remedy?(place: Place): string | undefined;
	/** The advice for the config where the server refuses the last of the guesses at this place. */
	adviceIfRefused?(place: Place): string | undefined;
	/** What to do with a page whose rows have all come before. @default 'error' */
	readonly repeatedPage?: RepeatedPage | undefined;
	/** The most pages in a row without rows while each names a next one. @default 100 */
	readonly maxEmptyPages?: number | undefined;
	/**
	 * What is known about a page that is found by its position; `undefined` where pages are found by a cursor
	 * or a link.
	 */
	byPosition?(place: Place): ByPosition<Place> | undefined;
	/**
	 * Describes a page that was read, and is read once more to see whether rows have moved across its end.
	 * Where a paginator has this, all rows that come again are left out, by their key. `isFirst`: no page is
	 * before it.
	 */
	reread?(place: Place): {readonly isFirst: boolean} | undefined;
	/**
	 * Whether the request at this place only finds out whether the server has other rows there. Its rows are
	 * not delivered.
	 */
	isQuestion?(place: Place): boolean;
	/** The place that is still to be read after an answer that the pages have ended. */
	afterEnd?(place: Place): Place | undefined;
	/**
	 * The number of rows of the whole walk, as far as this answer states it. @default looked for in the usual
	 * places
	 */
	total?(place: Place, answer: PageAnswer): number | undefined;
	/** The rules for the end of the walk. @default totals and signs in the usual places */
	ends?(place: Place): EndRules;
	/** The place for messages: `offset 300`. */
	describe(place: Place): string;
	/** Whether an error at this place, given the beginning of its body, only says that the pages have ended. */
	isPastEnd?(place: Place, status: number, body: string): boolean;
}

/** Whether a value is a paginator. */
export function isPaginator(value: unknown): value is Paginator {
	return (
		typeof value === 'object' &&
		value !== null &&
		['request', 'next', 'describe'].every(method => typeof Reflect.get(value, method) === 'function')
	);
}
