/** JSON: a body of a few megabytes at once, a huge one row by row with flat memory. */
import {createHash} from 'node:crypto';
import {parse} from '../../core/json.ts';
import {undecodable} from '../failure.ts';
import type {Incoming} from '../transport.ts';
import {brokenJson, tooLarge} from './broken.ts';
import {decompressed, textDecoder} from './bytes.ts';
import type {DecodedPart, DecodeOptions} from './decoder.ts';
import {DEEPEST, isDeeper} from './depth.ts';
import {inSlices, shortDigest} from './slices.ts';

/** The `Decoder` for JSON. */
export async function* json(response: Incoming, options: DecodeOptions): AsyncGenerator<DecodedPart, void> {
	const {keys, after, streamAboveBytes, maxBodyBytes} = options;
	if (response.method === 'HEAD' || response.status === 204 || response.status === 205) {
		yield {value: null, last: true};
		return;
	}
	const chunks = decompressed(response)[Symbol.asyncIterator]();
	try {
		// A place inside a body counts rows one by one, so going on after it is always the streaming way.
		const start = after ? {chunks: [], isAll: false} : await fill(chunks, keys ? streamAboveBytes : maxBodyBytes);
		if (start.isAll) yield atOnce(response, Buffer.concat(start.chunks));
		else if (keys) yield* inSlices(response, joined(start.chunks, chunks), {keys, after, maxBodyBytes});
		else throw tooLarge(response, maxBodyBytes);
	} finally {
		await chunks.return?.();
	}
}

// Reads until the end, or until there is more than the limit.
async function fill(from: AsyncIterator<Uint8Array>, limitBytes: number): Promise<{chunks: Uint8Array[]; isAll: boolean}> {
	const chunks: Uint8Array[] = [];
	let bytes = 0;
	while (bytes <= limitBytes) {
		const {value, done} = await from.next();
		if (done) return {chunks, isAll: true};
		chunks.push(value);
		bytes += value.length;
	}
	return {chunks, isAll: false};
}

async function* joined(start: Uint8Array[], rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
	for (let chunk = start.shift(); chunk; chunk = start.shift()) yield chunk;
	for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}

function atOnce(response: Incoming, bytes: Uint8Array): DecodedPart {
	const text = textDecoder(response, bytes).decode(bytes);
	if (isDeeper(text, DEEPEST)) {
		throw undecodable(`answered ${response.status} with JSON nested deeper than ${DEEPEST} levels`, {retryable: false});
	}
	try {
		return {value: parse(text), last: true, fingerprint: shortDigest(createHash('sha256').update(bytes))};
	} catch (error) {
		throw brokenJson(response, error, text, bytes.length);
	}
}
