/** Pages in a file of the spool: a line for each page, which is the JSON list of its records. */
import {createHash} from 'node:crypto';
import {createReadStream, createWriteStream} from 'node:fs';
import {open} from 'node:fs/promises';
import {pipeline} from 'node:stream/promises';
import {createGunzip, createGzip} from 'node:zlib';
import {type JsonValue, parse, stringify} from '../../core/json/json.ts';
import type {JsonRecord, Page} from '../../core/page.ts';
import {linesOf} from '../../core/records/lazy-records.ts';

/** What was written. */
export interface Written {
	readonly rows: number;
	readonly pages: number;
	readonly bytes: number;
	readonly sha256: string;
}

const CLOSE = Buffer.from(']\n');
const COMMA = 0x2c;
const NEW_LINE = 0x0a;

/** Writes a new file, and flushes it to the disk. Removing it after a failure is for the caller. */
export async function writePages(
	path: string,
	pages: AsyncIterable<Page>,
	signal?: AbortSignal,
): Promise<Written> {
	const hash = createHash('sha256');
	const sum = {rows: 0, pages: 0, bytes: 0};
	async function* lines(): AsyncGenerator<Uint8Array | string> {
		for await (const page of pages) {
			sum.rows += page.records.length;
			sum.pages++;
			yield '[';
			yield recordsOf(page);
			yield CLOSE;
		}
	}
	async function* measured(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
		for await (const chunk of packed) {
			hash.update(chunk);
			sum.bytes += chunk.length;
			yield chunk;
		}
	}
	await pipeline(
		lines(),
		createGzip({level: 1}),
		measured,
		createWriteStream(path, {flags: 'wx', mode: 0o600}),
		{...(signal && {signal})},
	);
	const file = await open(path, 'r');
	try {
		await file.sync();
	} finally {
		await file.close();
	}
	return {...sum, sha256: hash.digest('hex')};
}

// Lines are the text of the answer: its digits, escapes and order of keys.
function recordsOf({records}: Page): Uint8Array | string {
	const lines = linesOf(records);
	if (!lines) return [...records].map(record => stringify(record as JsonValue)).join(',');
	const text = Buffer.from(lines);
	const end = text.at(-1) === NEW_LINE ? text.length - 1 : text.length;
	for (let at = text.indexOf(NEW_LINE); at !== -1 && at < end; at = text.indexOf(NEW_LINE, at + 1))
		text[at] = COMMA;
	return text.subarray(0, end);
}

/** The records of each page. */
export async function* readPages(path: string): AsyncGenerator<JsonRecord[]> {
	const text = createGunzip();
	// A failure of it destroys the text, whose reader gets the error.
	const unpacking = pipeline(createReadStream(path), text).catch(() => {});
	let begun: Buffer[] = [];
	try {
		for await (const chunk of text as AsyncIterable<Buffer>) {
			let from = 0;
			for (let at = chunk.indexOf(NEW_LINE); at !== -1; at = chunk.indexOf(NEW_LINE, from)) {
				const line = Buffer.concat([...begun, chunk.subarray(from, at)]);
				begun = [];
				from = at + 1;
				yield parse(line.toString()) as JsonRecord[];
			}
			if (from < chunk.length) begun.push(chunk.subarray(from));
		}
	} finally {
		text.destroy();
		await unpacking;
	}
}
