/** The totals of rows and pages that the answers of a walk state, as the walk goes on. */
import type {JsonValue} from '../../core/json/json.ts';
import {type Path, parsePath} from '../../core/path/path.ts';
import type {EnvelopeField} from '../paging/envelope.ts';
import {isWholeNumber} from '../paging/known-places.ts';
import type {EndRules} from '../paging/paginator.ts';
import {pagesStated, rowsStated, type Stated, type StatingAnswer} from '../paging/stated.ts';
import {type StatedRange, statedRange} from '../paging/stated-ranges.ts';
import {isOfPages, type SeenSoFar, updatedTotal} from './seen.ts';

/** Takes the totals of one answer. `own` is the total that the paginator reads itself. */
export type AddTotals = (
	rules: EndRules,
	body: JsonValue,
	own: number | undefined,
	inBody: readonly EnvelopeField[],
	inHeaders: readonly EnvelopeField[],
	stating: StatingAnswer,
) => void;

/** Keeps the totals in `seen`, which counts the rows and pages so far. */
export function totalsInto(seen: SeenSoFar): AddTotals {
	let pathOfTotal: Path | undefined;

	return (rules, body, own, inBody, inHeaders, stating) => {
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
	};

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
}
