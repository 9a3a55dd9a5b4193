/** Spellings of known secrets in bytes, and their replacements. */
import {knownSecrets, SHORTEST_INSIDE} from '../../core/secret.ts';
import {HIDDEN} from './format.ts';

/** A spelling of a secret, as one character for each byte. */
export interface Needle {
	readonly bytes: string;
	/** Whether it is too short to be searched for inside words and numbers. */
	readonly isShort: boolean;
}

/** All known secrets, longest first. */
export function needles(): Needle[] {
	const found = new Map<string, boolean>();
	for (const secret of knownSecrets()) {
		for (const spelling of spellings(secret)) found.set(spelling, secret.length < SHORTEST_INSIDE);
	}
	return [...found]
		.map(([bytes, isShort]) => ({bytes, isShort}))
		.sort((a, b) => b.bytes.length - a.bytes.length);
}

/** The same needles in UTF-16, for bodies with zero bytes. */
export function inUtf16(all: readonly Needle[]): Needle[] {
	const spread = (bytes: string, order: (byte: string) => string): string => [...bytes].map(order).join('');
	return all.flatMap(({bytes, isShort}) => [
		{bytes: spread(bytes, byte => `${byte}\0`), isShort},
		{bytes: spread(bytes, byte => `\0${byte}`), isShort},
	]);
}

// `core/secret.ts` spells a secret for URLs, forms and plain JSON. Bodies have further spellings: `\/` by
// PHP, `\u00e9` by Python, XML entities, and Latin-1.
function spellings(secret: string): Set<string> {
	const escaped = JSON.stringify(secret)
		.slice(1, -1)
		.replace(/[\u0080-\uffff]/g, found => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`);
	const entities = secret.replace(/[&<>]/g, found => ({'&': '&amp;', '<': '&lt;'})[found] ?? '&gt;');
	const all = [
		secret,
		escaped,
		secret.replaceAll('/', '\\/'),
		escaped.replaceAll('/', '\\/'),
		entities,
		entities.replaceAll('"', '&quot;').replaceAll("'", '&#39;'),
	];
	const asBytes = all.map(text => Buffer.from(text).toString('latin1'));
	return new Set(/[\u0080-\u00ff]/.test(secret) ? [...asBytes, secret] : asBytes);
}

export interface Match {
	readonly start: number;
	readonly end: number;
	readonly instead: string;
}

/**
 * The matches of the needles in the text of bytes, in order and without overlaps. `before` is the byte before
 * the text.
 */
export function matches(text: string, all: readonly Needle[], before = ''): Match[] {
	const found: Match[] = [];
	for (const {bytes, isShort} of all) {
		for (let start = text.indexOf(bytes); start >= 0; ) {
			const end = start + bytes.length;
			const previous = start === 0 ? before : text.charAt(start - 1);
			const isOne = !isShort || !(isOfWord(previous) || isOfWord(text.charAt(end)));
			// Longer needles come first, and take precedence over those that they overlap.
			const isFree = isOne && found.every(other => end <= other.start || start >= other.end);
			if (isFree) found.push({start, end, instead: insteadOf(bytes)});
			start = text.indexOf(bytes, isFree ? end : start + 1);
		}
	}
	return found.sort((a, b) => a.start - b.start);
}

/** The text with its matches replaced. */
export function replaceMatches(text: string, found: readonly Match[]): string {
	let result = '';
	let from = 0;
	for (const {start, end, instead} of found) {
		result += text.slice(from, start) + instead;
		from = end;
	}
	return result + text.slice(from);
}

// In JSON a secret of digits may be a number, and must remain one.
function insteadOf(bytes: string): string {
	return /^\d+$/.test(bytes) ? '9'.repeat(bytes.length) : HIDDEN;
}

function isOfWord(byte: string): boolean {
	return /[\dA-Za-z]/.test(byte);
}
