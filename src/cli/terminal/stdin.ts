/** Reads JSON on stdin as pages: JSON Lines, or one document of any number of lines. */
import {isUtf8} from 'node:buffer';
import type {Writable} from 'node:stream';
import {DecodeError} from '../../core/errors.ts';
import {type JsonValue, parse} from '../../core/json/json.ts';
import type {Page} from '../../core/page.ts';
import {toRecords} from '../../core/path/selector.ts';
import {messageOf} from '../../core/stage.ts';

// A longer line, or document, is refused: it would not fit into a string.
const MOST_BYTES = 256 * 1024 * 1024;
const NEWLINE = 10;
const advice = 'Expected one record a line (jq -c), or one document';

/**
 * The pages of stdin, until `last` closes: then they do not wait any longer for input that may never come.
 */
export function stdinPages(last: Writable): AsyncIterable<Page> {
	last.once('close', () => process.stdin.destroy());
	return pagesFrom(process.stdin);
}

/**
 * Pages from a byte stream, one for each chunk, so that rows go out as they come in. A line with a list is
 * split into its items. When the first line by itself is no JSON, the whole input is read as one document.
 */
export async function* pagesFrom(input: AsyncIterable<Buffer>, name = 'stdin'): AsyncGenerator<Page> {
	let number = 0;
	let lineNumber = 0;
	let rest: Buffer[] = [];
	let size = 0;
	let isDocument = false;

	const keep = (chunk: Buffer): void => {
		rest.push(chunk);
		size += chunk.length;
		if (size > MOST_BYTES)
			throw new DecodeError(`${name}: more than ${MOST_BYTES / 1024 ** 2} MiB without an end. ${advice}`);
	};
	// Decides at the first line whether each line is a record. If it is not, the line becomes the beginning of
	// the document.
	const readLines = (block: Buffer): JsonValue[] => {
		const values: JsonValue[] = [];
		for (const line of decoded(block, name, lineNumber).split('\n')) {
			lineNumber++;
			if (line.trim() === '') continue;
			try {
				values.push(parse(line));
			} catch (error) {
				isDocument = values.length === 0 && number === 0;
				if (isDocument) return [];
				throw new DecodeError(
					`${name}:${lineNumber}: not JSON (${reason(error)}): ${beginning(line)}. ${advice}`,
					{
						cause: error,
					},
				);
			}
		}
		return values;
	};

	for await (const chunk of input) {
		const end = isDocument ? -1 : chunk.lastIndexOf(NEWLINE);
		if (end < 0) {
			keep(chunk);
			continue;
		}
		const block = Buffer.concat([...rest, chunk.subarray(0, end)]);
		const values = readLines(block);
		rest = [];
		size = 0;
		if (isDocument) {
			keep(block);
			keep(chunk.subarray(end));
			continue;
		}
		keep(chunk.subarray(end + 1));
		if (values.length > 0) yield {resource: name, number: number++, records: toRecords(values)};
	}
	const last = Buffer.concat(rest);
	const values = isDocument ? [] : readLines(last);
	if (values.length > 0) yield {resource: name, number, records: toRecords(values)};
	else if (isDocument)
		yield {resource: name, number, records: toRecords([document(decoded(last, name, 0), name)])};
}

function document(text: string, name: string): JsonValue {
	try {
		return parse(text);
	} catch (error) {
		const from = brokenLine(text);
		const line = text.slice(0, from).split('\n').length;
		const shown = beginning(text.slice(from).split('\n', 1)[0] ?? '');
		throw new DecodeError(`${name}:${line}: not JSON (${reason(error)}): ${shown}. ${advice}`, {
			cause: error,
		});
	}
}

// The start of the line up to which the text could still become JSON, but not beyond. Errors of JSON.parse
// often lack the position.
function brokenLine(text: string): number {
	let [good, bad] = [0, text.length];
	while (text.indexOf('\n', good) >= 0 && text.indexOf('\n', good) < bad - 1) {
		const middle = text.lastIndexOf('\n', good + Math.floor((bad - good) / 2)) + 1;
		const end = middle > good ? middle : text.indexOf('\n', good) + 1;
		if (isPossible(text.slice(0, end))) good = end;
		else bad = end;
	}
	return good;
}

function isPossible(text: string): boolean {
	try {
		JSON.parse(text);
		return true;
	} catch (error) {
		const position = /at position (\d+)/.exec(messageOf(error))?.[1];
		return (
			/end of JSON input/.test(messageOf(error)) ||
			(position !== undefined && Number(position) >= text.trimEnd().length)
		);
	}
}

// Bytes that are no UTF-8 would become replacement characters without a message.
function decoded(bytes: Buffer, name: string, linesBefore: number): string {
	if (isUtf8(bytes)) {
		const text = bytes.toString('utf8');
		return linesBefore === 0 ? text.replace(/^\uFEFF/, '') : text;
	}
	if (bytes[0] === 0x1f && bytes[1] === 0x8b)
		throw new DecodeError(`${name}: compressed with gzip. Decompress it first: gzip -dc`);
	let line = linesBefore + 1;
	let from = 0;
	for (
		let end = bytes.indexOf(NEWLINE);
		end >= 0 && isUtf8(bytes.subarray(from, end));
		end = bytes.indexOf(NEWLINE, from)
	) {
		from = end + 1;
		line++;
	}
	throw new DecodeError(
		`${name}:${line}: not UTF-8: ${beginning(bytes.toString('latin1', from, from + 200))}. Convert it ` +
			'first: iconv -t UTF-8',
	);
}

// The message without the quoted text, as the line is shown anyway.
function reason(error: unknown): string {
	return messageOf(error)
		.replace(/,? (\.\.\.)?".*/s, '')
		.replace(/ in JSON at position .*/, '');
}

function beginning(text: string): string {
	const line = text.trim();
	return line.length > 80 ? `${line.slice(0, 80)}…` : line;
}
