/**
 * Checks at the end of a walk that all rows came. Each response is searched for totals and for signs of more;
 * before the last page goes out, they are compared with the rows that came. No row may be missing without a
 * message.
 */
import type {PaginationError} from '../../core/errors.ts';
import type {Cursor} from '../../core/page.ts';
import type {StageCounts} from '../../core/stage.ts';
import type {WarningCode} from '../../core/warning.ts';
import {envelopeFields} from '../paging/envelope.ts';
import {MOST_EMPTY_PAGES} from '../paging/loop-rules.ts';
import type {EndRules, PageAnswer, Paginator} from '../paging/paginator.ts';
import {headerFields} from '../paging/stated.ts';
import {skip} from './first-place.ts';
import {LastAnswer} from './last-answer.ts';
import {hasAllPages, isInDoubt, isMet, isPromised, type Outlook} from './outlook.ts';
import {markPage} from './page-order.ts';
import {type Left, leftIn} from './part-signs.ts';
import {putReach} from './reach.ts';
import {pagesLeftOf, type SeenSoFar} from './seen.ts';
import {totalsInto} from './totals.ts';
import {unlikePages} from './unlike.ts';
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
	const addTotals = totalsInto(seen);

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
		addTotals(rules, body, paginator.total?.(place, answer), inBody, inHeaders, {
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

	function outlook(): Outlook {
		return {seen, isWhole, last, emptyInARow};
	}

	return {
		answer,
		addRows(count) {
			seen.rows += count;
		},
		isPromised: () => isPromised(outlook(), mostEmpty),
		hasAllPages: () => isWhole && hasAllPages(seen),
		pagesLeft: () => (isWhole ? pagesLeftOf(seen) : undefined),
		isMet: () => isMet(outlook()),
		isInDoubt: () => isInDoubt(outlook()),
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
			const isReached = seen.total !== undefined && seen.rows + (seen.skipped ?? 0) >= seen.total.latest;
			if (failure || isReached || last.rules.ignoreMore) return failure;
			unlike.tell();
			words.tellLast(seen.pages === 1);
			return failure;
		},
	};
}
