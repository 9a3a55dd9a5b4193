/** JSON Lines: one record a line, UTF-8. */
import type {Writable} from 'node:stream';
import {stringify} from '../src/core/json.ts';
import {linesOf} from '../src/core/lines.ts';
import {sink} from '../src/core/stage.ts';
import {type FileFormat, fileSink} from './file.ts';
import {gzipped} from './gzip.ts';
import {fileOutput, type Output, streamOutput} from './output.ts';
import {joinJsonl, jsonlRows, jsonlWithout} from './parts/jsonl.ts';
import {withRejects} from './rejects.ts';

export interface JsonlOptions {
	/** Compresses. @default true for a path that ends in `.gz` */
	readonly gzip?: boolean;
	/** A JSONL file for the records that a transform refused, with their reasons. @default counted only */
	readonly rejects?: string;
}

// A page may be a document of hundreds of megabytes; its text is not held twice.
const CHUNK_CHARACTERS = 1 << 20;

export const jsonlFormat: FileFormat = {
	name: 'jsonl',
	extension: 'jsonl',
	encoder: output => ({
		async write({records}) {
			const lines = linesOf(records);
			if (lines) return output.write(lines);
			let text = '';
			for (const record of records) {
				text += `${stringify(record)}\n`;
				if (text.length < CHUNK_CHARACTERS) continue;
				await output.write(Buffer.from(text));
				text = '';
			}
			if (text) await output.write(Buffer.from(text));
		},
		async finish() {},
	}),
	rows: jsonlRows,
	join: joinJsonl,
	without: jsonlWithout,
};

/**
 * Writes JSON Lines to a path, or to a stream (stdout by default), which is never ended. A file appears whole
 * or not at all.
 */
export function jsonl(
	target: string | Writable = process.stdout,
	{gzip, rejects}: JsonlOptions = {},
): Writable {
	const output: Output = typeof target === 'string' ? fileOutput(target) : streamOutput(target);
	const compressed = gzip ?? (typeof target === 'string' && target.endsWith('.gz'));
	return sink(withRejects(fileSink(compressed ? gzipped(jsonlFormat) : jsonlFormat, output), rejects));
}
