/** For the Parquet tests: writes pages to a temporary file, and reads it as DuckDB and hyparquet do. */
import assert from 'node:assert/strict';
import {mkdtemp, readFile, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {TestContext} from 'node:test';
import {type DuckDBConnection, DuckDBInstance, type DuckDBResultReader} from '@duckdb/node-api';
import {type FileMetaData, parquetMetadata, parquetReadObjects} from 'hyparquet';
import {compressors} from 'hyparquet-compressors';
import {fileSink} from '../../../../sinks/formats/format.ts';
import {type ParquetOptions, parquetFormat} from '../../../../sinks/formats/parquet/format.ts';
import {type FileOutput, fileOutput} from '../../../../sinks/output/output.ts';
import type {Page} from '../../../../src/core/page.ts';
import type {RecordList} from '../../../../src/core/records/record-list.ts';
import type {Column, Schema} from '../../../../src/core/schema/schema.ts';

/** Records with the columns they conform to. */
export interface Batch {
	readonly columns: readonly Column[];
	readonly records: readonly unknown[];
}

export async function folder(context: TestContext): Promise<string> {
	const path = await mkdtemp(join(tmpdir(), 'sluice-parquet-'));
	context.after(() => rm(path, {recursive: true, force: true}));
	return path;
}

/** Writes one page per batch and returns the path of the file. */
export async function write(
	context: TestContext,
	batches: readonly Batch[],
	options: ParquetOptions = {},
): Promise<string> {
	const path = join(await folder(context), 'rows.parquet');
	await writeTo(fileOutput(path), batches, options);
	return path;
}

export async function writeTo(
	output: FileOutput,
	batches: readonly Batch[],
	options: ParquetOptions = {},
): Promise<void> {
	const sink = fileSink(parquetFormat(options), output);
	let schema: Schema | undefined;
	await sink.open?.();
	try {
		for (const [number, {columns, records}] of batches.entries()) {
			if (schema?.columns !== columns) schema = {columns};
			await sink.write(page(records, schema, number));
		}
		await sink.close();
	} catch (error) {
		await sink.discard?.(error as Error);
		throw error;
	}
}

export function page(records: readonly unknown[] | RecordList, schema: Schema | undefined, number = 0): Page {
	const common = {resource: 'contacts', number, records: records as RecordList};
	return schema ? {...common, schema} : common;
}

/** Rows by hyparquet, decimals, dates and JSON as they are stored. */
export async function readRows(path: string): Promise<{[name: string]: unknown}[]> {
	return parquetReadObjects({
		file: await buffer(path),
		compressors,
		parsers: {
			timestampFromMicroseconds: micros => micros,
			dateFromDays: days => days,
			jsonFromBytes: bytes => bytes && Buffer.from(bytes).toString(),
		},
	});
}

export async function metadata(path: string): Promise<FileMetaData> {
	return parquetMetadata(await buffer(path));
}

async function buffer(path: string): Promise<ArrayBuffer> {
	const bytes = await readFile(path);
	return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
}

let connection: Promise<DuckDBConnection> | undefined;

function duck(): Promise<DuckDBConnection> {
	connection ??= DuckDBInstance.create(':memory:', {threads: '2'}).then(instance => instance.connect());
	return connection;
}

/** Rows of a query in DuckDB, as plain JSON; `file` stands for the file. */
export async function query(sql: string, path = ''): Promise<{[name: string]: unknown}[]> {
	return (await run(sql, path)).getRowObjectsJson();
}

/** The same, as values in the order of the columns. */
export async function values(sql: string, path = ''): Promise<unknown[][]> {
	return (await run(sql, path)).getRowsJson();
}

/** One value of a query. */
export async function ask(sql: string, path = ''): Promise<unknown> {
	const rows = await values(sql, path);
	assert.equal(rows.length, 1);
	return rows[0]?.[0];
}

async function run(sql: string, path: string): Promise<DuckDBResultReader> {
	return (await duck()).runAndReadAll(sql.replaceAll(/\bfile\b/g, () => `read_parquet('${path}')`));
}
