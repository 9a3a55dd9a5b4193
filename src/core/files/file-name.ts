/** Makes one segment of a path from a name in an API or a config, for a folder. */
import {createHash} from 'node:crypto';

/** File systems accept 255 bytes. The number or extension after the name needs room too. */
const MOST_BYTES = 200;
const DIGEST_CHARACTERS = 12;

// Separators, characters with a meaning in globs or on Windows, control characters, lone surrogates, and the
// escape itself.
const unsafe = /[/\\%*?[\]{}<>:"|\p{Cc}\p{Cs}]/gu;
// `.` and `..` lead to other folders, and Windows removes dots and spaces at the end.
const edges = /^\.+|[. ]+$/g;

/**
 * A safe name for one segment of a path. It contains no separator and is never `.` or `..`. Unsafe characters
 * are percent-encoded as UTF-8 (`a/b` is `a%2Fb`), lone surrogates as `%uD800`, so that two names never
 * become one.
 */
export function safeName(name: string): string {
	return name.replace(unsafe, percent).replace(edges, text => [...text].map(percent).join(''));
}

/** The name, or, if it has more than 200 bytes, its beginning and 12 hex digits of its SHA-256. */
export function boundedName(name: string): string {
	if (Buffer.byteLength(name) <= MOST_BYTES) return name;
	const digest = createHash('sha256').update(name).digest('hex').slice(0, DIGEST_CHARACTERS);
	let beginning = name.slice(0, MOST_BYTES);
	while (Buffer.byteLength(beginning) > MOST_BYTES - DIGEST_CHARACTERS - 1)
		beginning = beginning.slice(0, -1);
	return `${beginning.replace(/\p{Cs}$/u, '')}~${digest}`;
}

function percent(character: string): string {
	if (/\p{Cs}/u.test(character)) return `%u${character.charCodeAt(0).toString(16).toUpperCase()}`;
	return [...Buffer.from(character)]
		.map(byte => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
		.join('');
}
