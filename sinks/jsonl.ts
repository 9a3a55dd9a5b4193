/** The stage that writes JSON Lines. */
import type {Writable} from 'node:stream';
import {sink} from '../src/core/stage.ts';
import {fileSink} from './formats/format.ts';
import {gzipped} from './formats/gzip.ts';
import {jsonlFormat} from './formats/jsonl/format.ts';
import {type FileOutput, fileOutput, streamOutput} from './output/output.ts';
import {withRejects} from './output/rejects.ts';

export interface JsonlOptions {
	/** Whether to compress with gzip. @default true for a path that ends in `.gz` */
	readonly gzip?: boolean;
	/**
	 * Path of a JSONL file for the records that a transform refused, with their reasons. @default they are only
	 * counted
	 */
	readonly rejects?: string;
}

/**
 * Writes JSON Lines to a path, or to a stream (stdout by default), which is never ended. A file appears whole
 * or not at all.
 * @example await pipeline(contacts, jsonl('contacts.jsonl', {rejects: 'rejects.jsonl'}));
 */
export function jsonl(
	target: string | Writable = process.stdout,
	{gzip, rejects}: JsonlOptions = {},
): Writable {
	const output: FileOutput = typeof target === 'string' ? fileOutput(target) : streamOutput(target);
	const compressed = gzip ?? (typeof target === 'string' && target.endsWith('.gz'));
	return sink(withRejects(fileSink(compressed ? gzipped(jsonlFormat) : jsonlFormat, output), rejects));
}
