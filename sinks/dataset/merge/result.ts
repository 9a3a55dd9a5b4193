/**
 * The result of a merge: the dropped rows, and the number of keys. Rows of the new parts are numbered in the
 * order of arrival.
 */
import {RowSet} from '../../formats/row-set.ts';
import {type MergeCounts, type MergePart, MOST_PAIRS, type Superseded} from './types.ts';

export interface MergeResult {
	readonly counts: MergeCounts;
	dropDelta(arrival: number): void;
	/** Drops a new row that is older than the earlier row with its key. */
	dropStale(arrival: number): void;
	/** Notes that a new row is dropped for another one that is not newer. */
	pair(gone: number, kept: number): void;
	dropBase(part: MergePart, row: number): void;
	result(): Superseded;
}

export function mergeResult(delta: readonly MergePart[]): MergeResult {
	const dropped = new Map<string, RowSet>();
	const stale = new Map<string, RowSet>();
	const pairs: [number, number][] = [];
	const counts = {updated: 0, inserted: 0, deleted: 0, duplicates: 0};
	const starts = startsOf(delta);

	function add(rows: Map<string, RowSet>, {path, rows: count}: MergePart, row: number): void {
		const found = rows.get(path) ?? new RowSet(count);
		found.add(row);
		rows.set(path, found);
	}

	function dropDelta(arrival: number): void {
		const {part, row} = partOfRow(arrival, delta, starts);
		add(dropped, part, row);
	}

	return {
		counts,
		pair: (gone, kept) => void (pairs.length < MOST_PAIRS && pairs.push([gone, kept])),
		dropBase: (part, row) => add(dropped, part, row),
		dropDelta,
		dropStale(arrival) {
			const {part, row} = partOfRow(arrival, delta, starts);
			add(stale, part, row);
			dropDelta(arrival);
		},
		result: () => ({dropped, stale, pairs, counts}),
	};
}

/** The number of the first row of every part, counted through all parts. */
export function startsOf(parts: readonly MergePart[]): number[] {
	let next = 0;
	return parts.map(({rows}) => {
		const start = next;
		next += rows;
		return start;
	});
}

/** The part that has the row with a number, and the number of the row in the part. */
export function partOfRow(
	number: number,
	parts: readonly MergePart[],
	starts: readonly number[],
): {part: MergePart; row: number} {
	let low = 0;
	let high = parts.length - 1;
	while (low < high) {
		const middle = Math.ceil((low + high) / 2);
		if ((starts[middle] ?? 0) <= number) low = middle;
		else high = middle - 1;
	}
	const part = parts[low];
	if (!part) throw new RangeError(`no part has the row ${number}`);
	return {part, row: number - (starts[low] ?? 0)};
}
