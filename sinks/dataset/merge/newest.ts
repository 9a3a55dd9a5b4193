/**
 * Decides which of several rows with the same key is the newest: by a column, or by a function of the row.
 */
import type {JsonRecord} from '../../../src/core/page.ts';
import {columnOf} from './key.ts';
import {compareRanks, rankOf} from './order.ts';
import type {MergePart, SupersedeOptions} from './types.ts';

/**
 * Decides which of two rows is newer, also when one of them is an earlier row: a row that comes late does not
 * replace a newer one.
 */
export interface Newest {
	/** The columns that it reads, if any. */
	readonly columns: readonly string[];
	/** The column that decides alone. If its type has an order, values are compared as that type. */
	readonly column?: string;
	/** A text that is greater for a newer row; `undefined` for a row without the information. */
	rankOf(record: JsonRecord): string | undefined;
}

type Given = Pick<SupersedeOptions, 'order' | 'newest'>;

/** Columns of these types are compared in the order of their type. Texts may be times, and are parsed. */
const ordered = new Set(['bigint', 'double', 'decimal', 'timestamp', 'date']);

/** The same options, with `order` where one column decides in all parts. */
export function withOrder<Options extends SupersedeOptions>(
	options: Options,
): Options & {readonly guards: boolean} {
	const {newest, base, delta} = options;
	if (!newest) return {...options, guards: false};
	const {column} = newest;
	const isOrdered = (part: MergePart): boolean => {
		const found = column === undefined ? undefined : columnOf(part.schema, column);
		return found !== undefined && ordered.has(found.type) && rankOf(found) !== undefined;
	};
	const isAlone = column !== undefined && [...base, ...delta].every(isOrdered);
	return {...options, guards: true, ...(isAlone && {order: column, newest: undefined})};
}

/** The columns that the rank of a row needs. */
export function rankColumns({order, newest}: Given): readonly string[] {
	if (order !== undefined) return [order];
	return newest?.columns ?? [];
}

/** Whether an earlier row outranks a new one. With equal ranks, the new one stays. */
export function outranks(there: string | undefined, rank: string | undefined): boolean {
	return there !== undefined && rank !== undefined && compareRanks(there, rank) > 0;
}
