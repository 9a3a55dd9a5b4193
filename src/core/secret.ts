/** Values that must never be printed, and the scrubber that keeps them out of every message. */
import {inspect} from 'node:util';

const HIDDEN = '***';
// Shorter values would blank out ordinary words; those are hidden by the name of their parameter instead.
const SHORTEST = 4;
// Tokens rotate in a long-lived process: the oldest are forgotten past this many.
const MOST = 1000;
const known = new Set<string>();
// So that a secret which begins like a shorter one is hidden whole.
let longestFirst: readonly string[] = [];

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

function remember(value: string): void {
	for (const spelling of spellings(value)) {
		if (spelling.length < SHORTEST) continue;
		known.delete(spelling);
		known.add(spelling);
	}
	for (const oldest of known) {
		if (known.size <= MOST) break;
		known.delete(oldest);
	}
	longestFirst = [...known].sort((a, b) => b.length - a.length);
}

// As it is, in a URL, in a form, and inside JSON.
function spellings(value: string): string[] {
	const form = new URLSearchParams({'': value}).toString().slice(1);
	return [value, encodeURIComponent(value), form, JSON.stringify(value).slice(1, -1)];
}

/** The text with every known secret replaced by `***`. */
export function scrub(text: string): string {
	for (const secret of longestFirst) {
		if (text.includes(secret)) text = text.replaceAll(secret, HIDDEN);
	}
	return text;
}
