/** A charset for bodies whose server reports none, or a wrong one. */
import type {Decoder} from './decoder.ts';
import {json} from './json.ts';

/**
 * The same decoder for bodies in `encoding`, a label of `TextDecoder` such as `windows-1252`. It overrides
 * the charset of the content-type.
 * @example resource(api, {name: 'rows', decoder: withEncoding('windows-1252', csvDecoder())})
 */
export function withEncoding(encoding: string, decoder: Decoder = json): Decoder {
	return (response, options) => {
		const {'content-type': type = '', ...headers} = response.headers;
		const bare = type.replace(/;\s*charset\s*=\s*("[^"]*"|[^;\s]*)/gi, '');
		return decoder(
			{...response, headers: {...headers, 'content-type': `${bare}; charset=${encoding}`}},
			options,
		);
	};
}
