/**
 * Checks at the end of a walk that all rows came. Each response is searched for totals and for signs of more;
 * before the last page goes out, they are compared with the rows that came. No row may be missing without a
 * message.
 */
import type {PaginationError} from '../../core/errors.ts';
import type {JsonValue} from '../../core/json/json.ts';
import type {Cursor} from '../../core/page.ts';
import {type Path, parsePath} from '../../core/path/path.ts';
import type {StageCounts} from '../../core/stage.ts';
import type {WarningCode} from '../../core/warning.ts';
import {type EnvelopeField, envelopeFields} from '../paging/envelope.ts';
import {isWholeNumber} from '../paging/known-places.ts';
import {MOST_EMPTY_PAGES} from '../paging/loop-rules.ts';
import type {EndRules, PageAnswer, Paginator} from '../paging/paginator.ts';
import {headerFields, pagesStated, rowsStated, type Stated, type StatingAnswer} from '../paging/stated.ts';
import {type StatedRange, statedRange} from '../paging/stated-ranges.ts';
import {hasPlace, skip} from './first-place.ts';
import {LastAnswer} from './last-answer.ts';
import {markPage} from './page-order.ts';
import {type Left, leftIn} from './part-signs.ts';
import {putReach} from './reach.ts';
import {isOfPages, pagesLeftOf, type SeenSoFar, updatedTotal} from './seen.ts';
import {unlikePages} from './unlike.ts';
import {isFullPage} from './unmatched.ts';
import {verdict} from './verdict.ts';
import {toldWords} from './words.ts';

export interface Completeness {
	/** Takes in one answer, before the paginator does. `keys` lead down to its rows. */
	answer(place: Cursor, answer: PageAnswer, keys?: readonly string[]): void;
	/** Takes in rows of a page that is read once more, of which nothing else is new. */
	addRows(count: number): void;
	/** Whether the server has promised rows after the last answer, which had none. */
	isPromised(): boolean;
	/** Whether as many pages as the API states have come, of two or more. */
	hasAllPages(): boolean;
	/** The number of pages that follow by the totals that the server states; `undefined` without any. */
	pagesLeft(): number | undefined;
	/** Whether all rows that the last answer stated have come, and it had none. */
	isMet(): boolean;
	/**
	 * Whether the only page so far has a usual size, and nothing says whether more follow; or less than a total
	 * or a flag says.
	 */
	isInDoubt(): boolean;
	/** The server returned no more rows when it was asked for them. */
	setOver(): void;
	/** What the walk has seen, which is stored in the place after the last answer. */
	seen(): SeenSoFar | undefined;
	/**
	 * Ends the walk. `isRefused`: the last answer was an error that says that the pages have ended. The caller
	 * throws the error that this returns.
	 */
	end(isRefused?: boolean): PaginationError | undefined;
}

export interface CompletenessOptions {
	readonly paginator: Paginator;
	readonly counts: StageCounts;
	/**
	 * `false`: the walk goes on from a place that does not say what came before, so totals cannot be checked.
	 */
	readonly seen: SeenSoFar | undefined | false;
	/** The resource has only this walk: its `counts` show how far the walk is. */
	readonly isOnly: boolean;
	/** Reports a warning. An error that it throws ends the walk. */
	readonly tell: (code: WarningCode, message: string) => void;
}

// Where rows are missing, at least this many pages without rows are read, or as many as the missing rows
// would fit into: a server that leaves rows out may have some after all.
const FEW_EMPTY = 3;
const FEW_ROWS = 2;
const noRules: EndRules = {};

export function completeness({
	paginator,
	counts,
	seen: before,
	isOnly,
	tell,
}: CompletenessOptions): Completeness {
	const isWhole = before !== false;
	const mostEmpty = paginator.maxEmptyPages ?? MOST_EMPTY_PAGES;
	const seen: SeenSoFar = before ? {...before} : {rows: 0, pages: 0, most: 0};
	let last: LastAnswer | undefined;
	let emptyInARow = 0;
	let isTold = false;
	let failure: PaginationError | undefined;
	let left: Left | undefined;
	const words = toldWords(tell);
	const unlike = unlikePages(tell);
	let pathOfTotal: Path | undefined;

	function answer(place: Cursor, answer: PageAnswer, keys?: readonly string[]): void {
		const rules = paginator.ends?.(place) ?? noRules;
		const {received, repeated = 0, records, isList, body, headers, url} = answer;
		const rows = Math.max(received, records.length) - repeated;
		if (seen.pages === 0) skip(seen, rules, url);
		seen.rows += rows;
		// The first page once more does not count: the server counts from 1, or ignored a parameter.
		if (received === 0 || repeated < received) seen.pages++;
		const isShort = rows < seen.most;
		seen.most = Math.max(seen.most, rows);
		emptyInARow = rows === 0 ? emptyInARow + 1 : 0;
		// One object is a record, and its keys are its own fields.
		const inBody = isList || received !== 1 ? envelopeFields(body, keys) : [];
		const inHeaders = headerFields(headers);
		listen(rules, body, paginator.total?.(place, answer), inBody, inHeaders, {
			headers,
			url,
			rows,
			// Where the author says so, `total` is not the total.
			not: rules.totalPath === null ? 'total' : undefined,
		});
		const rowsBefore = last
			? last.rows || last.bareAfter || 0
			: isWhole && seen.pages > 1
				? seen.most
				: undefined;
		if (rows > 0 && last?.bareAfter !== undefined && !rules.ignoreMore)
			tell(
				'no-content',
				'status 204, without a body, stood in place of a page, and rows followed it at ' +
					`${paginator.describe(place)}; rows may be missing`,
			);
		const leftBefore = left;
		left = leftIn(inBody, rows);
		last = new LastAnswer({
			rules,
			rows,
			answer,
			inBody,
			inHeaders,
			reads: paginator.reads,
			keys,
			leftBefore,
			rowsBefore,
		});
		if (isOnly && isWhole) putReach(counts, seen, rules);
		if (isWhole && !rules.ignoreMore)
			markPage(seen, {answer, keys, rows, rules, describe: () => paginator.describe(place), tell});
		if (rules.ignoreMore || (!isList && received === 1)) return;
		const isSaid = words.listen(answer, keys, isShort);
		unlike.compare(answer, keys, rows, isSaid);
		// Where a total is stated, the walk is judged by it.
		if (isShort && !seen.total) unlike.tell();
	}

	function listen(
		rules: EndRules,
		body: JsonValue,
		own: number | undefined,
		inBody: readonly EnvelopeField[],
		inHeaders: readonly EnvelopeField[],
		stating: StatingAnswer,
	): void {
		const named = namedTotal(rules, body);
		const range = rangeOf([...inBody, ...inHeaders], stating.rows);
		let ofPages = pagesStated(inBody, inHeaders, stating) ?? range.pages;
		let ofRows: Stated | undefined;
		if (own !== undefined) ofRows = {count: own + (seen.skipped ?? 0), where: 'its total'};
		else if (named && !rules.isTotalOfPages) ofRows = named;
		else {
			ofRows = rowsStated(inBody, inHeaders, stating) ?? range.rows;
			if (named && isOfPages(named, seen.rows)) {
				ofPages = named;
				if (ofRows?.where === named.where) ofRows = undefined;
				if (seen.total?.where === named.where) delete seen.total;
			}
		}
		set('total', updatedTotal(seen.total, ofRows, seen.rows + (seen.skipped ?? 0)));
		set('totalPages', updatedTotal(seen.totalPages, ofPages, seen.pages + (seen.skippedPages ?? 0)));
	}

	function rangeOf(fields: readonly EnvelopeField[], rows: number): StatedRange {
		const {before = 0, page = 1, pages, ...range} = statedRange(fields, rows);
		if (seen.pages <= 1 && !seen.skipped && !seen.skippedPages) {
			if (before > 0) seen.skipped = before;
			if (page > 1) seen.skippedPages = page - 1;
		}
		const isCounted = page === seen.pages + (seen.skippedPages ?? 0);
		return {...range, ...(pages && {pages: {...pages, isCounted}})};
	}

	// The total at a place that the author gave, or that the paginator has by default.
	function namedTotal({totalPath, isTotalOfPages}: EndRules, body: JsonValue): Stated | undefined {
		if (totalPath === null || (totalPath === undefined && !isTotalOfPages)) return undefined;
		const path = totalPath ?? 'total';
		if (pathOfTotal?.text !== path) pathOfTotal = parsePath(path);
		const value = pathOfTotal.first(body);
		return isWholeNumber(value) ? {count: Number(value), where: path} : undefined;
	}

	function set(key: 'total' | 'totalPages', value: SeenSoFar['total']): void {
		if (value) seen[key] = value;
	}

	return {
		answer,
		addRows(count) {
			seen.rows += count;
		},
		isPromised() {
			if (!last || last.rows > 0 || emptyInARow > mostEmpty || last.rules.ignoreMore) return false;
			const {rows, pages, most, total, totalPages, skipped = 0, skippedPages = 0} = seen;
			if (last.hasMore !== undefined) return last.hasMore;
			// A status 204 cannot say why it has no rows: the next answer says whether it was the end.
			if (emptyInARow === 1 && (last.bareAfter ?? 0) >= FEW_ROWS && !total && !totalPages) return true;
			if (last.signs.some(({kind}) => kind === 'flag')) return true;
			if (!isWhole || last.rules.requireTotal === false) return false;
			if (total && rows + skipped >= total.least) return false;
			if (totalPages) return pages + skippedPages < totalPages.least;
			return (
				total !== undefined && (emptyInARow < FEW_EMPTY || (most > 0 && pages * most + skipped < total.least))
			);
		},
		hasAllPages() {
			const {pages, skippedPages = 0, totalPages} = seen;
			return isWhole && pages > 1 && pages + skippedPages === totalPages?.latest;
		},
		pagesLeft: () => (isWhole ? pagesLeftOf(seen) : undefined),
		isMet() {
			const {total, rows, skipped = 0} = seen;
			if (!last || last.rows > 0 || !isWhole || !total || last.rules.requireTotal === false) return false;
			return last.hasMore !== true && rows + skipped === total.latest;
		},
		isInDoubt() {
			const {total, totalPages, pages, rows, skipped = 0, skippedPages = 0} = seen;
			if (!last || !isWhole || pages !== 1 || last.isOver || last.rules.ignoreMore || hasPlace(last.url))
				return false;
			if (last.signs.some(({kind}) => kind === 'flag') && last.signs.every(({kind}) => kind === 'flag'))
				return rows > 0;
			if (!total && !totalPages && last.signs.length === 0) return isFullPage(rows, last.url);
			if (last.rules.requireTotal === false || rows === 0) return false;
			// Some APIs state the number of rows of the page as their total.
			if (total && !totalPages && total.latest === rows && last.signs.length === 0)
				return isFullPage(rows, last.url);
			return total ? rows + skipped < total.least : pages + skippedPages < (totalPages?.least ?? 0);
		},
		setOver() {
			last?.setOver();
		},
		// Totals are replaced and never changed, so a shallow copy is enough.
		seen: () => (isWhole ? {...seen} : undefined),
		end(isRefused = false) {
			if (isTold) return failure;
			isTold = true;
			if (!last || last.isCut) return undefined;
			failure = verdict({
				paginator,
				counts,
				seen,
				isWhole,
				isResumed: before !== undefined,
				last,
				isRefused,
				tell,
			});
			const isMet = seen.total !== undefined && seen.rows + (seen.skipped ?? 0) >= seen.total.latest;
			if (failure || isMet || last.rules.ignoreMore) return failure;
			unlike.tell();
			words.tellLast(seen.pages === 1);
			return failure;
		},
	};
}
