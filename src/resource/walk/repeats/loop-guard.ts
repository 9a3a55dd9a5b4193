/** Notices paging that would never end: rows that come again, a place that was read, too many empty pages. */
import {PaginationError} from '../../../core/errors.ts';
import {type JsonValue, stringify} from '../../../core/json/json.ts';
import type {Cursor} from '../../../core/page.ts';
import {rowsIn} from '../../../core/records/lazy-records.ts';
import type {RecordList} from '../../../core/records/record-list.ts';
import {MOST_EMPTY_PAGES} from '../../paging/loop-rules.ts';
import type {Paginator, RequestDraft} from '../../paging/paginator.ts';
import {showValue} from '../../paging/stop-rules.ts';
import {pagePrint, wholePrint} from './page-fingerprint.ts';
import {areDistinct, identity} from './row-identity.ts';
import {sameRows} from './same-rows.ts';

// How many pages the guard remembers: enough for any real cycle, and a bound on memory.
const REMEMBERED = 1000;
/** The most pages in a row that may repeat rows that look alike, such as `{status: 'ok'}`. */
const MOST_PLAIN_REPEATS = 100;

/** The rows that came for a place. */
export interface Arrived {
	/** The records as they came; for a body in slices, the last ones. */
	readonly records: RecordList;
	/** Items of the whole body that are not null, without those that the page before brought. */
	readonly received: number;
	/** The fingerprint of the whole body. */
	readonly fingerprint?: string | undefined;
	/** Rows before these have gone out already. @default false */
	readonly isInSlices?: boolean;
}

/**
 * `again`: the rows are those of the page before, and are left out. `read`: the same, and an earlier run has
 * read them. `end`: the rows are left out, and nothing new will follow.
 */
export type RepeatVerdict = 'new' | 'again' | 'read' | 'end';

export interface LoopGuard {
	/** Fails when rows come again at another place: the server ignores the paging parameters. */
	answer(at: Cursor, arrived: Arrived): RepeatVerdict;
	/**
	 * Whether to go on to the next place. Fails when the place has been read, or after too many empty pages.
	 */
	next(place: Cursor): boolean;
	/** The print of the last page, for a run that resumes the walk. */
	readonly last?: string | undefined;
}

export interface LoopGuardOptions {
	readonly paginator: Paginator;
	readonly base: RequestDraft;
	/** Columns that identify rows. */
	readonly primaryKey?: readonly string[] | undefined;
	/** `last` of the walk that this one resumes. */
	readonly last?: string | undefined;
	/** Whether as many pages as the API states have come. Some servers take a number beyond the last page for it. */
	readonly isComplete?: () => boolean;
}

interface Seen {
	readonly at: Cursor;
	/** The number of the page with which it came last. */
	number: number;
	readonly fingerprint?: string | undefined;
	/** An earlier run has read it. */
	readonly isOfBefore?: boolean;
	/** The print of all its rows, once it is computed. */
	whole?: string | undefined;
}

export function loopGuard({paginator, base, primaryKey, last, isComplete}: LoopGuardOptions): LoopGuard {
	const {repeatedPage = 'error', maxEmptyPages = MOST_EMPTY_PAGES} = paginator;
	const identityOf = identity(primaryKey);
	const others = sameRows(identityOf, primaryKey !== undefined && primaryKey.length > 0);
	const seen = new Map<string, Seen>();
	const places = new Map<string, Cursor>();
	let number = 0;
	let empty = 0;
	let plain = 0;
	let lastPrint = last;
	if (last !== undefined) seen.set(last, {at: paginator.first, number: 0, isOfBefore: true});

	// The page with which these rows came before. A page that was only sampled is compared in full when it
	// comes once more.
	function earlierOf(at: Cursor, {records, received, fingerprint}: Arrived): Seen | undefined {
		const mayEnd = repeatedPage === 'stop' || (number <= 2 && paginator.mayRepeatFirst !== undefined);
		// If a selector has left out all items, only the body can be compared.
		if (records.length === 0 && fingerprint === undefined) return undefined;
		const byBody =
			records.length === 0 && fingerprint !== undefined ? {text: fingerprint, isWhole: true} : undefined;
		const print = byBody ?? pagePrint(records, received);
		const {text} = repeatedPage === 'stop' && !byBody ? {text: wholePrint(records, received)} : print;
		lastPrint = text;
		const found = seen.get(text);
		if (found?.isOfBefore) return found;
		if (print.isWhole || repeatedPage === 'stop') {
			if (!found) remember(seen, text, {at, number});
			return found;
		}
		if (fingerprint !== undefined && found?.fingerprint === fingerprint) return found;
		const whole = found || mayEnd ? wholePrint(records, received) : undefined;
		if (!found) remember(seen, text, {at, number, fingerprint, whole});
		else if (found.whole === whole) return found;
		else found.whole = whole;
		return undefined;
	}

	function verdict(at: Cursor, earlier: Seen, {records, isInSlices = false}: Arrived): RepeatVerdict {
		const isNext = earlier.number === number - 1;
		earlier.number = number;
		const isSure = areDistinct(rowsIn(records), identityOf);
		if (!isInSlices && repeatedPage === 'stop' && (isSure || isNext)) return 'end';
		if (!isInSlices && isSure && isNext && isComplete?.()) return 'end';
		// Meanwhile, the list may have moved by just a page. If the server goes in circles, the next page shows
		// it.
		if (!isInSlices && earlier.isOfBefore && isNext) {
			seen.set(lastPrint ?? '', {at, number});
			return 'read';
		}
		if (!isInSlices && isSure && isNext && paginator.mayRepeatFirst?.(at)) return 'again';
		if (isSure) throw new PaginationError(sameAs(earlier.at, at));
		if (++plain < MOST_PLAIN_REPEATS) return 'new';
		throw new PaginationError(
			`${plain} pages in a row brought rows like those of earlier pages only, and nothing tells the ` +
				`rows apart; does the server ignore ${difference(paginator, base, earlier.at, at)}? If the rows ` +
				'are right, ask for a field that tells them apart, or set repeated_page: keep',
		);
	}

	function sameAs(earlier: Cursor, at: Cursor, how = ''): string {
		const remedy = paginator.remedy?.(at);
		return (
			`the rows are the same as for ${paginator.describe(earlier)}${how}; does the server ignore ` +
			`${difference(paginator, base, earlier, at)}? If it sends everything at once, use single_page; if ` +
			'its last page comes again for ever, set repeated_page: stop; if the rows are right, set ' +
			'repeated_page: keep' +
			(remedy === undefined ? '' : `. ${remedy}`)
		);
	}

	return {
		answer(at, arrived) {
			remember(places, stringify(at), at);
			if (arrived.received === 0) {
				empty++;
				return 'new';
			}
			empty = 0;
			number++;
			if (repeatedPage === 'keep') return 'new';
			const earlier = earlierOf(at, arrived);
			if (earlier) return verdict(at, earlier, arrived);
			plain = 0;
			const like = others.earlier(at, arrived.records);
			if (like)
				throw new PaginationError(
					sameAs(like.at, at, ', but for their order, or for values that change with each answer'),
				);
			return 'new';
		},
		next(place) {
			const earlier = places.get(stringify(place));
			if (earlier !== undefined && repeatedPage === 'stop') return false;
			if (earlier !== undefined)
				throw new PaginationError(
					`the server leads back to ${paginator.describe(earlier)}, which has been read; paging would ` +
						'never end. If that is how its pages end, set repeated_page: stop',
				);
			if (empty <= maxEmptyPages) return true;
			throw new PaginationError(
				`${empty} pages in a row have no new rows, and each names a next one; paging may never end. ` +
					`If the API searches in such steps, let more pass with max_empty_pages: ${10 * maxEmptyPages}`,
			);
		},
		get last() {
			return repeatedPage === 'keep' ? undefined : lastPrint;
		},
	};
}

// The difference between the second request and the first.
function difference(paginator: Paginator, base: RequestDraft, earlier: Cursor, at: Cursor): string {
	const [before, now] = [paginator.request(base, earlier), paginator.request(base, at)];
	const changed = (one: object, other: object): [string, JsonValue][] =>
		Object.entries(other).filter(
			([name, value]) => stringify((one as Values)[name] ?? null) !== stringify(value ?? null),
		);
	if (before.path !== now.path) return `what is asked for, ${showValue(now.path)}`;
	const params = changed(before.params, now.params).map(([name, value]) => `${name}=${showValue(value)}`);
	if (params.length > 0) return `the query parameter ${params.join(', ')}`;
	const headers = changed(before.headers, now.headers).map(([name]) => name);
	return headers.length > 0
		? `the header ${headers.join(', ')}`
		: `what paginator ${paginator.name} puts into the body`;
}

interface Values {
	readonly [name: string]: JsonValue;
}

function remember<T>(map: Map<string, T>, key: string, value: T): void {
	map.set(key, value);
	if (map.size > REMEMBERED) for (const oldest of map.keys()) return void map.delete(oldest);
}
