/** How many rows a part has, by its own account: the footer of Parquet, the lines of JSON Lines, the records of CSV. */
import {csvRows} from './csv.ts';
import {readBytes} from './text.ts';

const NEWLINE = 10;

/** `name` says by its ending what the file at `path` holds. */
export async function countRows(name: string, path: string, signal?: AbortSignal): Promise<number> {
	if (name.endsWith('.parquet')) return parquetCount(path);
	if (/\.csv(?:\.gz)?$/.test(name)) return csvCount(path, signal);
	let lines = 0;
	for await (const chunk of readBytes(path, signal))
		for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) lines++;
	return lines;
}

async function parquetCount(path: string): Promise<number> {
	const {openStored} = await import('../parquet/stored.ts');
	const file = await openStored(path);
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
