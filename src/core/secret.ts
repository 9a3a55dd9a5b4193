/** Values that must never be printed, and the scrubber that keeps them out of every message. */
import {inspect} from 'node:util';

/** Stands in for a secret that is not set, where nothing is sent: in a replay, or a check. */
export const PLACEHOLDER = 'replayed-secret';

const HIDDEN = '***';
// Shorter values would blank out ordinary words; those are hidden by the name of their parameter instead.
const SHORTEST = 4;
// Tokens rotate in a long-lived process: the oldest are forgotten past this many.
const MOST = 1000;
const known = new Set<string>();
// So that a secret which begins like a shorter one is hidden whole.
let longestFirst: readonly string[] = [];
let learned = 0;
// A server may set a new one with every answer. In a set of their own they push no key out of the other.
const MOST_FLEETING = 200;
const fleeting = new Set<string>();

/** Holds a secret; prints as `***` wherever it is printed by accident. */
export class Secret {
	readonly #value: string;

	constructor(value: string) {
		this.#value = value;
		remember(value);
	}

	/** The value itself: call it only where it goes on the wire. */
	reveal(): string {
		return this.#value;
	}

	toString(): string {
		return HIDDEN;
	}

	toJSON(): string {
		return HIDDEN;
	}

	[inspect.custom](): string {
		return HIDDEN;
	}
}

function remember(value: string, among = known, most = MOST): void {
	for (const spelling of spellings(value)) {
		if (spelling.length < SHORTEST) continue;
		if (!among.has(spelling)) learned++;
		among.delete(spelling);
		among.add(spelling);
	}
	for (const oldest of among) {
		if (among.size <= most) break;
		among.delete(oldest);
	}
	longestFirst = [...new Set([...known, ...fleeting])].sort((a, b) => b.length - a.length);
}

/**
 * Hides the value of a cookie. What may be an ordinary word, a number or a date is left, since it may as well
 * stand in a link that leads to the next page.
 */
export function hideFleeting(value: string): void {
	const isLong = value.length >= 16;
	const isMixed = value.length >= 8 && /\d/.test(value) && /[a-z]/i.test(value);
	if ((isLong || isMixed) && !fleeting.has(value)) remember(value, fleeting, MOST_FLEETING);
}

// As it is, in a URL (also inside a parameter of another one), in a form, and inside JSON.
function spellings(value: string): Set<string> {
	// Half a surrogate pair has no bytes: it is sent as U+FFFD.
	const sent = Buffer.from(value).toString();
	const once = encodeURIComponent(sent);
	const form = new URLSearchParams({'': sent}).toString().slice(1);
	const encoded = [once, encodeURIComponent(once), form, encodeURIComponent(form)];
	return new Set([value, sent, ...encoded, ...encoded.map(lowerEscapes), JSON.stringify(value).slice(1, -1)]);
}

function lowerEscapes(text: string): string {
	return text.replace(/%(25)?[\dA-F]{2}/g, found => found.toLowerCase());
}

const keyOf =
	'api|access|app|application|auth|bearer|client|consumer|id|oauth|private|refresh|secret|security|session|subscription';
// The words that say it come last: `X-Goog-Api-Key`, and not `api_key_name`. Tokens of paging (`page_token`,
// `nextToken`) are no secrets and help to find the page, so a token is one only by itself, or with a word
// before it that says so.
const secretName = new RegExp(
	[
		`^(?:.+[-_])?(?:(?:${keyOf})[-_]?(?:key|token|secret)|password|passwd|passphrase)$`,
		'^(?:x[-_])?(?:token|secret)$',
		'^(?:.+[-_])?token[-_]?secret$',
		'^(?:proxy-)?authorization$',
		'^(?:x-amz-|oauth_)?(?:credentials?|signature)$',
		'^(?:appid|auth|cookie|jwt|pass|pwd|session(?:[-_]?id)?|sig)$',
	].join('|'),
	'i',
);

/** Whether what has this name, as a header, a parameter, a key of an object, is secret by it. */
export function isSecretName(name: string): boolean {
	return secretName.test(name);
}

/** A shorter secret may stand inside any word. */
export const SHORTEST_INSIDE = 8;

/** Every known secret in each of its spellings, longest first. */
export function knownSecrets(): readonly string[] {
	return longestFirst;
}

/** Grows with each secret that was not known before. */
export function secretsLearned(): number {
	return learned;
}

/** Whether the text is a known secret and nothing else. */
export function isKnownSecret(text: string): boolean {
	return known.has(text) || fleeting.has(text);
}

/** Whether the text holds a known secret that is too long to stand there by chance: `Bearer …`. */
export function holdsKnownSecret(text: string): boolean {
	return longestFirst.some(secret => secret.length >= SHORTEST_INSIDE && text.includes(secret));
}

/** The text with every known secret replaced by `***`. */
export function scrub(text: string): string {
	for (const secret of longestFirst) {
		if (text.includes(secret)) text = text.replaceAll(secret, HIDDEN);
	}
	return text;
}
