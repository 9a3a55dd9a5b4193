/** Decides what a recording may keep of a body: all of it, a text without its secrets, or nothing. */
import {encodingsOf} from '../decode/charset.ts';
import {foreignFile, MAGIC_BYTES} from '../decode/magic.ts';
import {search, withoutSecrets} from './cleaner.ts';
import {needles} from './spellings.ts';
import {peekUnpacked, Unreadable, withinFiles, withoutEncodings} from './unpacked.ts';

export type Keepable =
	| {readonly keep: 'as it came'}
	/** `decoded` is the content-encoding that was removed from it. */
	| {readonly keep: 'cleaned'; readonly bytes: AsyncIterable<Uint8Array>; readonly decoded?: string}
	/** The reason, such as `a secret stands in it, and …`. */
	| {readonly keep: 'nothing'; readonly reason: string};

/**
 * Searches for all secrets that are known by now. `source` is read once for the search, and again if secrets
 * have to be removed.
 */
export async function checkBody(
	source: () => AsyncIterable<Uint8Array>,
	encoding: string | undefined,
): Promise<Keepable> {
	const wanted = needles();
	if (wanted.length === 0) return {keep: 'as it came'};
	try {
		const {content, isPacked} = await withinFiles(withoutEncodings(source(), encoding));
		const [start, whole] = await peekUnpacked(content);
		const what = foreignFile(start.subarray(0, MAGIC_BYTES));
		if (what !== undefined) throw new Unreadable(`it is ${what}`);
		const {hasSecret, isBinary} = await search(whole, wanted);
		if (!hasSecret) return {keep: 'as it came'};
		if (isPacked || isBinary) return withheldBody(isPacked);
	} catch (error) {
		if (!(error instanceof Unreadable)) throw error;
		return {keep: 'nothing', reason: `${error.message}, so a secret in it could not be found`};
	}
	const encodings = encodingsOf(encoding);
	return {
		keep: 'cleaned',
		bytes: withoutSecrets(withoutEncodings(source(), encoding), wanted),
		...(encodings.length > 0 && {decoded: encodings.join(', ')}),
	};
}

export function withheldBody(isPacked: boolean): Keepable {
	const what = isPacked ? 'a packed file' : 'no text in UTF-8';
	return {keep: 'nothing', reason: `a secret stands in it, and cannot be replaced as it is ${what}`};
}
