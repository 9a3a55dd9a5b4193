/** The bytes of a text part, decompressed if it is gzip, and its rows as ranges of them. */
import {createReadStream} from 'node:fs';
import {type FileHandle, open} from 'node:fs/promises';
import {pipeline} from 'node:stream';
import {createGunzip} from 'node:zlib';
import {SinkError} from '../../src/core/errors.ts';
import {messageOf} from '../../src/core/stage.ts';
import type {FileOutput} from '../output/output.ts';
import type {RowSet} from './row-set.ts';

const CHUNK_BYTES = 256 * 1024;

/** The bytes of a file. Gzip is detected by its first two bytes, with which no UTF-8 text begins. */
export async function* readBytes(
	path: string,
	signal: AbortSignal | undefined,
): AsyncGenerator<Buffer, void> {
	try {
		const options = {highWaterMark: CHUNK_BYTES, ...(signal && {signal})};
		const packed = await isGzip(path);
		const file = createReadStream(path, options);
		if (!packed) yield* file;
		// The last stream of the pipeline reports errors to its reader.
		else yield* pipeline(file, createGunzip({chunkSize: CHUNK_BYTES}), () => {});
	} catch (error) {
		throw readError(path, error, signal);
	}
}

async function isGzip(path: string): Promise<boolean> {
	let file: FileHandle | undefined;
	try {
		file = await open(path);
		const {buffer, bytesRead} = await file.read(Buffer.alloc(2), 0, 2, 0);
		return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
	} finally {
		await file?.close();
	}
}

/** The same bytes as text. */
export async function* readText(path: string, signal: AbortSignal | undefined): AsyncGenerator<string, void> {
	const decoder = new TextDecoder('utf-8', {ignoreBOM: true});
	for await (const chunk of readBytes(path, signal)) yield decoder.decode(chunk, {stream: true});
}

/** The error for a part that cannot be read; an abort stays what it is. */
export function readError(path: string, error: unknown, signal?: AbortSignal): unknown {
	if (error instanceof SinkError) return error;
	if (signal?.aborted) return signal.reason;
	return new SinkError(`cannot read ${path} back: ${messageOf(error)}`, {cause: error});
}

/**
 * The end of the row with the index `from`, including its line end; -1 when the row continues after these
 * bytes.
 */
export type EndOfRow = (bytes: Buffer, from: number) => number;

/** The bytes of the rows to keep. Rows are numbered from `first`; returns the number after the last. */
export async function* keptRows(
	chunks: AsyncIterable<Buffer>,
	endOfRow: EndOfRow,
	isKept: (row: number) => boolean,
	first: number,
): AsyncGenerator<Buffer, number> {
	let row = first;
	let keeping = isKept(row);
	for await (const chunk of chunks) {
		const kept: Buffer[] = [];
		let start = 0;
		for (let end = endOfRow(chunk, 0); end >= 0; end = endOfRow(chunk, end)) {
			row++;
			const next = isKept(row);
			if (next === keeping) continue;
			if (keeping) kept.push(chunk.subarray(start, end));
			start = end;
			keeping = next;
		}
		if (keeping && start < chunk.length) kept.push(chunk.subarray(start));
		if (kept.length > 0) yield kept.length === 1 && kept[0] ? kept[0] : Buffer.concat(kept);
	}
	return row;
}

/** Writes the rows to keep. Returns the number after the last. */
export async function writeKept(kept: AsyncGenerator<Buffer, number>, output: FileOutput): Promise<number> {
	for (;;) {
		const {value, done} = await kept.next();
		if (done) return value;
		await output.write(value);
	}
}

/** With another number of rows than in the set, the wrong rows would be dropped. */
export function checkRows(path: string, found: number, {rows}: RowSet): void {
	if (found !== rows)
		throw new SinkError(`${path} has ${found} rows, where ${rows} were expected; nothing was changed`);
}
