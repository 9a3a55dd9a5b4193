/**
 * How many rows a part has, by its own account: the footer of Parquet, the lines of JSON Lines, the records
 * of CSV.
 */
import {SinkError} from '../../src/core/errors.ts';
import {type FormatName, formatOf} from '../../src/core/format-names.ts';
import {csvRows} from './csv/read.ts';
import {readBytes} from './text.ts';

const NEWLINE = 10;

type Count = (path: string, signal: AbortSignal | undefined) => Promise<number>;

const counts: Readonly<Record<FormatName, Count>> = {
	parquet: parquetCount,
	jsonl: lineCount,
	'jsonl.gz': lineCount,
	csv: csvCount,
	'csv.gz': csvCount,
};

/** `name` says by its ending what the file at `path` holds. */
export async function countRows(name: string, path: string, signal?: AbortSignal): Promise<number> {
	const format = formatOf(name);
	if (format === undefined) throw new SinkError(`${name}: no format has files with this ending`);
	return counts[format](path, signal);
}

async function lineCount(path: string, signal: AbortSignal | undefined): Promise<number> {
	let lines = 0;
	for await (const chunk of readBytes(path, signal))
		for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) lines++;
	return lines;
}

async function parquetCount(path: string): Promise<number> {
	const {openParquetFile} = await import('./parquet/read/open-file.ts');
	const file = await openParquetFile(path);
	try {
		return file.groups.reduce((sum, {rows}) => sum + rows, 0);
	} finally {
		await file.close();
	}
}

async function csvCount(path: string, signal: AbortSignal | undefined): Promise<number> {
	let count = 0;
	for await (const rows of csvRows(path, ',', {columns: [], signal})) count += rows.length;
	return count;
}
