/** Reads, joins and filters parts in JSON Lines. */
import {type JsonValue, parse} from '../../../src/core/json/json.ts';
import type {JsonRecord} from '../../../src/core/page.ts';
import type {FileOutput} from '../../output/output.ts';
import {writeWhole} from '../../output/write-whole.ts';
import type {PartOptions, ReadOptions} from '../format.ts';
import type {RowSet} from '../row-set.ts';
import {checkRows, keptRows, readBytes, readError, readText, writeKept} from '../text.ts';
import {fromJson, recordMaker, wantedColumns} from '../text-values.ts';

const MOST_ROWS = 10_000;
const NEWLINE = 10;

export async function* jsonlRows(
	path: string,
	options: ReadOptions = {},
): AsyncGenerator<readonly JsonRecord[], void> {
	const shape = shaper(options);
	let batch: JsonRecord[] = [];
	let started = '';
	let number = 0;

	const add = (line: string): void => {
		number++;
		try {
			batch.push(shape(parse(line) as JsonRecord));
		} catch (error) {
			throw readError(`line ${number} of ${path}`, error);
		}
	};

	for await (const text of readText(path, options.signal)) {
		let from = 0;
		for (let to = text.indexOf('\n'); to >= 0; to = text.indexOf('\n', from)) {
			add(started + text.slice(from, to));
			started = '';
			from = to + 1;
			if (batch.length < MOST_ROWS) continue;
			yield batch;
			batch = [];
		}
		started += text.slice(from);
		if (batch.length > 0) yield batch;
		batch = [];
	}
	if (started !== '') add(started);
	if (batch.length > 0) yield batch;
}

function shaper(options: ReadOptions): (record: JsonRecord) => JsonRecord {
	const columns = wantedColumns(options);
	if (!columns) return record => record;
	const names = columns.map(column => column.name);
	const readers = columns.map(fromJson);
	const make = recordMaker(names);
	return record =>
		make(index => {
			const name = names[index] ?? '';
			return Object.hasOwn(record, name) ? (readers[index]?.(record[name] as JsonValue) ?? null) : null;
		});
}

export function joinJsonl(
	paths: readonly string[],
	output: FileOutput,
	{signal}: PartOptions = {},
): Promise<void> {
	return writeWhole(output, async () => {
		for (const path of paths) for await (const chunk of readBytes(path, signal)) await output.write(chunk);
	});
}

export function jsonlWithout(
	path: string,
	dropped: RowSet,
	output: FileOutput,
	{signal}: PartOptions = {},
): Promise<void> {
	return writeWhole(output, async () => {
		const kept = keptRows(readBytes(path, signal), endOfLine, row => !dropped.has(row), 0);
		checkRows(path, await writeKept(kept, output), dropped);
	});
}

/** The number of lines in a file. */
export async function jsonlCount(path: string, signal?: AbortSignal): Promise<number> {
	let lines = 0;
	for await (const chunk of readBytes(path, signal))
		for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) lines++;
	return lines;
}

function endOfLine(bytes: Buffer, from: number): number {
	return bytes.indexOf(NEWLINE, from) + 1 || -1;
}
