/**
 * The rows that `merge_key` removes: earlier rows whose values in these columns came again, whatever their
 * primary key is. A day that is restated is replaced as a whole.
 */
import {SinkError} from '../../../src/core/errors.ts';
import {RowSet} from '../../formats/row-set.ts';
import {type Key, keyReader} from './key.ts';
import {hasColumn, requireColumn} from './new-rows.ts';
import type {MergePart, SupersedeOptions} from './types.ts';

export interface RestatedOptions extends Pick<SupersedeOptions, 'base' | 'delta' | 'format' | 'signal'> {
	/**
	 * Columns whose values together identify what is restated. A row without a value in one of them restates
	 * nothing, and stays.
	 */
	readonly mergeKey: readonly string[];
	/** The most different values in memory; more are an error. @default 1_000_000 */
	readonly mostKeys?: number;
}

/** Dropped rows of the base, by the path of their part. Parts that keep all their rows are not in it. */
export async function rowsOfMergeKeys({
	mergeKey,
	mostKeys = 1_000_000,
	...options
}: RestatedOptions): Promise<Map<string, RowSet>> {
	for (const name of mergeKey) requireColumn(options.delta, name, 'merge_key');
	const came = new Set<Key>();
	for (const part of options.delta)
		for await (const {key} of keyValues(part, mergeKey, options)) {
			if (key !== undefined) came.add(key);
			if (came.size > mostKeys) throw tooMany(mostKeys);
		}
	const dropped = new Map<string, RowSet>();
	for (const part of options.base) {
		const rows = new RowSet(part.rows);
		for await (const {key, row} of keyValues(part, mergeKey, options))
			if (key !== undefined && came.has(key)) rows.add(row);
		if (rows.count > 0) dropped.set(part.path, rows);
	}
	return dropped;
}

/** The values of each row, in order. An older part that lacks one of the columns yields none. */
export async function* keyValues(
	part: MergePart,
	names: readonly string[],
	{format, signal}: Pick<SupersedeOptions, 'format' | 'signal'>,
): AsyncGenerator<{key: Key; row: number}> {
	if (!names.every(name => hasColumn(part, name))) return;
	const {path, schema} = part;
	const read = keyReader(names, schema);
	let row = 0;
	for await (const records of format.rows(path, {schema, columns: names, signal})) {
		signal?.throwIfAborted();
		for (const record of records) yield {key: read(record), row: row++};
	}
}

function tooMany(most: number): SinkError {
	return new SinkError(
		`merge_key has more than ${most.toLocaleString('en')} different values in one run; name a column ` +
			'with fewer, such as a day',
	);
}
