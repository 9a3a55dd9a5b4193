/** The kind of a body by its first bytes, whatever its content-type says. */

/** Enough bytes to recognize a kind. */
export const MAGIC_BYTES = 16;

/** The kind of a file that can be unpacked. */
export function archiveKind(start: Uint8Array): 'gzip' | 'zip' | undefined {
	if (start[0] === 0x1f && start[1] === 0x8b) return 'gzip';
	// The second signature is that of an archive without files.
	return begins(start, 'PK\x03\x04') || begins(start, 'PK\x05\x06') ? 'zip' : undefined;
}

const files: readonly (readonly [start: string, what: string])[] = [
	['\x89PNG\r\n', 'a PNG image'],
	['\xff\xd8\xff', 'a JPEG image'],
	['GIF8', 'a GIF image'],
	['%PDF-', 'a PDF document'],
	['SQLite format 3\0', 'an SQLite database'],
	['ARROW1\0\0', 'an Arrow file'],
	['Obj\x01', 'an Avro file'],
	['\xd0\xcf\x11\xe0\xa1\xb1', 'an old Office document, such as .xls'],
	['\x28\xb5\x2f\xfd', 'zstd data'],
	['\xfd7zXZ\0', 'xz data'],
	['7z\xbc\xaf\x27\x1c', 'a 7-Zip archive'],
	['Rar!\x1a\x07', 'a RAR archive'],
	['\x7fELF', 'a program'],
];

// A text may begin with these letters too, but not with the byte after them.
const letters: readonly (readonly [start: string, what: string])[] = [
	['PAR1', 'a Parquet file'],
	['ORC', 'an ORC file'],
];

// JSON begins with none of these bytes, so most bodies need no other look.
const firstBytes = new Set(['RIFF', 'BZh', ...[...files, ...letters].map(([text]) => text)].map(firstByte));

function firstByte(text: string): number {
	return text.charCodeAt(0);
}

/** The kind of a file that no decoder reads, for messages: `a PNG image`. */
export function foreignFile(start: Uint8Array): string | undefined {
	if (!firstBytes.has(start[0] ?? -1)) return undefined;
	if (begins(start, 'RIFF') && begins(start.subarray(8), 'WEBP')) return 'a WebP image';
	if (begins(start, 'BZh') && begins(start.subarray(4), '1AY&SY')) return 'bzip2 data';
	const isBinary = ([text]: readonly [string, string]): boolean =>
		begins(start, text) && isControl(start[text.length]);
	return (files.find(([text]) => begins(start, text)) ?? letters.find(isBinary))?.[1];
}

function isControl(byte: number | undefined): boolean {
	return (
		byte !== undefined && (byte < 0x20 || byte > 0x7e) && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d
	);
}

function begins(bytes: Uint8Array, text: string): boolean {
	if (bytes.length < text.length) return false;
	for (let i = 0; i < text.length; i++) if (bytes[i] !== text.charCodeAt(i)) return false;
	return true;
}

/** The kind of markup, or JSON, for messages, by the first characters of a text that should be neither. */
export function foreignText(text: string): 'HTML' | 'XML' | 'JSON' | undefined {
	if (/^\s*<(!doctype\s+html|html|head|body)\b/i.test(text)) return 'HTML';
	if (/^\s*<(\?xml|!doctype)\s/i.test(text)) return 'XML';
	return /^\s*(\{\s*"|\[\s*\{)/.test(text) ? 'JSON' : undefined;
}
