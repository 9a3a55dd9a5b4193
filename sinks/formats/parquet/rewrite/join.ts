/**
 * Joins Parquet files: their rows one after another, or all but some. Row groups are copied unchanged where
 * possible.
 */
import type {JsonRecord} from '../../../../src/core/page.ts';
import type {Column} from '../../../../src/core/schema/schema.ts';
import type {FileOutput} from '../../../output/output.ts';
import {writeWhole} from '../../../output/write-whole.ts';
import type {PartOptions} from '../../format.ts';
import type {RowSet} from '../../row-set.ts';
import {checkRows} from '../../text.ts';
import {isWrittenBy} from '../compression.ts';
import type {RowGroup} from '../footer.ts';
import {type OpenedFile, openParquetFile} from '../read/open-file.ts';
import {groupRows} from '../read/read.ts';
import {widestColumns} from '../write/widen-schema.ts';
import {type ParquetWriter, parquetWriter, type WriterOptions} from '../write/writer.ts';

export function joinParquet(
	paths: readonly string[],
	output: FileOutput,
	options: WriterOptions,
	{signal}: PartOptions = {},
): Promise<void> {
	return writeWhole(output, async () => {
		const writer = parquetWriter(output, options);
		const columns = await columnsOf(paths);
		writer.begin(columns);
		for (const path of paths) {
			await within(path, async file => {
				for (const group of file.groups) {
					signal?.throwIfAborted();
					if (isCopied(group, options)) await writer.adopt(file, group);
					else if (isSame(file.schema.columns, columns))
						await writer.take(file, group, group.rows, () => true);
					else await encode(writer, path, columns, groupRows(file, group, {schema: {columns}, signal}));
				}
			});
		}
		await writer.finish();
	});
}

// The columns of files without rows matter only when no file has rows.
async function columnsOf(paths: readonly string[]): Promise<readonly Column[]> {
	let found: readonly Column[] | undefined;
	let spare: readonly Column[] = [];
	for (const path of paths) {
		await within(path, async ({schema: {columns}, groups}) => {
			if (groups.length === 0) spare = columns;
			else found = found ? widestColumns(found, columns) : columns;
		});
	}
	return found ?? spare;
}

function isSame(some: readonly Column[], others: readonly Column[]): boolean {
	return some === others || JSON.stringify(some) === JSON.stringify(others);
}

/**
 * A row group with less than this fraction of the possible rows is written anew, together with its
 * neighbours.
 */
const SMALL = 1 / 4;

function isCopied({rows, chunks}: RowGroup, {codec, rowGroupRows, rowGroupBytes}: WriterOptions): boolean {
	const bytes = chunks.reduce((sum, chunk) => sum + chunk.uncompressedBytes, 0);
	return isWrittenBy(codec, chunks) && (rows >= rowGroupRows * SMALL || bytes >= rowGroupBytes * SMALL);
}

export function parquetWithout(
	path: string,
	dropped: RowSet,
	output: FileOutput,
	options: WriterOptions,
	{signal}: PartOptions = {},
): Promise<void> {
	return writeWhole(output, () =>
		within(path, async file => {
			const {columns} = file.schema;
			const total = file.groups.reduce((sum, group) => sum + group.rows, 0);
			checkRows(path, total, dropped);
			const writer = parquetWriter(output, options);
			writer.begin(columns);
			let first = 0;
			for (const group of file.groups) {
				signal?.throwIfAborted();
				const count = dropped.countIn(first, first + group.rows);
				if (count === 0 && isWrittenBy(options.codec, group.chunks)) await writer.adopt(file, group);
				else if (count < group.rows) {
					const start = first;
					await writer.take(file, group, group.rows - count, row => !dropped.has(start + row));
				}
				first += group.rows;
			}
			await writer.finish();
		}),
	);
}

async function encode(
	writer: ParquetWriter,
	path: string,
	columns: readonly Column[],
	batches: AsyncIterable<readonly JsonRecord[]>,
): Promise<void> {
	const schema = {columns};
	let number = 0;
	for await (const records of batches)
		await writer.write({resource: path, number: number++, records, schema});
}

async function within(path: string, work: (file: OpenedFile) => Promise<void>): Promise<void> {
	const file = await openParquetFile(path);
	try {
		await work(file);
	} finally {
		await file.close();
	}
}
