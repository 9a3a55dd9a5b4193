/** An empty body, as the response of servers that have no rows. */
import {Failure} from '../failure.ts';
import type {Decoder} from './decoder.ts';
import {json} from './json.ts';

/** The same decoder, which yields null for a body without bytes, or of white space. */
export function withBlank(decoder: Decoder = json): Decoder {
	return async function* blank(response, options) {
		try {
			yield* decoder(response, options);
		} catch (error) {
			// An empty body in place of one that had rows before is an error.
			if (options.after || !(error instanceof Failure) || error.details.isBlank !== true) throw error;
			yield {value: null, last: true, size: 0};
		}
	};
}
