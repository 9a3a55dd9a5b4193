/**
 * `NaN` and `Infinity` as bare words in JSON, as Python and others write numbers that JSON cannot represent.
 */
import {BACKSLASH, MINUS, QUOTE} from '../../core/json/ascii.ts';
import {fromStart, readStart, withStart} from './bytes.ts';
import type {Decoder} from './decoder.ts';
import {json} from './json.ts';

export type NonFinite = 'as_null' | 'as_text';

/** The same decoder for bodies of JSON or JSON Lines with such words. They become null, or texts. */
export function withNonFinite(as: NonFinite, decoder: Decoder = json): Decoder {
	return async function* (response, options) {
		const {chunks, rest} = await readStart(response, 0, options.maxBodyBytes);
		const body = replaced(withStart(chunks, rest), as);
		yield* decoder(fromStart(response, {chunks: [], isAll: false, rest: body}), options);
	};
}

const NONE = new Uint8Array();
const words = ['-Infinity', 'Infinity', 'NaN'].map(text => ({text, bytes: Buffer.from(text)}));
const LONGEST = 10;

async function* replaced(body: AsyncIterable<Uint8Array>, as: NonFinite): AsyncGenerator<Uint8Array> {
	const mend = replacer(as);
	for await (const chunk of body) yield mend(chunk, false);
	yield mend(NONE, true);
}

// Outside of texts JSON has neither `N` nor `I`. Bytes that may begin a word wait for the next bytes.
function replacer(as: NonFinite): (chunk: Uint8Array, isLast: boolean) => Uint8Array {
	let left: Uint8Array = NONE;
	let isInText = false;
	let isEscaped = false;
	return (chunk, isLast) => {
		const bytes = left.length > 0 ? Buffer.concat([left, chunk]) : chunk;
		const parts: Uint8Array[] = [];
		let from = 0;
		let at = 0;
		left = NONE;
		for (; at < bytes.length; at++) {
			const byte = bytes[at] as number;
			if (isInText) {
				if (isEscaped) isEscaped = false;
				else if (byte === BACKSLASH) isEscaped = true;
				else if (byte === QUOTE) isInText = false;
			} else if (byte === QUOTE) isInText = true;
			else if (byte === MINUS || byte === UPPER_N || byte === UPPER_I) {
				if (!isLast && bytes.length - at < LONGEST) {
					left = bytes.slice(at);
					break;
				}
				const found = wordAt(bytes, at);
				if (!found) continue;
				parts.push(bytes.subarray(from, at), Buffer.from(as === 'as_null' ? 'null' : `"${found.text}"`));
				from = at + found.bytes.length;
				at = from - 1;
			}
		}
		parts.push(bytes.subarray(from, at));
		return parts.length === 1 ? (parts[0] as Uint8Array) : Buffer.concat(parts);
	};
}

const UPPER_N = 78;
const UPPER_I = 73;

function wordAt(bytes: Uint8Array, at: number): (typeof words)[number] | undefined {
	return words.find(({bytes: wanted}) => {
		for (let i = 0; i < wanted.length; i++) if (bytes[at + i] !== wanted[i]) return false;
		const next = bytes[at + wanted.length];
		return next === undefined || !isWordByte(next);
	});
}

function isWordByte(byte: number): boolean {
	return (
		(byte >= 48 && byte <= 57) ||
		(byte >= 65 && byte <= 90) ||
		(byte >= 97 && byte <= 122) ||
		byte === 95 ||
		byte >= 128
	);
}
