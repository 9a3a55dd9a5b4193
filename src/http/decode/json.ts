/** JSON: a body of a few megabytes is parsed at once, a huge one row by row with flat memory. */
import {isUtf8} from 'node:buffer';
import {parse} from '../../core/json/json.ts';
import {mendBytes} from '../../core/json/surrogates.ts';
import {lazyBody} from '../../core/records/lazy-body.ts';
import {repeatedKey} from '../../core/records/repeated-key.ts';
import type {Incoming} from '../connection/transport.ts';
import {brokenJson, keyTwice, tooLarge} from './broken.ts';
import {decodedText, isBodiless, isPlain, readStart, withStart} from './bytes.ts';
import type {DecodedPart, DecodeOptions} from './decoder.ts';
import {digestOf} from './digest.ts';
import {inSlices} from './slices.ts';

/** The `Decoder` for JSON. */
export async function* json(response: Incoming, options: DecodeOptions): AsyncGenerator<DecodedPart, void> {
	const {keys, after, streamAboveBytes, maxBodyBytes} = options;
	if (isBodiless(response)) {
		yield {value: null, last: true, size: 0};
		return;
	}
	// A place inside a body counts rows one by one, so a body read on after a place is always streamed.
	const {chunks, isAll, rest} = await readStart(
		response,
		after ? 0 : keys ? streamAboveBytes : maxBodyBytes,
		maxBodyBytes,
	);
	try {
		if (isAll && !after)
			yield atOnce(response, chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks), options);
		else if (keys) yield* inSlices(response, withStart(chunks, rest), {keys, after, maxBodyBytes});
		else throw tooLarge(response, maxBodyBytes);
	} finally {
		await rest.return?.();
	}
}

function atOnce(response: Incoming, bytes: Uint8Array, {keys, lazy}: DecodeOptions): DecodedPart {
	const part = {last: true, size: bytes.length};
	const isText = isPlain(response, bytes) && isUtf8(bytes);
	if (isText) mendBytes(bytes);
	const asText = isText && keys && lazy && lazyBody(bytes, keys, lazy);
	// The text of the records is a better fingerprint, and is available.
	if (asText) return {...part, ...asText};
	const fingerprint = digestOf(bytes);
	const {text, replaced} = isText
		? {text: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8'), replaced: 0}
		: decodedText(response, bytes);
	try {
		const value = parse(text);
		const twice = isText ? repeatedKey(bytes, keys) : undefined;
		if (twice !== undefined) throw keyTwice(response, twice);
		return {
			...part,
			fingerprint,
			value,
			...(isText && {bytes}),
			...(replaced > 0 && {replaced}),
		};
	} catch (error) {
		throw brokenJson(response, error, text, bytes.length);
	}
}
