/** How far a walk is, for the display of progress. */
import type {Reach, StageCounts} from '../../core/stage.ts';
import type {EndRules} from '../paging/paginator.ts';
import type {SeenSoFar} from './seen.ts';

/** Notes how far the walk is. */
export function putReach(counts: StageCounts, seen: SeenSoFar, rules: EndRules): void {
	const reach = reachOf(seen, rules);
	if (reach) counts.reach = reach;
	else delete counts.reach;
}

/**
 * Counts the rows that the API states, or else its pages. `undefined` where it states neither, or less than
 * came.
 */
function reachOf(seen: SeenSoFar, {requireTotal}: EndRules): Reach | undefined {
	if (requireTotal === false) return undefined;
	const {rows, pages, total, totalPages, skipped = 0, skippedPages = 0} = seen;
	if (total && skippedPages === 0) return within(rows, total.latest - skipped, 'rows');
	return totalPages && within(pages, totalPages.latest - skippedPages, 'pages');
}

function within(came: number, of: number, unit: Reach['unit']): Reach | undefined {
	return of > 0 && came <= of ? {came, of, unit} : undefined;
}
