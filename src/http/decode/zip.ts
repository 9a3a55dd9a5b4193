/** Reads a zip archive: its one file, or its JSON Lines files one after another. */
import {pipeline} from 'node:stream';
import {crc32, createInflateRaw} from 'node:zlib';
import {decodeFailure, type Failure} from '../failure.ts';

interface Entry {
	readonly name: string;
	readonly method: number;
	readonly isEncrypted: boolean;
	readonly crc: number;
	readonly packedBytes: number;
	readonly bytes: number;
	/** The offset of its local header. */
	readonly offset: number;
}

const END = 0x06054b50;
const END_BYTES = 22;
const CENTRAL = 0x02014b50;
const CENTRAL_BYTES = 46;
const LOCAL = 0x04034b50;
const LOCAL_BYTES = 30;
const LONGEST_COMMENT = 0xffff;
const STORED = 0;
const DEFLATED = 8;
const LINE_FEED = Buffer.from('\n');

/**
 * The content of the one file in an archive, or of its JSON Lines files. The archive is held in memory, up to
 * `maxBodyBytes`; the file comes in pieces.
 */
export async function* unzip(
	body: AsyncIterable<Uint8Array>,
	maxBodyBytes: number,
): AsyncGenerator<Uint8Array> {
	const archive = await all(body, maxBodyBytes);
	for (const entry of wanted(entriesOf(archive))) {
		yield* content(archive, entry);
		if (isLines(entry)) yield LINE_FEED;
	}
}

/** The content of every file in the archive, one after another. */
export async function* everyFile(
	body: AsyncIterable<Uint8Array>,
	maxBodyBytes: number,
): AsyncGenerator<Uint8Array> {
	const archive = await all(body, maxBodyBytes);
	for (const entry of entriesOf(archive)) yield* content(archive, entry);
}

/** The files of an archive. Each is read on demand. */
export function filesOf(archive: Buffer): {readonly name: string; read(): AsyncGenerator<Uint8Array>}[] {
	return entriesOf(archive).map(entry => ({name: entry.name, read: () => content(archive, entry)}));
}

async function all(body: AsyncIterable<Uint8Array>, maxBodyBytes: number): Promise<Buffer> {
	const chunks: Uint8Array[] = [];
	let bytes = 0;
	for await (const chunk of body) {
		bytes += chunk.length;
		if (bytes > maxBodyBytes)
			throw refused(
				`more than ${Math.round(maxBodyBytes / 1024 / 1024)} MiB of zip data`,
				'Ask for a smaller archive',
			);
		chunks.push(chunk);
	}
	return Buffer.concat(chunks);
}

function entriesOf(archive: Buffer): Entry[] {
	const end = endOf(archive);
	const count = archive.readUInt16LE(end + 10);
	let at = archive.readUInt32LE(end + 16);
	if (count === 0xffff || at === 0xffffffff)
		throw refused('a zip64 archive', 'Ask for a smaller archive, or for gzip');
	const entries: Entry[] = [];
	for (let i = 0; i < count; i++) {
		if (at + CENTRAL_BYTES > archive.length || archive.readUInt32LE(at) !== CENTRAL)
			throw broken('its list of files is cut');
		const nameBytes = archive.readUInt16LE(at + 28);
		entries.push({
			name: archive.toString('utf8', at + CENTRAL_BYTES, at + CENTRAL_BYTES + nameBytes),
			method: archive.readUInt16LE(at + 10),
			isEncrypted: (archive.readUInt16LE(at + 8) & 1) === 1,
			crc: archive.readUInt32LE(at + 16),
			packedBytes: archive.readUInt32LE(at + 20),
			bytes: archive.readUInt32LE(at + 24),
			offset: archive.readUInt32LE(at + 42),
		});
		at += CENTRAL_BYTES + nameBytes + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
	}
	return entries;
}

// The end record of the list of files is at the end of the archive, before a comment.
function endOf(archive: Buffer): number {
	const first = Math.max(0, archive.length - END_BYTES - LONGEST_COMMENT);
	for (let at = archive.length - END_BYTES; at >= first; at--)
		if (archive.readUInt32LE(at) === END) return at;
	throw broken('it ends early');
}

function wanted(entries: readonly Entry[]): readonly Entry[] {
	const names = entries.map(({name}) => name);
	if (names.includes('[Content_Types].xml'))
		throw refused('an Office document, such as .xlsx', 'Ask the API for CSV or JSON');
	const files = entries.filter(({name}) => !/(^|\/)(__MACOSX\/|\.DS_Store$)|\/$/.test(name));
	if (files.length === 1 || (files.length > 1 && files.every(isLines))) return files;
	const listed = files.slice(0, 5).map(({name}) => JSON.stringify(name));
	const what =
		files.length === 0
			? 'no file'
			: `${files.length} files (${listed.join(', ')}${files.length > 5 ? ' …' : ''})`;
	throw refused(
		`a zip archive with ${what} in it`,
		'Only a zip archive with one file, or with JSON Lines files alone, is unpacked. Ask for one file at ' +
			'a time',
	);
}

function isLines({name}: Entry): boolean {
	return /\.(jsonl|ndjson)$/i.test(name);
}

async function* content(archive: Buffer, entry: Entry): AsyncGenerator<Uint8Array> {
	const {name, method, isEncrypted, crc, packedBytes, bytes, offset} = entry;
	if (isEncrypted)
		throw refused(
			`a zip archive whose file ${JSON.stringify(name)} is encrypted`,
			'Ask for one without a password',
		);
	if (method !== STORED && method !== DEFLATED)
		throw refused(
			`a zip archive whose file ${JSON.stringify(name)} is packed by method ${method}`,
			'Ask for deflate or gzip',
		);
	if (offset + LOCAL_BYTES > archive.length || archive.readUInt32LE(offset) !== LOCAL)
		throw broken(`${name} is not in it`);
	const start = offset + LOCAL_BYTES + archive.readUInt16LE(offset + 26) + archive.readUInt16LE(offset + 28);
	const packed = archive.subarray(start, start + packedBytes);
	let sum = 0;
	let seen = 0;
	try {
		for await (const chunk of method === STORED ? [packed] : inflated(packed)) {
			seen += chunk.length;
			// A file that unpacks to more than its declared size may never end.
			if (seen > bytes) break;
			sum = crc32(chunk, sum);
			yield chunk;
		}
	} catch (cause) {
		if (!/^(Z_|ERR_)/.test(String((cause as {code?: unknown}).code))) throw cause;
		throw broken(`${name}: ${(cause as Error).message}`, cause);
	}
	if (seen !== bytes || sum !== crc) throw broken(`${name} is not whole`);
}

function inflated(packed: Buffer): AsyncIterable<Uint8Array> {
	return pipeline([packed], createInflateRaw(), () => {});
}

function refused(what: string, advice: string): Failure {
	return decodeFailure(`answered with ${what}`, {retryable: false, advice});
}

function broken(detail: string, cause?: unknown): Failure {
	return decodeFailure('answered with broken zip data', {retryable: true, detail, cause});
}
