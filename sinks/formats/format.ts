/** A sink that encodes pages into one output: what `jsonl()`, `csv()` and `parquet()` have in common. */
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
 * Writes pages to one output in one format. Holds no resources of its own: the output's owner closes or
 * discards it.
 */
export interface Encoder {
	/** Memory that it keeps, of the most that it may: from 0 to 1. @default 0 */
	readonly fullness?: number;
	/** Whether a page can go into the file that was begun. @default true */
	fits?(page: Page): boolean;
	write(page: Page): Promise<void>;
	/** Writes whatever is still held back, and the footer. */
	finish(): Promise<void>;
}

export interface PartOptions {
	/** Gives up; what was written is discarded. */
	readonly signal?: AbortSignal | undefined;
}

export interface ReadOptions extends PartOptions {
	/**
	 * The columns of the records, with their types: those that the file lacks are null, those that were narrower
	 * are widened.
	 * @default what the file says: everything for Parquet, the keys of JSON, texts for CSV
	 */
	readonly schema?: Schema | undefined;
	/** Reads only these. @default all */
	readonly columns?: readonly string[] | undefined;
}

/** Both bounds included. */
export interface ValueRange {
	readonly least: JsonValue;
	readonly greatest: JsonValue;
}

/** Consecutive rows of a file that can be passed over. */
export interface Stretch {
	readonly rows: number;
	/** Of the values of a column in these rows, nulls aside; `undefined` when the file does not say. */
	extremes(column: string): ValueRange | undefined;
	read(): AsyncIterable<readonly JsonRecord[]>;
}

/**
 * Of formats whose files say which types their columns have: readers of several files want the same in each.
 */
export interface TypedFiles {
	/** The columns of a file. */
	columns(path: string): Promise<readonly Column[]>;
	/** These columns as files of this form have them: a time that is written as text is a text. */
	inFiles(columns: readonly Column[]): readonly Column[];
	/** The columns that hold those of both, in the order of the first. Of a torn column the first stays. */
	united(
		some: readonly Column[],
		others: readonly Column[],
	): {readonly columns: readonly Column[]; readonly torn: readonly Torn[]};
	/**
	 * Why these columns, united with those of the file, cannot hold a value of it; told by what its footer says.
	 */
	misfit(path: string, columns: readonly Column[]): Promise<string | undefined>;
	/** Writes the file under these columns. Opens the output, and closes or discards it. */
	conform(path: string, columns: readonly Column[], output: FileOutput, options?: PartOptions): Promise<void>;
}

/** A file format: how pages become bytes, and what can be done with files of it that Sluice wrote. */
export interface FileFormat {
	/** `jsonl`, `csv`, `parquet`. */
	readonly name: string;
	/** Without the dot: `jsonl.gz`. */
	readonly extension: string;
	/** What its encoder looks at in records. @default 'rows' */
	readonly needs?: Need;
	encoder(output: FileOutput): Encoder;
	/**
	 * The same format, for files that will stand beside these: in the forms that they have. Absent where there
	 * is one form only.
	 */
	beside?(
		files: readonly {readonly path: string; readonly schema: Schema | undefined}[],
	): Promise<FileFormat>;
	/** What bytes pass through on their way to the output. */
	compress?(output: FileOutput): FileOutput;
	/**
	 * The records of a file in batches of at most 10,000, each value as the page had it. Parquet spells decimals
	 * and times without zeros at their end; in CSV, a text in a `json` column is read as the JSON it may look
	 * like. Holds one row group of the columns that are asked for, or the text of one batch.
	 */
	rows(path: string, options?: ReadOptions): AsyncIterable<readonly JsonRecord[]>;
	/** The same records by the stretches that a file consists of; only of formats that have such. */
	stretches?(path: string, options?: ReadOptions): AsyncIterable<Stretch>;
	/** How many rows a file has, by its own account. @default counts what `rows` gives */
	count?(path: string, signal?: AbortSignal): Promise<number>;
	/**
	 * Writes one file with the rows of all, in their order. Opens the output, and closes or discards it.
	 * @default small files are not joined
	 */
	join?(paths: readonly string[], output: FileOutput, options?: PartOptions): Promise<void>;
	/**
	 * Writes the file without some rows; those that stay are not changed. Opens the output, and closes or
	 * discards it. @default no row leaves a file: a dataset of this format cannot be merged
	 */
	without?(path: string, dropped: RowSet, output: FileOutput, options?: PartOptions): Promise<void>;
	readonly typed?: TypedFiles;
}

/** A format that can do all that a dataset may ask of it. */
export type CompleteFormat = FileFormat & Required<Pick<FileFormat, 'count' | 'join' | 'without'>>;

/** `format.without`, for work that cannot do without it. `who` opens the message where it is missing. */
export function withoutOf(format: FileFormat, who: string): NonNullable<FileFormat['without']> {
	if (format.without) return format.without.bind(format);
	throw new ConfigError(
		`${who}: the format ${format.name} cannot take rows out of its files, as a merge does: give it a function without(), ` +
			'write in parquet, jsonl or csv, or use append or replace',
	);
}

/** How many rows a file of this format has. */
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
