/** Values that must never be printed, and a function that hides them in every message. */
import {inspect} from 'node:util';

/** Replaces a secret that is not set, where no request is sent: in a replay, or a check. */
export const PLACEHOLDER = 'replayed-secret';

const HIDDEN = '***';
// Shorter values would hide ordinary words; they are hidden by the name of their parameter instead.
const SHORTEST = 4;
// Tokens rotate in a long-lived process: above this number, the oldest are forgotten.
const MOST = 1000;
const known = new Set<string>();
// Sorted so that a secret which begins like a shorter one is hidden completely.
let longestFirst: readonly string[] = [];
let learned = 0;
// A server may set a new one with every answer. They have their own set, so that they push no key out of the
// other.
const MOST_FLEETING = 200;
const fleeting = new Set<string>();

/** Holds a secret, and prints as `***` wherever it is printed by accident. */
export class Secret {
	readonly #value: string;

	constructor(value: string) {
		this.#value = value;
		remember(value);
	}

	/** The value itself: call it only to send the value. */
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
 * Hides the value of a cookie. A value that may be an ordinary word, a number or a date is not hidden, since
 * it may also be in a link that leads to the next page.
 */
export function hideFleeting(value: string): void {
	const isLong = value.length >= 16;
	const isMixed = value.length >= 8 && /\d/.test(value) && /[a-z]/i.test(value);
	if ((isLong || isMixed) && !fleeting.has(value)) remember(value, fleeting, MOST_FLEETING);
}

// The forms of a secret: unchanged, in a URL (also inside a parameter of another one), in a form, and inside
// JSON.
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
// The decisive words come last: `X-Goog-Api-Key`, and not `api_key_name`. Tokens of paging (`page_token`,
// `nextToken`) are no secrets and help to find the page, so a token is secret only by itself, or after a word
// that makes it so.
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

/** Whether the name of a header, a parameter or a key shows that its value is secret. */
export function isSecretName(name: string): boolean {
	return secretName.test(name);
}

/** A shorter secret may be a part of any word. */
export const SHORTEST_INSIDE = 8;

/** Every known secret in each of its forms, longest first. */
export function knownSecrets(): readonly string[] {
	return longestFirst;
}

/** A number that grows with each new secret. */
export function secretsLearned(): number {
	return learned;
}

/** Whether the text is exactly a known secret. */
export function isKnownSecret(text: string): boolean {
	return known.has(text) || fleeting.has(text);
}

/** Whether the text contains a known secret that is too long to be there by chance: `Bearer …`. */
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
