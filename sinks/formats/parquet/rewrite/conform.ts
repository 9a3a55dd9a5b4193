/**
 * Writes a Parquet file again with the columns of the other files of its table: rows and their order stay,
 * and chunks that fit are copied.
 */

import {SinkError} from '../../../../src/core/errors.ts';
import {describeType} from '../../../../src/core/schema/definition.ts';
import type {Column} from '../../../../src/core/schema/schema.ts';
import type {FileOutput} from '../../../output/output.ts';
import {writeWhole} from '../../../output/write-whole.ts';
import type {PartOptions} from '../../format.ts';
import type {Codec} from '../compression.ts';
import {footer} from '../footer.ts';
import {type OpenedFile, openParquetFile} from '../read/open-file.ts';
import {type FileSchema, fileSchema} from '../schema.ts';
import {keepsOrder} from '../type-widening.ts';
import {fileBody} from '../write/body.ts';
import {renewFrom, type StoredGroup} from './rewrite.ts';
import {isWider, originsOf, widenedValues} from './widen-values.ts';

/** The columns of a file; none for a file that has only the placeholder column. */
export function parquetColumns(path: string): Promise<readonly Column[]> {
	return within(path, async file => columnsIn(file));
}

function columnsIn({schema: {columns}, groups}: OpenedFile): readonly Column[] {
	const [first] = columns;
	const isStandIn =
		columns.length === 1 &&
		first?.name === 'json' &&
		first.type === 'json' &&
		groups.every(({rows, chunks}) => chunks.every(({nulls}) => nulls === rows));
	return isStandIn ? [] : columns;
}

/**
 * A number of the file that a wider column cannot hold, by the least and the greatest value of each row
 * group.
 */
export function parquetMisfit(path: string, columns: readonly Column[]): Promise<string | undefined> {
	return within(path, async file => {
		const schema = fileSchema(columns);
		for (const [index, origin] of originsOf(schema, file.schema).entries()) {
			const leaf = schema.leaves[index];
			if (!leaf || origin.kind !== 'changed' || !isWider(origin.leaf, leaf)) continue;
			if (!keepsOrder(origin.leaf.column, leaf.column)) continue;
			for (const {chunks} of file.groups) {
				const both = chunks[origin.leaf.index]?.extremes;
				if (!both) continue;
				try {
					widenedValues(Buffer.concat([both.least, both.greatest]), 2, origin.leaf, leaf);
				} catch (error) {
					if (error instanceof SinkError) return error.message;
					throw error;
				}
			}
		}
		return undefined;
	});
}

/** Writes the file with these columns, which can hold all values of its own. */
export function conformParquet(
	path: string,
	columns: readonly Column[],
	output: FileOutput,
	codec: Codec,
	{signal}: PartOptions = {},
): Promise<void> {
	return writeWhole(output, () =>
		within(path, async file => {
			const schema = fileSchema(asInFile(columns, file.schema.columns));
			checkWhole(file, schema);
			const body = fileBody(output);
			const source = {
				read: ({start, compressedBytes}: {start: number; compressedBytes: number}) =>
					file.read(start, compressedBytes),
				keep: async (info: StoredGroup['chunks'][number]) =>
					body.place({parts: [await file.read(info.start, info.compressedBytes)], info}),
			};
			const groups: StoredGroup[] = [];
			for (const group of file.groups) {
				signal?.throwIfAborted();
				groups.push(await renewFrom(source, {...group, schema: file.schema}, schema, body, codec));
				await body.flush();
			}
			await body.end(footer(schema, groups));
		}),
	);
}

// Readers ignore whether a column may be null, and its chunks can be copied only if that does not change.
function asInFile(columns: readonly Column[], own: readonly Column[]): readonly Column[] {
	const byName = new Map(own.map(column => [column.name, column]));
	return columns.map(column => {
		const mine = byName.get(column.name);
		return mine && describeType(mine) === describeType(column) ? mine : column;
	});
}

// A column without a place in the new file would be lost.
function checkWhole(file: OpenedFile, schema: FileSchema): void {
	if (columnsIn(file).length === 0) return;
	const kept = new Set(
		originsOf(schema, file.schema).flatMap(({kind, ...origin}) =>
			(kind === 'kept' || kind === 'changed') && 'leaf' in origin ? [origin.leaf] : [],
		),
	);
	const lost = file.schema.leaves.find(leaf => !kept.has(leaf));
	if (lost)
		throw new SinkError(
			`${file.path}: column ${JSON.stringify(lost.label)} has no place among the columns of its table`,
		);
}

async function within<T>(path: string, work: (file: OpenedFile) => Promise<T>): Promise<T> {
	const file = await openParquetFile(path);
	try {
		return await work(file);
	} finally {
		await file.close();
	}
}
