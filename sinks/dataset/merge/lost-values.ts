/**
 * Finds values that are lost when new rows have the same key and the same age: the row that stays may lack
 * values of another one. An example is rows that come in pieces.
 */
import type {JsonRecord} from '../../../src/core/page.ts';
import type {FileFormat} from '../../formats/format.ts';
import {partOfRow, startsOf} from './result.ts';
import type {MergePart} from './types.ts';

/** The numbers of a row that is dropped and of the one that stays, counted through all parts. */
export type Pair = readonly [gone: number, kept: number];

/**
 * Columns in which a dropped row has a value, and the row that stays has none. Reads the rows of the pairs.
 */
export async function lostColumns(
	delta: readonly MergePart[],
	pairs: readonly Pair[],
	{format, signal}: {format: FileFormat; signal: AbortSignal},
): Promise<string[]> {
	const wanted = new Map<MergePart, Map<number, number>>();
	const starts = startsOf(delta);
	for (const arrival of pairs.flat()) {
		const {part, row} = partOfRow(arrival, delta, starts);
		wanted.set(part, (wanted.get(part) ?? new Map<number, number>()).set(row, arrival));
	}
	const rows = new Map<number, JsonRecord>();
	for (const [part, numbers] of wanted) await collectRows(part, numbers, rows, {format, signal});
	const lost = new Set<string>();
	for (const [gone, kept] of pairs)
		for (const [name, value] of Object.entries(rows.get(gone) ?? {}))
			if (value !== null && (rows.get(kept)?.[name] ?? null) === null) lost.add(name);
	return [...lost];
}

async function collectRows(
	{path, schema}: MergePart,
	numbers: ReadonlyMap<number, number>,
	rows: Map<number, JsonRecord>,
	{format, signal}: {format: FileFormat; signal: AbortSignal},
): Promise<void> {
	let row = 0;
	let left = numbers.size;
	for await (const records of format.rows(path, {schema, signal})) {
		for (const record of records) {
			const arrival = numbers.get(row++);
			if (arrival === undefined) continue;
			rows.set(arrival, record);
			if (--left === 0) return;
		}
	}
}
