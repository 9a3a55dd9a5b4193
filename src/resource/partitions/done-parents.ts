/**
 * Keys of parents whose children are all read. A place names them, so that no parent is lost or read twice
 * when the list of parents has changed.
 */
import {countOf, HASH_CHARACTERS, joinHashes, type KnownHashes, knownIn} from '../incremental/hashes.ts';

/** The length of a key. */
export const KEY_LENGTH = HASH_CHARACTERS;

/** In the order in which the parents were read. */
export type Done = string[];

/**
 * The first million, 16 MB. Beyond it parents come twice where their list changes, and a warning reports it.
 */
const MOST = 2 ** 20;

export function withKey(done: Done, key: string): Done {
	return joinHashes(done, [key], MOST) as Done;
}

export function isDone(done: Done): KnownHashes {
	return knownIn(done);
}

export function isFullText(done: Done): boolean {
	return countOf(done) >= MOST;
}

/** Whether the parents that were read last are `keys`. */
export function endsWith(done: Done, keys: readonly string[]): boolean {
	const wanted = keys.join('');
	let end = '';
	for (let text = done.length - 1; text >= 0 && end.length < wanted.length; text--) end = done[text] + end;
	return end.endsWith(wanted);
}
