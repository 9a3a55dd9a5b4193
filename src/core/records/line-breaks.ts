/** Removes the line breaks of an indented JSON body, so that its records can be lines. */
import {BACKSLASH, QUOTE, SPACE} from '../json/ascii.ts';
import {skipSpace} from './scan.ts';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * The body without line breaks and the indentation after them: a copy, or the body itself where it has no
 * line break before its end. `undefined` where there is a line break in a text, or a text does not end: that
 * is no JSON.
 */
export function withoutLineBreaks(bytes: Uint8Array): Uint8Array | undefined {
	if (!isBroken(bytes, LINE_FEED) && !isBroken(bytes, CARRIAGE_RETURN)) return bytes;
	const kept = Buffer.allocUnsafe(bytes.length);
	const {length} = bytes;
	let to = 0;
	for (let at = 0; at < length; ) {
		const byte = bytes[at++] as number;
		if (byte === LINE_FEED || byte === CARRIAGE_RETURN) {
			at = skipSpace(bytes, at);
			continue;
		}
		kept[to++] = byte;
		if (byte !== QUOTE) continue;
		for (let inside = 0; inside !== QUOTE; ) {
			inside = bytes[at++] as number;
			if (!(inside >= SPACE)) return undefined;
			kept[to++] = inside;
			if (inside === BACKSLASH) kept[to++] = bytes[at++] as number;
		}
	}
	return kept.subarray(0, to);
}

// Whether there is anything after the first line.
function isBroken(bytes: Uint8Array, character: number): boolean {
	const at = bytes.indexOf(character);
	return at >= 0 && skipSpace(bytes, at) < bytes.length;
}
