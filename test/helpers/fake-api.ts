/**
 * A paged API made of a list of rows, with the habits of real ones as options: for property tests over many
 * shapes.
 */
import type {Answer} from './respond.ts';
import {type RecordedRequest, type ScriptedServer, startServer} from './server.ts';

export interface FakeApiOptions {
	/**
	 * How a page is asked for: `offset` and `limit`, `page` and `limit`, or `start` and `limit`. @default
	 * 'offset'
	 */
	readonly paging?: 'offset' | 'page' | 'start';
	/** @default '/rows' */
	readonly path?: string;
	/** The number of the first page, for `paging: 'page'`. @default 1 */
	readonly firstPage?: number;
	/** Rows in a page when the request names no limit. @default 20 */
	readonly defaultLimit?: number;
	/** A larger limit is cut to this one without a word. @default Infinity */
	readonly limitCap?: number;
	/** Every page has `defaultLimit` rows, whatever was asked. @default false */
	readonly ignoresLimit?: boolean;
	/**
	 * The key of the rows; `null` makes the whole body the list, which leaves no place for a total. @default
	 * 'data'
	 */
	readonly dataKey?: string | null;
	/** Says how many rows there are, as `total`. @default true */
	readonly total?: boolean;
	/** Rows that `total` counts but no page shows: the last pages come out empty. @default 0 */
	readonly hiddenTail?: number;
	/** The answer past the last row, hidden ones included. @default a page without rows */
	readonly pastEnd?: Answer;
	/** Milliseconds before each answer, or a function of the request's number. @default 0 */
	readonly delayMs?: number | ((request: number) => number);
	/** Number of a request, from 0 in order of arrival → the answer it gets instead of a page. */
	readonly failures?: Readonly<Record<number, Answer>>;
}

/** Serves the rows page by page. `requests` of the returned server tells which were asked. */
export function fakeApi(rows: readonly unknown[], options: FakeApiOptions = {}): Promise<ScriptedServer> {
	const {path = '/rows', delayMs = 0, failures = {}} = options;
	let received = 0;
	const fn = (request: RecordedRequest): Answer => {
		const number = received++;
		const delay_ms = typeof delayMs === 'function' ? delayMs(number) : delayMs;
		return {...(failures[number] ?? page(rows, request, options)), delay_ms};
	};
	return startServer([{path, respond: {fn}}]);
}

function page(rows: readonly unknown[], request: RecordedRequest, options: FakeApiOptions): Answer {
	const {paging = 'offset', dataKey = 'data', total = true, hiddenTail = 0, pastEnd} = options;
	const limit = limitOf(request, options);
	const place = numberOf(request, paging);
	const first = place ?? (paging === 'page' ? (options.firstPage ?? 1) : 0);
	const from = paging === 'page' ? (first - (options.firstPage ?? 1)) * limit : first;
	if (Number.isNaN(limit) || !(from >= 0)) {
		return {
			status: 400,
			json: {error: `${paging} and limit must be whole numbers, not before the first row`},
		};
	}
	const count = rows.length + hiddenTail;
	if (pastEnd && from >= count) return pastEnd;
	const list = rows.slice(from, from + limit);
	return {json: dataKey === null ? list : {[dataKey]: list, ...(total && {total: count})}};
}

function limitOf(
	request: RecordedRequest,
	{defaultLimit = 20, limitCap = Infinity, ignoresLimit}: FakeApiOptions,
): number {
	const asked = ignoresLimit ? undefined : numberOf(request, 'limit');
	return Math.min(asked ?? defaultLimit, limitCap);
}

function numberOf(request: RecordedRequest, name: string): number | undefined {
	const text = request.query[name]?.[0];
	if (text === undefined) return undefined;
	return /^\d+$/.test(text) ? Number(text) : Number.NaN;
}
