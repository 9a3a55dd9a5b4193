/** Finds the column that identifies rows, by its name and its values. */
import type {JsonRecord} from '../core/page.ts';
import {plainName} from '../resource/paging/known-places.ts';
import {keyNamesFor} from './column-names.ts';
import {fieldsOf, valueIn} from './values.ts';

export interface FoundKey {
	readonly column: string;
	/** Whether it has a usual name, and there are enough rows. */
	readonly isSure: boolean;
}

const FEWEST = 2;

/** The key column, or `undefined` if no column with a fitting name has a different value in each row. */
export function keyOf(rows: readonly JsonRecord[], resource: string): FoundKey | undefined {
	if (rows.length === 0) return undefined;
	const names = keyNamesFor(resource);
	const candidates = fieldsOf(rows)
		.filter(path => !path.includes('.'))
		.map(column => ({column, rank: names.indexOf(plainName(column))}))
		.filter(({rank}) => rank >= 0)
		.sort((a, b) => a.rank - b.rank);
	const found = candidates.find(({column}) => tellsApart(rows, column));
	return found && {column: found.column, isSure: found.rank < 2 && rows.length >= FEWEST};
}

function tellsApart(rows: readonly JsonRecord[], column: string): boolean {
	const seen = new Set<unknown>();
	for (const row of rows) {
		const value = valueIn(row, column);
		if (!['string', 'number', 'bigint'].includes(typeof value) || seen.has(value)) return false;
		seen.add(value);
	}
	return true;
}
