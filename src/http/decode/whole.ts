/** A decoder that reads a body as one text. */
import type {JsonValue} from '../../core/json/json.ts';
import {messageOf} from '../../core/stage.ts';
import {decodeFailure} from '../failure.ts';
import {tooLarge} from './broken.ts';
import {isBodiless, readStart, textDecoder} from './bytes.ts';
import type {Decoder} from './decoder.ts';
import {digestOf} from './digest.ts';

/** A decoder that calls `read` with the whole text. An error of `read` is a failure of the request. */
export function wholeDecoder(read: (text: string) => JsonValue): Decoder {
	return async function* decode(response, {maxBodyBytes}) {
		if (isBodiless(response)) {
			yield {value: null, last: true, size: 0};
			return;
		}
		const {chunks, isAll, rest} = await readStart(response, maxBodyBytes, maxBodyBytes);
		try {
			if (!isAll) throw tooLarge(response, maxBodyBytes);
			const bytes = Buffer.concat(chunks);
			const decoder = textDecoder(response, bytes);
			const text = decoder.decode(bytes);
			const {replaced} = decoder;
			const part = {last: true, size: bytes.length, fingerprint: digestOf(bytes), text};
			yield {value: readBy(read, text, response.status), ...part, ...(replaced > 0 && {replaced})};
		} finally {
			await rest.return?.();
		}
	};
}

function readBy(read: (text: string) => JsonValue, text: string, status: number): JsonValue {
	try {
		return read(text);
	} catch (error) {
		throw decodeFailure(`answered ${status} with a body that cannot be read: ${messageOf(error)}`, {
			retryable: false,
			status,
		});
	}
}
