/** The bytes of a body without its encodings, and their text. */
import {pipeline, type Transform} from 'node:stream';
import {createBrotliDecompress, createGunzip, createInflate, createInflateRaw} from 'node:zlib';
import type {Gathered} from '../connection/body-queue.ts';
import type {Incoming} from '../connection/transport.ts';
import {decodeFailure, type Failure} from '../failure.ts';
import {charsetIn, encodingsOf} from './charset.ts';
import {archiveKind, foreignFile, MAGIC_BYTES} from './magic.ts';
import {type CountingDecoder, countingDecoder} from './replaced.ts';

/** The value of `accept-encoding`. */
export const encodings = 'gzip, deflate, br';

/**
 * The most layers of packing in one body: without a limit, a decompression bomb could have any number of
 * them.
 */
const MOST_LAYERS = 3;
const HELD_BYTES = 256 * 1024 * 1024;

/** The body without its content-encodings. The last one in the list is removed first. */
export function decompress({headers, body}: Incoming): AsyncIterable<Uint8Array> {
	return encodingsOf(headers['content-encoding']).reduceRight(without, body);
}

/** A body whose start has been read. */
export type Started = Gathered & {readonly rest: AsyncIterator<Uint8Array>};

/**
 * The start of a body, without its encodings, and the rest. The start is all of it if it is no larger than
 * the limit, else slightly more than that. The first bytes show the kind of the body: gzip and zip files,
 * which have no content-encoding, are unpacked, and kinds that no decoder reads are refused.
 */
export async function readStart(
	response: Incoming,
	limitBytes: number,
	maxBodyBytes = HELD_BYTES,
): Promise<Started> {
	const enough = Math.max(limitBytes, MAGIC_BYTES);
	let start = isEncoded(response)
		? await gather(decompress(response)[Symbol.asyncIterator](), enough)
		: {...(await response.gather(enough)), rest: response.body[Symbol.asyncIterator]()};
	for (let layers = 0; ; layers++) {
		const bytes = firstBytes(start.chunks);
		const packed = archiveKind(bytes);
		if (!packed) {
			const what = foreignFile(bytes);
			if (what === undefined) return start;
			await start.rest.return?.();
			throw foreign(response, what);
		}
		if (layers === MOST_LAYERS) throw foreign(response, `data that is packed more than ${MOST_LAYERS} times`);
		const body = withStart(start.chunks, start.rest);
		const unpacked =
			packed === 'gzip' ? without(body, 'gzip') : (await import('./zip.ts')).unzip(body, maxBodyBytes);
		start = await gather(unpacked[Symbol.asyncIterator](), enough);
	}
}

function foreign({status, headers}: Incoming, what: string): Failure {
	return decodeFailure(`answered ${status} with ${what} (${headers['content-type'] ?? 'no content-type'})`, {
		retryable: false,
		status,
		advice: 'Check the path; some APIs choose the format by the header accept or by a parameter',
	});
}

function firstBytes(chunks: readonly Uint8Array[]): Uint8Array {
	const [first = new Uint8Array()] = chunks;
	return (first.length < MAGIC_BYTES ? Buffer.concat(chunks) : first).subarray(0, MAGIC_BYTES);
}

/** The whole of a body whose start has been read. */
export async function* withStart(
	start: Uint8Array[],
	rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
	try {
		for (let chunk = start.shift(); chunk; chunk = start.shift()) yield chunk;
		for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
	} finally {
		await rest.return?.();
	}
}

/** The same response without its encodings, for another decoder to read from the start. */
export function fromStart(response: Incoming, {chunks, rest}: Started): Incoming {
	const {'content-encoding': _, ...headers} = response.headers;
	const body = withStart(chunks, rest);
	return {...response, headers, body, gather: limitBytes => gather(body, limitBytes)};
}

/** Whether the rules of HTTP allow no body. */
export function isBodiless({method, status}: Incoming): boolean {
	return method === 'HEAD' || status === 204 || status === 205;
}

async function gather(rest: AsyncIterator<Uint8Array>, limitBytes: number): Promise<Started> {
	const chunks: Uint8Array[] = [];
	for (let bytes = 0; bytes <= limitBytes; ) {
		const {value, done} = await rest.next();
		if (done) return {chunks, isAll: true, rest};
		chunks.push(value);
		bytes += value.length;
	}
	return {chunks, isAll: false, rest};
}

function isEncoded({headers}: Incoming): boolean {
	return encodingsOf(headers['content-encoding']).length > 0;
}

/**
 * Whether a body is UTF-8 without a byte order mark, as nearly every API sends it: such text needs no
 * decoder.
 */
export function isPlain({headers}: Incoming, bytes: Uint8Array): boolean {
	const charset = charsetIn(headers['content-type']);
	return (bytes[0] ?? 0) < 0x80 && (charset === undefined || charset.toLowerCase() === 'utf-8');
}

/** A whole body as text. `replaced` is the number of characters that could not be read and became U+FFFD. */
export function decodedText(
	response: Incoming,
	bytes: Uint8Array,
): {readonly text: string; readonly replaced: number} {
	const decoder = textDecoder(response, bytes);
	const text = decoder.decode(bytes);
	return {text, replaced: decoder.replaced};
}

/** The start of a body as text: at most `limitBytes`. */
export async function beginningOf(response: Incoming, limitBytes: number): Promise<string> {
	return (await firstText(response, limitBytes)).text;
}

/** The start of a body as text, and whether it is the whole body. */
export async function firstText(
	response: Incoming,
	limitBytes: number,
): Promise<{text: string; isAll: boolean}> {
	const chunks: Uint8Array[] = [];
	let bytes = 0;
	for await (const chunk of decompress(response)) {
		chunks.push(chunk);
		bytes += chunk.length;
		if (bytes > limitBytes) break;
	}
	const all = Buffer.concat(chunks).subarray(0, limitBytes);
	return {text: textDecoder(response, all, 'utf-8').decode(all), isAll: bytes <= limitBytes};
}

/** A decoder for the charset that the content-type, or else a byte order mark, names. It drops the mark. */
export function textDecoder(
	{headers, status}: Incoming,
	start: Uint8Array,
	fallback?: string,
): CountingDecoder {
	const charset = charsetIn(headers['content-type']);
	try {
		return countingDecoder(charset ?? markedCharset(start));
	} catch (cause) {
		if (fallback) return countingDecoder(fallback);
		throw decodeFailure(`answered ${status} in the charset ${charset}, which is not known here`, {
			retryable: false,
			status,
			cause,
		});
	}
}

function markedCharset([first, second]: Uint8Array): string {
	if (first === 0xff && second === 0xfe) return 'utf-16le';
	return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}

async function* without(body: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array> {
	const [start, whole] = await peek(body);
	// An empty body needs no decoder, which would report it as broken.
	if (start === undefined) return;
	const decoder = decoderFor(name, start);
	try {
		yield* pipeline(whole, decoder, () => {});
	} catch (cause) {
		if (!String((cause as {code?: unknown}).code).match(/^(Z_|ERR_|ERR__)/)) throw cause;
		throw decodeFailure(`answered with broken ${name} data`, {
			retryable: true,
			detail: (cause as Error).message,
			cause,
		});
	}
}

function decoderFor(name: string, [first = 0, second = 0]: Uint8Array): Transform {
	if (name === 'gzip' || name === 'x-gzip') return createGunzip();
	if (name === 'br') return createBrotliDecompress();
	if (name !== 'deflate') {
		throw decodeFailure(`answered with content-encoding ${name}, which is not known here`, {
			retryable: false,
			advice: `Send the header accept-encoding: ${encodings}`,
		});
	}
	// Half of the servers leave out the zlib header that the RFC requires: a multiple of 31 whose low bits are
	// 8.
	return (first & 15) === 8 && ((first << 8) | second) % 31 === 0 ? createInflate() : createInflateRaw();
}

async function peek(
	body: AsyncIterable<Uint8Array>,
): Promise<[Uint8Array | undefined, AsyncIterable<Uint8Array>]> {
	const iterator = body[Symbol.asyncIterator]();
	let {value: start, done} = await iterator.next();
	while (!done && start.length < 2) {
		const next = await iterator.next();
		done = next.done;
		if (!done) start = Buffer.concat([start, next.value]);
	}
	async function* whole(): AsyncGenerator<Uint8Array> {
		try {
			if (start) yield start;
			for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
		} finally {
			await iterator.return?.();
		}
	}
	return [start, whole()];
}
