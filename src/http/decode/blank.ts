/** A body with nothing in it, where that is how a server says that there is nothing. */
import {Failure} from '../failure.ts';
import type {Decoder} from './decoder.ts';
import {json} from './json.ts';

/** The decoder, for which a body of no bytes, or of white space, is null. */
export function withBlank(decoder: Decoder = json): Decoder {
	return async function* blank(response, options) {
		try {
			yield* decoder(response, options);
		} catch (error) {
			// In the middle of a body that had rows before, it is another body.
			if (options.after || !(error instanceof Failure) || error.details.isBlank !== true) throw error;
			yield {value: null, last: true, size: 0};
		}
	};
}
