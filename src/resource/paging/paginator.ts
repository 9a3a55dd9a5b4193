/** How a resource is walked: one request for each place, and from its answer the next place. */
import type {JsonValue} from '../../core/json/json.ts';
import type {Cursor} from '../../core/page.ts';
import type {RecordList} from '../../core/records/record-list.ts';
import type {RequestBody} from '../../http/request.ts';
import type {QueryValue} from '../../http/url.ts';

/** A request before its URL is put together: what a paginator changes. */
export interface RequestDraft {
	readonly method: string;
	/** Relative to the client's base URL, or absolute. */
	readonly path: string;
	readonly params: Readonly<Record<string, QueryValue>>;
	readonly headers: Readonly<Record<string, string>>;
	readonly body?: RequestBody;
}

/** What stands before the rows of an answer, which may be huge and still on its way. */
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
 * `open`: a new page, which may follow the one before or leave rows out. `sure`: all rows before it were read.
 * Of a page that is read once more, `same`: it ends as it did. `lost`: none of its rows is known to be sure.
 */
export type Seam = 'open' | 'sure' | 'same' | 'lost';

/** What a paginator learns from a page. */
export interface PageAnswer extends PageStart {
	/** Items the server sent, which an offset advances by. */
	readonly received: number;
	/** Those of them that the page before had brought already, and that are left out. @default 0 */
	readonly repeated?: number;
	/**
	 * Of a page without rows: whether the server has promised rows after it, by a total or a flag. So it is not
	 * the last page.
	 */
	readonly isPromised?: boolean;
	/** The status of the answer says that it is a part of something. */
	readonly isPart?: boolean;
	/** The answer has the status 204, and no body. */
	readonly isBare?: boolean;
	/**
	 * Of a first page: more rows follow, or may, nothing in the answer says how to ask for them, and asking does
	 * no harm.
	 */
	readonly isInDoubt?: boolean;
	/** Where pages are read once more: how this one goes on from those before it. */
	readonly seam?: Seam;
	/** The most rows that a page before had in this walk. Absent for its first page. */
	readonly most?: number;
	/** Whether there was a list, if only an empty one, rather than null or one object. */
	readonly isList: boolean;
	/** The selected records; of a body that was streamed, those of its last slice. */
	readonly records: RecordList;
	/**
	 * The body. Where it is huge, or the paginator says what it `reads`, it may have the last record alone in its
	 * list.
	 */
	readonly body: JsonValue;
}

/** What an author may say about the end of a walk, whatever the paginator. */
export interface EndOptions {
	/**
	 * Rows that the API states, and that did not come, are a failure: by default where a total is stated.
	 * `true`: also where none is. `false`: never, as the total counts something else.
	 */
	readonly requireTotal?: boolean;
	/**
	 * The walk may end before all rows came: neither a total nor a sign of more is held against it. @default
	 * false
	 */
	readonly ignoreMore?: boolean;
}

/** Those of some options that are about the end. */
export function endOptions({requireTotal, ignoreMore}: EndOptions): EndOptions {
	return {...(requireTotal !== undefined && {requireTotal}), ...(ignoreMore !== undefined && {ignoreMore})};
}

/** What decides whether the rows that came are all. */
export interface EndRules extends EndOptions {
	/** Where the author, or a default, says that the total is; `null`: not at the default place. */
	readonly totalPath?: string | null | undefined;
	/** The total at that place counts pages. @default false */
	readonly isTotalOfPages?: boolean;
	/** Its pages are those that the API counts. @default false */
	readonly countsPages?: boolean;
	/** Where the author says that a flag is. */
	readonly hasMorePath?: string | undefined;
	/** The path that leads on. */
	readonly nextPath?: {readonly option: string; readonly path: string};
	/** The header that leads on, in lower case. */
	readonly nextHeader?: string;
	/** Rows before the first place. */
	readonly skippedRows?: number;
	/** Pages before the first place. */
	readonly skippedPages?: number;
	/** A page without rows ends the walk by the author's word, whatever token is beside it. */
	readonly isEmptyLast?: boolean;
	/** Whether a maximum of the author's ends the walk here. */
	isCut?(answer: PageAnswer): boolean;
}

/** A page that is found by counting: rows that come or go before it while pages are read shift it. */
export interface ByPosition<Place extends Cursor = Cursor> {
	/**
	 * Rows of the page before that this one begins with on purpose. Where they are not there, the list has
	 * moved.
	 */
	readonly rewound: number;
	/** Whether pages are to be checked in this way at all. */
	readonly isChecked: boolean;
	/** The length of the list, in rows or pages, as the answers before this page stated it. */
	readonly length?: number | undefined;
	/** The same by this answer. Never throws. */
	stated(answer: Pick<PageStart, 'body' | 'headers'>): number | undefined;
	/** The place so many rows earlier, or later if negative; nothing at the first row. */
	earlier?(rows: number): Place | undefined;
	/**
	 * The place so many whole pages earlier, or later if negative; nothing before the first page. A run that goes
	 * on here looks there for the rows that the run before has read last.
	 */
	back?(pages: number): Place | undefined;
}

/**
 * Walks a paged endpoint. Holds no state: all it knows is in the place, which is JSON, so that a walk can be
 * resumed anywhere by anyone.
 */
export interface Paginator<Place extends Cursor = Cursor> {
	/** dlt's name: `offset`, `page_number` … */
	readonly name: string;
	/** What it was made with: with other options, a place of an earlier run means something else. */
	readonly options?: object;
	/**
	 * Paths into the body that it reads. Only a paginator that says so may be shown a body with the last record
	 * alone in its list: such a body costs less to read. It is whole when a path leads into other records.
	 * @default any of a body, as long as that is not huge
	 */
	readonly reads?: readonly (string | null | undefined)[];
	/** The place of the first page. */
	readonly first: Place;
	/** The request for the page at a place. */
	request(draft: RequestDraft, place: Place): RequestDraft;
	/**
	 * The place after the page at `place`, or `undefined` when that page was the last. Throws `PaginationError`.
	 */
	next(place: Place, answer: PageAnswer): Place | undefined;
	/**
	 * The place after `place` if the server goes on as it has: its page may be asked for before the answer at
	 * `place` is there, and is thrown away if `next` says otherwise. Asked again when a huge answer has begun to
	 * come, with its `start`. Nothing where that is not known, or where the pages will have ended; what it
	 * throws means the same.
	 */
	foresee?(place: Place, start?: PageStart): Place | undefined;
	/**
	 * The same place with a smaller page, for a server that cannot give so much at once: no row is missed or
	 * read twice, and the places after it have the smaller page too. Nothing where it cannot be smaller, or the
	 * page has no size that is sent.
	 */
	smaller?(place: Place): Place | undefined;
	/**
	 * How many rows of the page before may come again at the head of the page at this place; those that do are
	 * left out.
	 */
	overlap?(place: Place): number | undefined;
	/** Whether the server keeps this place itself: who asks for its page again may get the one after it. */
	isKeptByServer?(place: Place): boolean;
	/**
	 * Whether the page at this place may be the first one again, as servers that count from 1 take 0 for 1. It
	 * is left out then.
	 */
	mayRepeatFirst?(place: Place): boolean;
	/**
	 * Whether this place is a guess of the paginator's own: the first page again is left out without a word, and
	 * an answer that the request was wrong is followed by what `otherwise` has.
	 */
	isTrial?(place: Place): boolean;
	/** The same page, asked for in another way, where a guess was refused. */
	otherwise?(place: Place): Place | undefined;
	/**
	 * Where the first page is asked for instead, as it may come with more rows; its answer here is not used.
	 * Asked only where a request more does no harm.
	 */
	instead?(place: Place, answer: PageAnswer): Place | undefined;
	/** What to set in the config where the server ignores this place. */
	remedy?(place: Place): string | undefined;
	/** What a page is whose rows have all come before. @default 'error' */
	readonly repeatedPage?: RepeatedPage | undefined;
	/** So many pages in a row may have no rows while each names a next one. @default 100 */
	readonly maxEmptyPages?: number | undefined;
	/**
	 * What is known of a page that is found by its position; nothing where pages are found by a cursor or a
	 * link.
	 */
	byPosition?(place: Place): ByPosition<Place> | undefined;
	/**
	 * Of a page that was read, and is read once more to see whether rows have moved over its end. Where a
	 * paginator has this, all rows that come again are left out, by their key. `isFirst`: no page is before it.
	 */
	reread?(place: Place): {readonly isFirst: boolean} | undefined;
	/**
	 * Whether the answer at this place is only looked at, to find out whether the server has other rows there.
	 * What it has is not read here.
	 */
	isQuestion?(place: Place): boolean;
	/** What is still to be read after an answer that the pages have ended. */
	afterEnd?(place: Place): Place | undefined;
	/**
	 * Rows of the whole walk by the server's own word, as far as this answer has one. @default looked for in the
	 * usual places
	 */
	total?(place: Place, answer: PageAnswer): number | undefined;
	/** What the walk is held against at its end. @default what the answers say in the usual places */
	ends?(place: Place): EndRules;
	/** The place in words, for messages: `offset 300`. */
	describe(place: Place): string;
	/**
	 * Whether an error answer at this place, given the beginning of its body, only says that the pages have
	 * ended.
	 */
	isPastEnd?(place: Place, status: number, body: string): boolean;
}

/** Whether a value is a paginator that a program made. */
export function isPaginator(value: unknown): value is Paginator {
	return (
		typeof value === 'object' &&
		value !== null &&
		['request', 'next', 'describe'].every(method => typeof Reflect.get(value, method) === 'function')
	);
}
