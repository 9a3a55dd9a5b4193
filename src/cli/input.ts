/** JSON on stdin as pages: JSON Lines, or one document that may run over many lines. */
import {DecodeError} from '../core/errors.ts';
import {type JsonValue, parse} from '../core/json.ts';
import type {Page} from '../core/page.ts';
import {toRecords} from '../core/selector.ts';

// One line, or one document, longer than this is refused: it would not fit into a string.
const MOST_BYTES = 256 * 1024 * 1024;
const NEWLINE = 10;

/**
 * Pages from a byte stream, one for each chunk, so that rows come out as they come in. A line that is a list is taken apart
 * into its items. When the first line is no JSON by itself, the whole input is read as one document.
 */
export async function* pagesFrom(input: AsyncIterable<Buffer>, name = 'stdin'): AsyncGenerator<Page> {
	let number = 0;
	let lineNumber = 0;
	let rest: Buffer[] = [];
	let size = 0;
	let document = false;

	const keep = (chunk: Buffer): void => {
		rest.push(chunk);
		size += chunk.length;
		if (size > MOST_BYTES)
			throw new DecodeError(
				`${name}: more than ${MOST_BYTES} bytes without an end of line; expected JSON Lines, or one document below that size`,
			);
	};
	const lines = (text: string): JsonValue[] => {
		const values: JsonValue[] = [];
		for (const line of text.split('\n')) {
			lineNumber++;
			if (line.trim() === '') continue;
			try {
				values.push(parse(lineNumber === 1 ? line.replace(/^\uFEFF/, '') : line));
			} catch (error) {
				if (values.length === 0 && number === 0) {
					document = true;
					return [];
				}
				throw notJson(`${name}:${lineNumber}`, line, error);
			}
		}
		return values;
	};

	for await (const chunk of input) {
		const end = document ? -1 : chunk.lastIndexOf(NEWLINE);
		if (end < 0) {
			keep(chunk);
			continue;
		}
		const block = Buffer.concat([...rest, chunk.subarray(0, end)]);
		const values = lines(block.toString('utf8'));
		rest = [];
		size = 0;
		if (document) {
			keep(block);
			keep(chunk.subarray(end));
			continue;
		}
		keep(chunk.subarray(end + 1));
		if (values.length > 0) yield {resource: name, number: number++, records: toRecords(values)};
	}
	const text = Buffer.concat(rest).toString('utf8');
	if (text.trim() === '') return;
	if (!document) {
		const values = lines(text);
		if (!document) {
			if (values.length > 0) yield {resource: name, number, records: toRecords(values)};
			return;
		}
	}
	let whole: JsonValue;
	try {
		whole = parse(text.replace(/^\uFEFF/, ''));
	} catch (error) {
		throw notJson(name, text, error);
	}
	yield {resource: name, number, records: toRecords([whole])};
}

function notJson(where: string, text: string, error: unknown): DecodeError {
	return new DecodeError(`${where}: not JSON (${(error as Error).message}): ${text.trim().slice(0, 80)}`, {cause: error});
}
