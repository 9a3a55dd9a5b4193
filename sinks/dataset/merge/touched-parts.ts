/** The earlier parts in which keys of new rows can be, where the target knows the ranges of their values. */
import type {Part} from '../../../src/state/commit.ts';
import type {Target} from '../../../src/state/target.ts';
import type {FileFormat} from '../../formats/format.ts';
import {columnOf} from './key.ts';
import {compareRanks, type Rank, rankOf} from './order.ts';
import type {MergePart} from './types.ts';

export interface TouchedOptions {
	readonly dataset: Target;
	readonly format: FileFormat;
	/** The new parts. */
	readonly delta: readonly MergePart[];
	readonly key: readonly string[];
}

interface KeyRange {
	readonly name: string;
	readonly rank: Rank;
	readonly least: string;
	readonly greatest: string;
}

/** Parts whose values in a column of the key are all less, or all greater, than those of the new rows are left out. */
export async function touchedParts(
	parts: readonly Part[],
	options: TouchedOptions,
): Promise<readonly Part[]> {
	const {dataset, key} = options;
	if (!dataset.ranges) return parts;
	const came: KeyRange[] = [];
	for (const name of key) {
		const range = await rangeOf(name, options);
		if (range) came.push(range);
	}
	if (came.length === 0) return parts;
	const touched: Part[] = [];
	for (const part of parts) {
		const known = await dataset.ranges(part);
		const isApart = came.some(({name, rank, least, greatest}) => {
			const range = known.get(name);
			return (
				range !== undefined &&
				(compareRanks(rank(range.greatest), least) < 0 || compareRanks(rank(range.least), greatest) > 0)
			);
		});
		if (!isApart) touched.push(part);
	}
	return touched;
}

async function rangeOf(name: string, {delta, format}: TouchedOptions): Promise<KeyRange | undefined> {
	let [least, greatest]: (string | undefined)[] = [];
	let found: Rank | undefined;
	for (const {path, schema} of delta) {
		const column = columnOf(schema, name);
		const rank = column && rankOf(column);
		if (!rank || !format.stretches) return undefined;
		found = rank;
		for await (const stretch of format.stretches(path, {schema})) {
			const range = stretch.extremes(name);
			if (!range) return undefined;
			const [low, high] = [rank(range.least), rank(range.greatest)];
			if (least === undefined || compareRanks(low, least) < 0) least = low;
			if (greatest === undefined || compareRanks(high, greatest) > 0) greatest = high;
		}
	}
	return found && least !== undefined && greatest !== undefined
		? {name, rank: found, least, greatest}
		: undefined;
}
