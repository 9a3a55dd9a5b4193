/**
 * Pages after the first one that are requested in another way: a search is posted once, and then scrolled
 * through.
 */
import {createHash} from 'node:crypto';
import {ConfigError, PaginationError} from '../../core/errors.ts';
import {type JsonValue, stringify} from '../../core/json/json.ts';
import type {Cursor} from '../../core/page.ts';
import {rowsIn} from '../../core/records/lazy-records.ts';
import {shortDigest} from '../../http/decode/digest.ts';
import type {QueryValue} from '../../http/url.ts';
import type {PageAnswer, Paginator, RequestDraft} from '../paging/paginator.ts';

/**
 * The request for each page after the first. Parameters and body of the first request are not sent with it.
 */
export interface NextRequest {
	/** @default that of the first request */
	readonly method?: string;
	/**
	 * Relative to the client's base URL; may hold `{cursor}`. Not for links, which are complete URLs. @default
	 * that of the first request
	 */
	readonly path?: string;
	/** @default none */
	readonly params?: Readonly<Record<string, QueryValue>>;
	/** Headers that are added to those of the first request, or replace them. @default none */
	readonly headers?: Readonly<Record<string, string>>;
	/** JSON body; where the paginator has a `cursorBodyPath`, the cursor goes into it. @default none */
	readonly json?: JsonValue;
}

const links = ['json_link', 'header_link'];
const cursors = ['cursor', 'header_cursor'];

/** The same paginator, which makes the requests after the first one from `next`. */
export function withNextRequest(paginator: Paginator, next: NextRequest | undefined): Paginator {
	if (next === undefined) return paginator;
	if (links.includes(paginator.name)) return {...paginator, request: requestBy(paginator, next)};
	if (cursors.includes(paginator.name)) return byCursor(paginator, next);
	throw new ConfigError(
		`nextRequest goes with a paginator of ${[...cursors, ...links].join(', ')}, not with ${paginator.name}`,
	);
}

function requestBy(paginator: Paginator, next: NextRequest): Paginator['request'] {
	return (draft, place) => paginator.request(place === null ? draft : nextDraft(draft, next), place);
}

function nextDraft(first: RequestDraft, {method, path, params, headers, json}: NextRequest): RequestDraft {
	return {
		method: method ?? first.method,
		path: path ?? first.path,
		params: params ?? {},
		headers: {...first.headers, ...headers},
		...(json !== undefined && {body: {json}}),
	};
}

/**
 * `again`: how many times in a row the server gave this cursor. The server keeps the place itself then, as in
 * a scroll. `print` is the fingerprint of the rows before, so that a server which ignores the cursor is
 * noticed.
 */
type RequestPlace = {cursor: JsonValue; again?: number; print?: string};

// A server that keeps its own place does not give a page twice, so nothing is requested before its turn.
function byCursor({foresee: _, ...paginator}: Paginator, next: NextRequest): Paginator {
	const request = requestBy(paginator, next);
	const inner = (place: Cursor): Cursor => (place === null ? null : (place as RequestPlace).cursor);

	function following(place: Cursor, answer: PageAnswer): Cursor | undefined {
		const cursor = paginator.next(inner(place), answer);
		if (cursor === undefined) return undefined;
		if (place === null) return placeOf({cursor}, printOf(answer));
		const {cursor: before, again = 0, print} = place as RequestPlace;
		if (stringify(before) !== stringify(cursor)) return {cursor};
		if (answer.received === 0)
			throw new PaginationError(
				'the page is empty, and its cursor is the same as before; set stop_after_empty_page: true',
			);
		const now = printOf(answer);
		if (now !== undefined && now === print)
			throw new PaginationError(
				'the rows and the cursor are the same as on the page before; does next_request send the cursor ' +
					'where the server reads it?',
			);
		return placeOf({cursor, again: again + 1}, now);
	}

	return {
		...paginator,
		request: (draft, place) => request(draft, inner(place)),
		next: following,
		total: (place, answer) => paginator.total?.(inner(place), answer),
		isKeptByServer: place => place !== null && (place as RequestPlace).again !== undefined,
		describe(place) {
			const {again = 0} = (place ?? {}) as Partial<RequestPlace>;
			return `${paginator.describe(inner(place))}${again > 0 ? `, for the ${again + 1}. time` : ''}`;
		},
	};
}

function placeOf(place: RequestPlace, print: string | undefined): RequestPlace {
	return print === undefined ? place : {...place, print};
}

function printOf({records}: PageAnswer): string | undefined {
	if (records.length === 0) return undefined;
	return shortDigest(createHash('sha256').update(stringify([...rowsIn(records)])));
}
