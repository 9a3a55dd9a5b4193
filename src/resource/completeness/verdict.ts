/** The verdict at the end of a walk: all rows came, or which rows are missing and how to read them. */
import {PaginationError} from '../../core/errors.ts';
import {parsePath} from '../../core/path/path.ts';
import type {StageCounts} from '../../core/stage.ts';
import type {WarningCode} from '../../core/warning.ts';
import type {Paginator} from '../paging/paginator.ts';
import type {LastAnswer} from './last-answer.ts';
import type {MoreSign} from './more-signs.ts';
import {smallPages} from './page-order.ts';
import type {SeenSoFar, Total} from './seen.ts';
import {asksForSize, isAsFullAsAsked, isFullPage, isUsualName, unmatchedPathMessage} from './unmatched.ts';

export interface Case {
	readonly paginator: Paginator;
	readonly counts: StageCounts;
	readonly seen: SeenSoFar;
	readonly isWhole: boolean;
	/** The walk went on from a place in the middle. */
	readonly isResumed: boolean;
	readonly last: LastAnswer;
	readonly isRefused: boolean;
	readonly tell: (code: WarningCode, message: string) => void;
}

const USUAL_ROWS = 10;
const NEXT_RUN =
	'This is no end: the next run asks again, from the last page that was kept, or from the start.';
const ANEW = 'This run went on from the middle; to read the list from its start, run with --full-refresh.';
const NO_TOTAL = 'If that total counts something else, set require_total: false in the paginator';
const NO_PART = 'If that is about something else, set require_total: false in the paginator';
const ALL_WANTED = 'If what came is all you want, set ignore_more: true in the paginator';

export function verdict(one: Case): PaginationError | undefined {
	const {last, isWhole, isRefused} = one;
	const {requireTotal, ignoreMore = false} = last.rules;
	const total = isWhole ? totalOf(one) : undefined;
	if (isWhole) putCounts(one, total);
	if (isWhole && requireTotal === true && !total) return noTotal();
	if (ignoreMore) return undefined;
	const short = requireTotal === false || !isWhole ? undefined : shortfall(one, total);
	// When all rows came, nothing is left to follow, and an answer that there is no such page has confirmed it.
	const isMet = total !== undefined && short === undefined && requireTotal !== false;
	const sign = isMet || isRefused ? undefined : signOf(last);
	if (sign) return moreFollows(sign, last, short);
	if (short?.isSure) return tooFew(short.text, one);
	if (short) one.tell('total-not-reached', short.text);
	const small = isMet || !isWhole ? undefined : smallPages(one.seen, last.rules, last.rows);
	if (small !== undefined) one.tell('page-size-changed', small);
	if (isMet || isRefused) return undefined;
	tellOfFalse(one);
	tellOfBareEnd(one);
	if (isWhole && requireTotal !== false) tellOfWeakTotal(one);
	return missed(one);
}

// A number equal to the rows of one full page, beside a sign of more, is the size of that page.
function totalOf({seen, paginator, last}: Case): Total | undefined {
	const {total, totalPages, pages, rows} = seen;
	// By default, page_number takes "total" for a number of pages: with more rows than that, it is not a total
	// of rows.
	const isOfPages = last.rules.isTotalOfPages && total?.where === (last.rules.totalPath ?? 'total');
	if (total && isOfPages && rows > total.latest) return undefined;
	if (!total || paginator.total || !total.isLoose || pages !== 1 || total.latest !== rows || rows === 0)
		return total;
	const hasFlag = last.signs.some(isSaid) || (totalPages?.least ?? 1) > 1;
	return hasFlag || (last.signs.length > 0 && isFullPage(rows, last.url)) ? undefined : total;
}

function putCounts({seen, counts}: Case, total: Total | undefined): void {
	// A place in the middle that was found by its page number does not say how many rows came before it.
	if (!total || seen.skippedPages) return;
	// Several walks, one for each partition, add up.
	counts.stated = (counts.stated ?? 0) + Math.max(total.latest - (seen.skipped ?? 0), 0);
	counts.received = (counts.received ?? 0) + seen.rows;
}

interface Shortfall {
	readonly text: string;
	readonly isSure: boolean;
}

function shortfall({seen, last}: Case, total: Total | undefined): Shortfall | undefined {
	const {rows, pages, totalPages, skipped = 0, skippedPages = 0} = seen;
	if (total && skippedPages === 0) {
		const came = rows + skipped;
		const all = came < total.least ? total.least : total.latest;
		if (came >= all) return undefined;
		const isSure = came < total.least;
		const text = said(rows, all - skipped, 'row', total.where);
		return {text: isSure ? text : `${text}; it changed while the pages were read`, isSure};
	}
	if (!totalPages) return undefined;
	const came = pages + skippedPages;
	if (came >= totalPages.least) return undefined;
	// Links and cursors may lead through pages of another size than the one that the API counts with, where the
	// request asks for a size.
	const isSure =
		last.rules.countsPages === true ||
		totalPages.isCounted === true ||
		(pages === 1 && !asksForSize(last.url));
	return {text: said(pages, totalPages.least - skippedPages, 'page', totalPages.where), isSure};
}

function said(came: number, all: number, what: string, where: string): string {
	const [got, of] = [came, all].map(count => count.toLocaleString('en-US'));
	const place = where.startsWith('the header ') || where === 'its total' ? where : `"${where}"`;
	return `${got} of ${of} ${all === 1 ? what : `${what}s`} that the API stated (${place})`;
}

function tooFew(text: string, {paginator, seen, isResumed, last: {rules}}: Case): PaginationError {
	const isOne = seen.pages === 1 && /^(auto|single_page)$/.test(paginator.name);
	const set = rules.requireTotal ? '; require_total is set' : '';
	return new PaginationError(
		`the walk ended with ${text}${set}. ` +
			`${isOne ? counted(seen.rows) : `${isResumed ? ANEW : NEXT_RUN} ${NO_TOTAL}`}`,
	);
}

// The advice after one page with nothing but a total: the API counts rows or pages, and does not say which
// parameter it wants.
function counted(rows: number): string {
	return (
		`To read on: paginator: {type: offset, limit: ${Math.max(rows, 1)}, total_path: null}, or ` +
		'paginator: {type: page_number, base_page: 1, total_path: null}; offset_param, limit_param and ' +
		`page_param name the parameters. ${ALL_WANTED}`
	);
}

function noTotal(): PaginationError {
	return new PaginationError(
		'the API stated no total, and require_total is set; point total_path to the number of rows, or ' +
			'leave require_total out',
	);
}

// Links and tokens often stand beside a page without rows, and lead to another page without rows; a flag
// means what it says.
function signOf({signs, rows, isRepeat, hasMore, rules}: LastAnswer): MoreSign | undefined {
	if (hasMore === false) return undefined;
	const all = rules.requireTotal === false ? signs.filter(({kind}) => kind !== 'part') : signs;
	const promised = rows > 0 || isRepeat ? all : all.filter(isSaid);
	return rows === 0 && !isRepeat && rules.isEmptyLast ? undefined : promised[0];
}

function isSaid({kind}: MoreSign): boolean {
	return kind === 'flag' || kind === 'part';
}

function moreFollows(
	{kind, text, config}: MoreSign,
	{rules}: LastAnswer,
	short: Shortfall | undefined,
): PaginationError {
	const came = short ? `, and the walk ended with ${short.text}` : '';
	const missing = rules.nextPath ? ` (${rules.nextPath.option} "${rules.nextPath.path}" led to nothing)` : '';
	return new PaginationError(
		`more rows follow, which nothing has read: ${text}${missing}${came}. To read on: ${config}. ` +
			`${kind === 'part' ? NO_PART : ALL_WANTED}`,
	);
}

function tellOfWeakTotal({last, seen, tell}: Case): void {
	const {rows, total, totalPages, skipped = 0, skippedPages} = seen;
	const window = total || skippedPages ? undefined : last.windowAt(rows + skipped);
	if (window)
		tell(
			'api-warning',
			`the list ended after ${window.count} rows, the most that the API gives of one list ` +
				`("${window.where}"). If that is all, set ignore_more: true in the paginator; if not, ask for ` +
				'parts of the list by a filter',
		);
	const found = total || totalPages || skippedPages ? undefined : last.weakTotal;
	if (!found || found.count <= rows + skipped) return;
	tell('total-not-reached', `${said(rows, found.count - skipped, 'row', found.where)}. ${NO_TOTAL}`);
}

// Many APIs end a list with a 204, and some send one for a page that they could not make. The page before it,
// if it was not full, shows which of the two it is.
function tellOfBareEnd({last: {bareAfter, url}, seen: {rows, most}, tell}: Case): void {
	if (bareAfter === undefined || bareAfter < 2) return;
	const isOfOneSize = rows >= 2 * bareAfter && bareAfter === most;
	if (!isOfOneSize && !isFullPage(bareAfter, url)) return;
	tell(
		'no-content',
		`status 204, without a body, ended the walk after a full page of ${bareAfter} rows, and nothing ` +
			'says that this is the end. If it is, ignore this; a total (total_path), a flag (has_more_path) or ' +
			'ignore_more: true in the paginator settles it',
	);
}

// `false` in place of a token may be an error of the server as well as its end.
function tellOfFalse({last: {rules, body, rows}, seen: {pages, most}, tell}: Case): void {
	const {nextPath} = rules;
	if (!nextPath || pages < 2 || rows < USUAL_ROWS || rows !== most) return;
	if (parsePath(nextPath.path).first(body) !== false) return;
	tell(
		'path-not-found',
		`${nextPath.option} "${nextPath.path}" is false beside a page as full as those before it, which ` +
			'ended the walk; if that is the end, set ignore_more: true in the paginator',
	);
}

function isHeaderWalk({name}: Paginator): boolean {
	return name === 'header_link' || name === 'header_cursor';
}

// The failure of a page that looks full, and has nothing that leads on from it.
function missed({paginator, seen, last, tell}: Case): PaginationError | undefined {
	const {rules, body, rows, url, isMatched, isOver} = last;
	if (seen.pages !== 1 || rows === 0) return undefined;
	const isOfAskedSize = isAsFullAsAsked(rows, url);
	if (rules.nextPath && !isMatched) {
		// Many APIs leave a key with a usual name out at the end: only a page of the size that was asked for is
		// in doubt.
		const isUsual = isOver || isUsualName(rules.nextPath.path);
		const isDoubtful = isOfAskedSize || (!isUsual && isFullPage(rows, url));
		const found = unmatchedPathMessage(rules.nextPath, body, rows, isDoubtful && !isOver);
		if (found?.isSure) return new PaginationError(found.message);
		if (found) tell('path-not-found', found.message);
	} else if (
		!isOver &&
		(paginator.name === 'auto' ? isFullPage(rows, url) : isHeaderWalk(paginator) && isOfAskedSize)
	) {
		const why = isOfAskedSize ? 'as many as were asked for' : 'a usual size of a page';
		tell(
			'page-looks-full',
			`one page of ${rows} rows, which is ${why}, and nothing in the answer says whether more follow. ` +
				'If more do, set a paginator: {type: page_number, base_page: 1, total_path: null} or another; if ' +
				'not, paginator: single_page',
		);
	}
	return undefined;
}
