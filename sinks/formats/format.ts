/** A sink that encodes pages into one output: the common part of `jsonl()`, `csv()` and `parquet()`. */
import {ConfigError} from '../../src/core/errors.ts';
import type {JsonValue} from '../../src/core/json/json.ts';
import type {JsonRecord, Page} from '../../src/core/page.ts';
import type {Need} from '../../src/core/records/need.ts';
import type {Column, Schema} from '../../src/core/schema/schema.ts';
import type {Counts, Sink} from '../../src/core/stage.ts';
import type {FileOutput} from '../output/output.ts';
import type {Torn} from './parquet/type-widening.ts';
import type {RowSet} from './row-set.ts';

/**
 * Writes pages to one output in one format. It has no resources to release: the owner of the output closes or
 * discards it.
 */
export interface Encoder {
	/** Memory that it uses, as a fraction of its limit, from 0 to 1. @default 0 */
	readonly fullness?: number;
	/** Whether a page can go into the current file. @default true */
	fits?(page: Page): boolean;
	write(page: Page): Promise<void>;
	/** Writes the buffered rest, and the footer. */
	finish(): Promise<void>;
}

export interface PartOptions {
	/** Ends the work; the output is discarded. */
	readonly signal?: AbortSignal | undefined;
}

export interface ReadOptions extends PartOptions {
	/**
	 * The columns of the records, with their types: columns that the file lacks are null, narrower columns are
	 * widened.
	 * @default the columns of the file: with types for Parquet, the keys of JSON, texts for CSV
	 */
	readonly schema?: Schema | undefined;
	/** Reads only these columns. @default all */
	readonly columns?: readonly string[] | undefined;
}

/** A range that includes both bounds. */
export interface ValueRange {
	readonly least: JsonValue;
	readonly greatest: JsonValue;
}

/** Consecutive rows of a file that can be skipped. */
export interface Stretch {
	readonly rows: number;
	/**
	 * The least and the greatest value of a column in these rows, without nulls; `undefined` when the file does
	 * not have them.
	 */
	extremes(column: string): ValueRange | undefined;
	read(): AsyncIterable<readonly JsonRecord[]>;
}

/** For formats whose files have types of columns: readers of several files want the same types in each. */
export interface TypedFiles {
	/** Whether readers take a column that a file lacks for null. @default false: all files need all columns */
	readonly absentIsNull?: boolean;
	/** The columns of a file. */
	columns(path: string): Promise<readonly Column[]>;
	/** These columns in the form in which files have them: a time that is written as text is a text. */
	inFiles(columns: readonly Column[]): readonly Column[];
	/**
	 * The columns that can hold the values of both, in the order of the first. For columns that no type can
	 * unite, the first stays.
	 */
	united(
		some: readonly Column[],
		others: readonly Column[],
	): {readonly columns: readonly Column[]; readonly torn: readonly Torn[]};
	/**
	 * Why these columns, united with those of the file, cannot hold a value of it, by its footer; `undefined`
	 * if they can.
	 */
	misfit(path: string, columns: readonly Column[]): Promise<string | undefined>;
	/** Writes the file with these columns. Opens the output, and closes or discards it. */
	conform(path: string, columns: readonly Column[], output: FileOutput, options?: PartOptions): Promise<void>;
}

/** A file format: how pages become bytes, and the operations on files that Sluice wrote. */
export interface FileFormat {
	/** The name: `jsonl`, `csv`, `parquet`. */
	readonly name: string;
	/** The extension without the dot: `jsonl.gz`. */
	readonly extension: string;
	/** What its encoder looks at in records. @default 'rows' */
	readonly needs?: Need;
	encoder(output: FileOutput): Encoder;
	/**
	 * The same format, for files beside these: it writes columns in the forms that they have. Absent for
	 * formats with one form only.
	 */
	beside?(
		files: readonly {readonly path: string; readonly schema: Schema | undefined}[],
	): Promise<FileFormat>;
	/** Wraps the output to compress the bytes. */
	compress?(output: FileOutput): FileOutput;
	/**
	 * The records of a file in batches of at most 10,000, each value as it was in the page. Parquet omits
	 * trailing zeros of decimals and times; in CSV, a text in a `json` column is parsed as JSON if possible.
	 * Holds one row group of the requested columns, or the text of one batch.
	 */
	rows(path: string, options?: ReadOptions): AsyncIterable<readonly JsonRecord[]>;
	/** The same records in the stretches of the file; only for formats that have stretches. */
	stretches?(path: string, options?: ReadOptions): AsyncIterable<Stretch>;
	/** The number of rows in a file, from its metadata. @default counts the rows of `rows` */
	count?(path: string, signal?: AbortSignal): Promise<number>;
	/**
	 * Writes one file with the rows of all files, in their order. Opens the output, and closes or discards it.
	 * @default small files are not joined
	 */
	join?(paths: readonly string[], output: FileOutput, options?: PartOptions): Promise<void>;
	/**
	 * Writes the file without some rows; the other rows do not change. Opens the output, and closes or discards
	 * it. @default rows cannot be removed: a dataset of this format cannot be merged
	 */
	without?(path: string, dropped: RowSet, output: FileOutput, options?: PartOptions): Promise<void>;
	readonly typed?: TypedFiles;
}

/** A format with all operations that a dataset can need. */
export type CompleteFormat = FileFormat & Required<Pick<FileFormat, 'count' | 'join' | 'without'>>;

/**
 * `format.without`, for operations that need it. Throws where it is missing; the message begins with `who`.
 */
export function withoutOf(format: FileFormat, who: string): NonNullable<FileFormat['without']> {
	if (format.without) return format.without.bind(format);
	throw new ConfigError(
		`${who}: the format ${format.name} cannot take rows out of its files, as a merge does: give it a ` +
			'function without(), write in parquet, jsonl or csv, or use append or replace',
	);
}

/** The number of rows in a file of this format. */
export async function countRows(format: FileFormat, path: string, signal?: AbortSignal): Promise<number> {
	if (format.count) return format.count(path, signal);
	let count = 0;
	for await (const records of format.rows(path, {signal})) count += records.length;
	return count;
}

/**
 * Writes pages to one output in one format, for `sink()`.
 * @example sink(fileSink(jsonlFormat, fileOutput('contacts.jsonl')))
 */
export function fileSink(format: FileFormat, destination: FileOutput): Sink {
	const counts: Partial<Counts> = {};
	const output = format.compress?.(destination) ?? destination;
	let encoder: Encoder;
	return {
		name: `${format.name} ${output.name}`,
		counts,
		needs: () => format.needs ?? 'rows',
		async open() {
			await output.open();
			encoder = format.encoder(output);
		},
		write: page => encoder.write(page),
		async close() {
			await encoder.finish();
			await output.close();
			counts.bytesWritten = destination.position;
		},
		discard: () => output.discard(),
	};
}
