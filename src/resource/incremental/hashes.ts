/**
 * Hashes of rows at one cursor value. A text holds up to 4,096 of them, one after the other, so that a page
 * adds its hashes at the same cost however many there are.
 */
import {createHash} from 'node:crypto';
import {fingerprints} from '../../core/fingerprints.ts';
import {canonical} from '../../core/json/canonical.ts';
import type {JsonRecord} from '../../core/page.ts';

/**
 * Hashes in texts, in no particular order. Older states have one hash in each text, which is read in the same
 * way.
 */
export type Hashes = readonly string[];

export interface KnownHashes {
	readonly size: number;
	has(hash: string): boolean;
}

// 96 bits: in a million rows, two different ones have the same hash once in 10^16 runs.
export const HASH_CHARACTERS = 16;
const TEXT_CHARACTERS = 4096 * HASH_CHARACTERS;
/** Above this number, hashes are held as fingerprints, in 50 bytes each where a `Set` takes a hundred. */
const MOST_IN_SET = 10_000;

/** The hash of a row. Rows with the same content have the same hash, in whatever order their keys come. */
export function hashOf(record: JsonRecord): string {
	return createHash('sha256').update(canonical(record)).digest('base64url').slice(0, HASH_CHARACTERS);
}

export function countOf(hashes: Hashes = []): number {
	let characters = 0;
	for (const text of hashes) characters += text.length;
	return Math.floor(characters / HASH_CHARACTERS);
}

/**
 * The hashes of both, but no more than `most`. The texts of the first are reused, except the last one, which
 * is filled up.
 */
export function joinHashes(first: Hashes, second: Hashes, most: number): Hashes {
	if (second.length === 0) return first;
	const texts = first.slice();
	let room = (most - countOf(first)) * HASH_CHARACTERS;
	for (const text of second) {
		if (room <= 0) break;
		const added = text.length > room ? text.slice(0, room) : text;
		const last = texts.at(-1) ?? '';
		if (texts.length > 0 && last.length + added.length <= TEXT_CHARACTERS)
			texts[texts.length - 1] = last + added;
		else texts.push(added);
		room -= added.length;
	}
	return texts;
}

/** The hashes of one page, without duplicates. */
export function packHashes(hashes: Iterable<string>): Hashes {
	const all = [...new Set(hashes)].join('');
	return all === '' ? [] : (all.match(new RegExp(`.{1,${TEXT_CHARACTERS}}`, 'gs')) ?? []);
}

/** The hashes that are not among the others. */
export function removeHashes(hashes: Hashes, others: Hashes): Hashes {
	const known = knownIn(others);
	return packHashes([...each(hashes)].filter(hash => !known.has(hash)));
}

export function knownIn(hashes: Hashes = []): KnownHashes {
	if (countOf(hashes) <= MOST_IN_SET) return new Set(each(hashes));
	const table = fingerprints(Number.POSITIVE_INFINITY);
	for (const hash of each(hashes)) table.add(hash);
	return table;
}

function* each(hashes: Hashes): Generator<string> {
	for (const text of hashes)
		for (let at = 0; at + HASH_CHARACTERS <= text.length; at += HASH_CHARACTERS)
			yield text.slice(at, at + HASH_CHARACTERS);
}
