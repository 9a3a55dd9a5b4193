/**
 * What a walk has seen so far: part of each place, so that a run that goes on from there comes to the same
 * verdict.
 */
import type {JsonValue} from '../../core/json/json.ts';
import type {Stated} from '../paging/stated.ts';

/** A total by the word of several answers. */
export type Total = {
	/** The smallest and the latest: they differ where rows come and go while they are read. */
	least: number;
	latest: number;
	where: string;
	isLoose?: true;
	/** The API counts its pages as the walk does. */
	isCounted?: true;
};

/** Plain JSON. */
export type SeenSoFar = {
	/** Rows that came. */
	rows: number;
	/** Answers that came. */
	pages: number;
	/** Rows of the largest page. */
	most: number;
	/** Rows and pages before the first place. */
	skipped?: number;
	skippedPages?: number;
	total?: Total;
	totalPages?: Total;
} & {[key: string]: JsonValue};

/**
 * What is known after one more word. What is below the things that have come counts something else, or is a
 * slip.
 */
export function updatedTotal(
	total: Total | undefined,
	stated: Stated | undefined,
	came: number,
): Total | undefined {
	if (stated === undefined || stated.count < came) return total;
	const {count, where, isLoose, isCounted} = stated;
	return {
		least: Math.min(count, total?.least ?? count),
		latest: count,
		where,
		...(isLoose && {isLoose}),
		...(isCounted && {isCounted}),
	};
}
