/**
 * Which of several rows with one key is the newest: by a column, or by what the rows say in some other way.
 */
import type {JsonRecord} from '../../../src/core/page.ts';
import {columnOf} from './key.ts';
import {compareRanks, rankOf} from './order.ts';
import type {MergePart, SupersedeOptions} from './types.ts';

/**
 * Tells of two rows the newer one, also when one of them is there already: a row that comes late does not
 * replace a newer one.
 */
export interface Newest {
	/** Columns that it looks at, where there are such. */
	readonly columns: readonly string[];
	/** The column that has the value alone. Where its type orders values, they are compared as that type. */
	readonly column?: string;
	/** A text that is the greater the newer the row is; `undefined` for a row that does not say. */
	rankOf(record: JsonRecord): string | undefined;
}

type Given = Pick<SupersedeOptions, 'order' | 'newest'>;

/**
 * Where columns of these types decide, the type's own order is that of the rank. Texts may be times, and are
 * read.
 */
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

/** Columns to read for the rank of a row. */
export function rankColumns({order, newest}: Given): readonly string[] {
	if (order !== undefined) return [order];
	return newest?.columns ?? [];
}

/** Whether a row that is there outranks a new one. Of the same rank, the new one stays. */
export function outranks(there: string | undefined, rank: string | undefined): boolean {
	return there !== undefined && rank !== undefined && compareRanks(there, rank) > 0;
}
