/** What a merge reads in new rows: their key, their rank, and whether they delete the key. */
import {SinkError} from '../../../src/core/errors.ts';
import {ownValue} from '../../../src/core/own.ts';
import type {JsonRecord} from '../../../src/core/page.ts';
import {columnOf, type Key, keyReader} from './key.ts';
import {rankColumns} from './newest.ts';
import {orderRank} from './order.ts';
import type {MergePart, SupersedeOptions} from './types.ts';

export interface NewRows {
	/** The records of the part with only these columns. */
	readonly batches: AsyncIterable<readonly JsonRecord[]>;
	keyOf(record: JsonRecord): Key;
	/** `undefined` for a row without a value, or without an order. */
	rankOf(record: JsonRecord): string | undefined;
	isGone(record: JsonRecord): boolean;
}

type Options = Omit<SupersedeOptions, 'base' | 'delta'>;

export function newRows(part: MergePart, options: Options): NewRows {
	const {key, hardDelete, format, signal} = options;
	const {path, schema} = part;
	const wanted = [...new Set([...key, ...rankColumns(options), hardDelete])];
	const columns = wanted.filter(name => name !== undefined && hasColumn(part, name));
	return {
		batches: format.rows(path, {schema, columns: columns as string[], signal}),
		keyOf: keyReader(key, schema),
		rankOf: rankReader(options, part),
		isGone: goneReader(hardDelete, part),
	};
}

/** An older part lacks columns that came later. */
export function hasColumn({schema}: MergePart, name: string): boolean {
	return columnOf(schema, name) !== undefined;
}

/** Refuses a key that no new row has: the merge would replace nothing, and only append. */
export function requireColumn(delta: readonly MergePart[], name: string, key: 'key' | 'merge_key'): void {
	const [first] = delta;
	if (!first || delta.some(part => hasColumn(part, name))) return;
	const names = first.schema.columns.map(column => column.name).join(', ');
	const whose = key === 'key' ? 'the key' : key;
	throw new SinkError(
		`no new row has the column ${JSON.stringify(name)} of ${whose}; there are: ${names}. Correct ${whose}`,
	);
}

export function rankReader(
	{order, newest}: Pick<Options, 'order' | 'newest'>,
	{schema}: MergePart,
): NewRows['rankOf'] {
	if (order === undefined && newest) return record => newest.rankOf(record);
	const column = order === undefined ? undefined : columnOf(schema, order);
	if (!column) return () => undefined;
	const rank = orderRank(column);
	return record => {
		const value = ownValue(record, column.name) ?? null;
		return value === null ? undefined : rank(value);
	};
}

function goneReader(hardDelete: string | undefined, {schema}: MergePart): NewRows['isGone'] {
	const column = hardDelete === undefined ? undefined : columnOf(schema, hardDelete);
	if (!column) return () => false;
	return record => {
		const value = ownValue(record, column.name) ?? null;
		return column.type === 'bool' ? value === true : value !== null;
	};
}
