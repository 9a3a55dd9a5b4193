/** Holds the rows that came against the total that the server stated: nothing may be missing without a word. */
import {PaginationError} from '../core/errors.ts';
import type {Cursor} from '../core/page.ts';
import type {StageCounts} from '../core/stage.ts';
import type {PageAnswer, Paginator} from './paginator.ts';

export interface Tally {
	/** Takes in one answer. A later total replaces an earlier one, as rows come and go while they are read. */
	answer(place: Cursor, answer: PageAnswer): void;
	/** The walk is over: puts both numbers into the counts. What it returns is to be thrown. */
	end(): PaginationError | undefined;
}

/**
 * `isWhole` says whether the walk begins at the first page; of any other nothing can be said. `tellShort` is told in words of rows that
 * are missing where no failure says so; what it throws ends the walk.
 */
export function tally(
	paginator: Paginator,
	counts: StageCounts,
	isWhole: boolean,
	tellShort: (message: string) => void = () => {},
): Tally {
	let received = 0;
	let stated: number | undefined;
	let isTold = false;
	return {
		answer(place, answer) {
			received += answer.received - (answer.repeated ?? 0);
			stated = paginator.total?.(place, answer) ?? stated;
		},
		end() {
			if (!isWhole) return undefined;
			if (stated !== undefined && !isTold) {
				// Of several walks, one for each partition, the sums.
				counts.stated = (counts.stated ?? 0) + stated;
				counts.received = (counts.received ?? 0) + received;
				isTold = true;
				if (!paginator.requireTotal && received < stated) tellShort(shortfall(received, stated));
			}
			if (!paginator.requireTotal || (stated !== undefined && received >= stated)) return undefined;
			if (stated !== undefined)
				return new PaginationError(`the walk ended with ${received} of ${stated} rows that the API stated; require_total is set`);
			return new PaginationError(
				'the API stated no total, and require_total is set; point total_path to the number of rows, or leave require_total out',
			);
		},
	};
}

function shortfall(received: number, stated: number): string {
	const [came, all] = [received, stated].map(count => count.toLocaleString('en-US'));
	return `${came} of ${all} ${stated === 1 ? 'row' : 'rows'} that the API stated`;
}
