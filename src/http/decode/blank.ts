/** Bodies without a character, of APIs that answer 200 with nothing where there is nothing. */
import {beginning, rewound, textDecoder} from './bytes.ts';
import type {Decoder} from './decoder.ts';
import {json} from './json.ts';

// Room for a byte order mark and some blank lines.
const LOOK_BYTES = 64;

/** The same decoder, to which such a body is null and no broken one. */
export function withBlank(decoder: Decoder = json): Decoder {
	return async function* (response, options) {
		const start = await beginning(response, LOOK_BYTES, options.maxBodyBytes);
		const bytes = Buffer.concat(start.chunks);
		if (start.isAll && textDecoder(response, bytes, 'utf-8').decode(bytes).trim() === '') {
			await start.rest.return?.();
			yield {value: null, last: true, size: bytes.length};
		} else yield* decoder(rewound(response, start), options);
	};
}
