/** Unpacks a body as far as possible, to search it for secrets. */
import {pipeline, type Transform} from 'node:stream';
import {constants, createBrotliDecompress, createGunzip, createInflate, createInflateRaw} from 'node:zlib';
import {encodingsOf} from '../decode/charset.ts';
import {archiveKind, MAGIC_BYTES} from '../decode/magic.ts';

/** The most layers of packing in one body. */
const MOST_LAYERS = 3;
/** The limit for an archive, which is searched as a whole. */
const MOST_ARCHIVE_BYTES = 256 * 1024 * 1024;

/** The body cannot be searched. The message is the reason: `its zstd data cannot be unpacked`. */
export class Unreadable extends Error {}

/**
 * The bytes without their content-encodings. A truncated body is unpacked as far as it goes. Throws
 * `Unreadable`.
 */
export function withoutEncodings(
	bytes: AsyncIterable<Uint8Array>,
	header: string | undefined,
): AsyncIterable<Uint8Array> {
	return encodingsOf(header).reduceRight(unpacked, bytes);
}

/** The content of a gzip file or an archive, and whether the bytes are such a file. */
export async function withinFiles(
	bytes: AsyncIterable<Uint8Array>,
): Promise<{content: AsyncIterable<Uint8Array>; isPacked: boolean}> {
	let content = bytes;
	for (let layers = 0; ; layers++) {
		const [start, whole] = await peekUnpacked(content);
		const packed = archiveKind(start);
		if (!packed) return {content: whole, isPacked: layers > 0};
		if (layers === MOST_LAYERS) throw new Unreadable(`it is packed more than ${MOST_LAYERS} times`);
		content = packed === 'gzip' ? unpacked(whole, 'gzip') : filesOf(whole);
	}
}

async function* filesOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
	const {everyFile} = await import('../decode/zip.ts');
	try {
		yield* everyFile(bytes, MOST_ARCHIVE_BYTES);
	} catch {
		throw new Unreadable('its zip data cannot be unpacked');
	}
}

async function* unpacked(bytes: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array> {
	const [start, whole] = await peekUnpacked(bytes);
	if (start.length === 0) return;
	const decoder = decoderFor(name, start);
	try {
		yield* pipeline(whole, decoder, () => {});
	} catch (error) {
		if (error instanceof Unreadable) throw error;
		throw new Unreadable(`its ${name} data cannot be unpacked`);
	}
}

const tolerant = {finishFlush: constants.Z_SYNC_FLUSH};

function decoderFor(name: string, [first = 0, second = 0]: Uint8Array): Transform {
	if (name === 'gzip' || name === 'x-gzip') return createGunzip(tolerant);
	if (name === 'br') return createBrotliDecompress({finishFlush: constants.BROTLI_OPERATION_FLUSH});
	if (name !== 'deflate') throw new Unreadable(`its ${name} data cannot be unpacked`);
	return (first & 15) === 8 && ((first << 8) | second) % 31 === 0
		? createInflate(tolerant)
		: createInflateRaw(tolerant);
}

export async function peekUnpacked(
	bytes: AsyncIterable<Uint8Array>,
): Promise<[Uint8Array, AsyncIterable<Uint8Array>]> {
	const iterator = bytes[Symbol.asyncIterator]();
	const chunks: Uint8Array[] = [];
	let size = 0;
	let isDone = false;
	while (!isDone && size < MAGIC_BYTES) {
		const next = await iterator.next();
		isDone = next.done === true;
		if (next.done) break;
		chunks.push(next.value);
		size += next.value.length;
	}
	async function* whole(): AsyncGenerator<Uint8Array> {
		try {
			yield* chunks;
			while (!isDone) {
				const next = await iterator.next();
				if (next.done) return;
				yield next.value;
			}
		} finally {
			await iterator.return?.();
		}
	}
	return [Buffer.concat(chunks), whole()];
}
