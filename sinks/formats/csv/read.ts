/** Reads, joins and filters parts in CSV. */
import {csvReader} from '../../../src/core/csv.ts';
import type {JsonRecord} from '../../../src/core/page.ts';
import type {FileOutput} from '../../output/output.ts';
import {writeWhole} from '../../output/write-whole.ts';
import type {Encoder, PartOptions, ReadOptions} from '../format.ts';
import type {RowSet} from '../row-set.ts';
import {checkRows, type EndOfRow, keptRows, readBytes, readError, readText, writeKept} from '../text.ts';
import {fromField, recordMaker, wantedColumns} from '../text-values.ts';
import {escapeFormula, unescapeFormula} from './formulas.ts';

const MOST_ROWS = 10_000;

interface CsvReadOptions extends ReadOptions {
	/** Whether texts that a spreadsheet would evaluate begin with an apostrophe. @default false */
	readonly escapeFormulas?: boolean;
}

/** Records of a part; all values are texts if there is no schema. */
export async function* csvRows(
	path: string,
	delimiter: string,
	options: CsvReadOptions = {},
): AsyncGenerator<readonly JsonRecord[], void> {
	const shape = shaper(options);
	let done = 0;
	for await (const rows of readRows(path, csvReader(delimiter), options.signal)) {
		let row = done;
		try {
			yield rows.map(record => {
				row++;
				return shape(record);
			});
		} catch (error) {
			throw readError(`row ${row} of ${path}`, error);
		}
		done += rows.length;
	}
}

async function* readRows(
	path: string,
	reader: ReturnType<typeof csvReader>,
	signal: AbortSignal | undefined,
): AsyncGenerator<readonly JsonRecord[], void> {
	try {
		for await (const text of readText(path, signal)) {
			for (const _ of reader.read(text, () => MOST_ROWS)) yield reader.take();
			yield reader.take();
		}
		reader.end();
		yield reader.take();
	} catch (error) {
		throw readError(path, error, signal);
	}
}

function shaper({escapeFormulas = false, ...options}: CsvReadOptions): (record: JsonRecord) => JsonRecord {
	const columns = wantedColumns(options);
	const plain = (text: string): string => (escapeFormulas ? unescapeFormula(text) : text);
	if (!columns) return escapeFormulas ? unescaped : record => record;
	const names = columns.map(column => column.name);
	const readers = columns.map(column => (options.schema ? fromField(column) : (text: string) => text));
	const headers = escapeFormulas ? names.map(escapeFormula) : names;
	const make = recordMaker(names);
	return record =>
		make(index => {
			const name = headers[index] ?? '';
			const text = Object.hasOwn(record, name) ? record[name] : null;
			return typeof text === 'string' ? (readers[index]?.(plain(text)) ?? null) : null;
		});
}

function unescaped(record: JsonRecord): JsonRecord {
	return Object.fromEntries(
		Object.entries(record).map(([name, text]) => [
			unescapeFormula(name),
			typeof text === 'string' ? unescapeFormula(text) : text,
		]),
	);
}

/** Files with the same header are copied; others are parsed, and written under all their columns. */
export function joinCsv(
	paths: readonly string[],
	output: FileOutput,
	delimiter: string,
	encoder: (output: FileOutput) => Encoder,
	{signal}: PartOptions = {},
): Promise<void> {
	return writeWhole(output, async () => {
		const headers: (readonly string[])[] = [];
		const filled: string[] = [];
		for (const path of paths) {
			const header = await headerOf(path, delimiter, signal);
			if (!header) continue;
			headers.push(header);
			filled.push(path);
		}
		const [first = []] = headers;
		if (
			headers.every(header => header.length === first.length && header.every((name, i) => name === first[i]))
		)
			return copy(filled, output, signal);
		const columns = [...new Set(headers.flat())].map(name => ({name, type: 'text', nullable: true}) as const);
		const written = encoder(output);
		for (const path of filled)
			for await (const records of csvRows(path, delimiter, {signal}))
				await written.write({resource: path, number: 0, records, schema: {columns}});
		await written.finish();
	});
}

// The header of a part; empty for a part without columns, of which nothing is written.
async function headerOf(
	path: string,
	delimiter: string,
	signal: AbortSignal | undefined,
): Promise<readonly string[] | undefined> {
	for await (const [row] of readRows(path, csvReader(delimiter, false), signal))
		if (row) return Object.values(row).map(String);
	return undefined;
}

async function copy(
	paths: readonly string[],
	output: FileOutput,
	signal: AbortSignal | undefined,
): Promise<void> {
	for (const [number, path] of paths.entries()) {
		const isKept = (row: number): boolean => row > HEADER || number === 0;
		for await (const chunk of keptRows(readBytes(path, signal), endOfRow(), isKept, HEADER))
			await output.write(chunk);
	}
}

export function csvWithout(
	path: string,
	dropped: RowSet,
	output: FileOutput,
	{signal}: PartOptions = {},
): Promise<void> {
	return writeWhole(output, async () => {
		const kept = keptRows(
			readBytes(path, signal),
			endOfRow(),
			row => row === HEADER || !dropped.has(row),
			HEADER,
		);
		checkRows(path, Math.max(0, await writeKept(kept, output)), dropped);
	});
}

/** The number of the header, which is before the first row. */
const HEADER = -1;
const QUOTE = 34;
const LINE_FEED = 10;

// Quotes come in pairs, so a line end after an even number of quotes ends the row.
function endOfRow(): EndOfRow {
	let quoted = false;
	return (bytes, from) => {
		for (let at = from; at < bytes.length; at++) {
			const byte = bytes[at];
			if (byte === QUOTE) quoted = !quoted;
			else if (byte === LINE_FEED && !quoted) return at + 1;
		}
		return -1;
	};
}
