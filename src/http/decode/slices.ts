/**
 * A body in slices of rows. If it is read again after a break, its rows are compared with those read before,
 * and reading goes on after them.
 */
import {createHash} from 'node:crypto';
import {stringify} from '../../core/json/json.ts';
import type {Incoming} from '../connection/transport.ts';
import {decodeFailure} from '../failure.ts';
import {BEGINNING_CHARACTERS, brokenJson, tooLarge} from './broken.ts';
import {textDecoder} from './bytes.ts';
import type {BodyPlace, DecodedPart} from './decoder.ts';
import {shortDigest} from './digest.ts';
import type {CountingDecoder} from './replaced.ts';
import type {RowReader} from './rows.ts';

/** No honest API comes near it. Deeper values break code that walks them by recursion. */
const DEEPEST = 500;
const SLICE_ROWS = 200;
const SLICE_BYTES = 1 << 18;

interface SliceOptions {
	readonly keys: readonly string[];
	readonly after: BodyPlace | undefined;
	readonly maxBodyBytes: number;
}

/** A huge JSON body, cut at the rows of the list at `keys`. */
export async function* inSlices(
	response: Incoming,
	chunks: AsyncIterable<Uint8Array>,
	{keys, after, maxBodyBytes}: SliceOptions,
): AsyncGenerator<DecodedPart, void> {
	// Few bodies are huge, and the import of their parser takes a while.
	const {rowReader} = await import('./rows.ts');
	const reader = rowReader(keys, DEEPEST);
	yield* readInSlices(response, chunks, reader, {
		after,
		maxBodyBytes,
		tooLarge: () => tooLarge(response, maxBodyBytes, keys, reader),
		broken: (error, beginning, bytes) => brokenJson(response, error, beginning, bytes),
	});
}

interface ReadOptions {
	readonly after: BodyPlace | undefined;
	readonly maxBodyBytes: number;
	/** The error for a body that needs more than `maxBodyBytes` in memory. */
	tooLarge(): Error;
	/** Explains a `SyntaxError` of the reader. Any other error is returned as it is. */
	broken(error: unknown, beginning: string, bytes: number): unknown;
}

/** Yields slices of at most 200 rows or about 256 KiB, then the last rows with the part around them. */
export async function* readInSlices(
	response: Incoming,
	chunks: AsyncIterable<Uint8Array>,
	reader: RowReader,
	{after, maxBodyBytes, tooLarge, broken}: ReadOptions,
): AsyncGenerator<DecodedPart, void> {
	const slicer = sliceRows(reader, after);
	const body = createHash('sha256');
	let decoder: CountingDecoder | undefined;
	let beginning = '';
	let bytes = 0;
	let aroundBytes = 0;
	try {
		for await (const chunk of chunks) {
			body.update(chunk);
			bytes += chunk.length;
			if (!reader.isInside) aroundBytes += chunk.length;
			slicer.received(chunk.length);
			decoder ??= textDecoder(response, chunk);
			const text = decoder.decode(chunk, {stream: true});
			beginning ||= text.slice(0, BEGINNING_CHARACTERS);
			for (const _ of reader.read(text, slicer.limit)) yield* slicer.next();
			if (Math.max(aroundBytes, slicer.pendingBytes) > maxBodyBytes) throw tooLarge();
		}
		for (const _ of reader.read(decoder?.decode() ?? '', slicer.limit)) yield* slicer.next();
		reader.end();
	} catch (error) {
		throw broken(error, beginning, bytes);
	}
	const {replaced = 0} = decoder ?? {};
	yield {
		...(replaced > 0 && {replaced}),
		rows: slicer.rest(),
		value: reader.envelope ?? null,
		last: true,
		size: slicer.pendingBytes,
		fingerprint: shortDigest(body),
	};
}

interface Slicer {
	/** Bytes of rows that are incomplete or not emitted yet. */
	readonly pendingBytes: number;
	received(bytes: number): void;
	/** The number of rows that the next slice may have. */
	limit(): number;
	/** The next slice, unless it lies before the place to go on after. */
	next(): Generator<DecodedPart>;
	/** The last rows, at the end of the body. */
	rest(): DecodedPart['rows'] & {};
}

function sliceRows(reader: RowReader, after: BodyPlace = {rows: 0, print: ''}): Slicer {
	const running = createHash('sha256');
	let rows = 0;
	let pendingBytes = 0;

	return {
		get pendingBytes() {
			return pendingBytes;
		},
		received(bytes) {
			pendingBytes += bytes;
		},
		limit() {
			if (rows < after.rows) return Math.min(SLICE_ROWS, after.rows - rows);
			return pendingBytes >= SLICE_BYTES ? 1 : SLICE_ROWS;
		},
		*next() {
			const slice = reader.take();
			const size = pendingBytes;
			pendingBytes = 0;
			rows += slice.length;
			// The hash is over the texts of the rows one after another, so it does not depend on where slices end.
			running.update(`${stringify(slice).slice(1, -1)},`);
			const print = shortDigest(running.copy());
			if (rows > after.rows)
				yield {rows: slice, value: reader.envelope ?? null, place: {rows, print}, last: false, size};
			else if (rows === after.rows && print !== after.print) throw changed(`the first ${rows} rows differ`);
		},
		rest() {
			const left = reader.take();
			if (rows < after.rows)
				throw changed(`${after.rows} rows had been read, now it has ${rows + left.length}`);
			return left;
		},
	};
}

function changed(how: string): Error {
	return decodeFailure(`answered differently when its body was read again: ${how}`, {
		retryable: false,
		advice: 'It cannot be continued in the middle: read the resource again from its start',
	});
}
