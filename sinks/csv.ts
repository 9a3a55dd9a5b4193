/** The stage that writes CSV. */
import type {Writable} from 'node:stream';
import {sink} from '../src/core/stage.ts';
import {type CsvFormatOptions, csvFormat} from './formats/csv/format.ts';
import {fileSink} from './formats/format.ts';
import {gzipped} from './formats/gzip.ts';
import {fileOutput, streamOutput} from './output/output.ts';
import {withRejects} from './output/rejects.ts';

export interface CsvOptions extends CsvFormatOptions {
	/** Whether to compress with gzip. @default true for a path that ends in `.gz` */
	readonly gzip?: boolean;
	/**
	 * Path of a JSONL file for the records that a transform refused, with their reasons. @default they are only
	 * counted
	 */
	readonly rejects?: string;
}

/**
 * Writes CSV to a path, or to a stream, which is never ended. The columns are those of the schema, or else
 * the keys of the records. A column that first appears later is added, for which a file is written again at
 * its end. Nested values are JSON text.
 * @example await pipeline(contacts, csv('contacts.csv.gz', {escapeFormulas: true}));
 */
export function csv(
	target: string | Writable = process.stdout,
	{delimiter = ',', escapeFormulas = false, gzip, rejects}: CsvOptions = {},
): Writable {
	const output = typeof target === 'string' ? fileOutput(target) : streamOutput(target);
	const compressed = gzip ?? (typeof target === 'string' && target.endsWith('.gz'));
	const format = csvFormat({delimiter, escapeFormulas});
	return sink(withRejects(fileSink(compressed ? gzipped(format) : format, output), rejects));
}
