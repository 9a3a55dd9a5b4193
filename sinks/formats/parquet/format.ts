/** Parquet files: columns with types, for DuckDB, pandas, Spark and other readers. */
import {ConfigError} from '../../../src/core/errors.ts';
import type {CompleteFormat} from '../format.ts';
import {type Compression, codec} from './compression.ts';
import {defaultForms, type Forms, jsonForms, timeForms, writtenColumns} from './forms.ts';
import {formsBeside} from './read/forms-of-files.ts';
import {parquetCount} from './read/open-file.ts';
import {parquetRows, parquetStretches} from './read/read.ts';
import {conformParquet, parquetColumns, parquetMisfit} from './rewrite/conform.ts';
import {joinParquet, parquetWithout} from './rewrite/join.ts';
import {unitedColumns} from './type-widening.ts';
import {parquetWriter, type WriterOptions} from './write/writer.ts';

export type {Compression} from './compression.ts';

export interface ParquetOptions {
	/**
	 * `snappy` is the fastest to read, `gzip` 40 % smaller at the same cost of writing, `brotli` smaller still
	 * at high levels, `zstd` small and fast but only from Node 22.15 on. @default 'snappy'
	 */
	readonly compression?: Compression | undefined;
	/** Effort of `gzip` (1 to 9), `brotli` (0 to 11) or `zstd` (1 to 22). @default 1 */
	readonly level?: number | undefined;
	/** Rows after which a row group is written. At most one row group is held in memory. @default 25_000 */
	readonly rowGroupRows?: number | undefined;
	/**
	 * Bytes of values, before compression, after which a row group is written, however few its rows. @default
	 * 64 MiB
	 */
	readonly rowGroupBytes?: number | undefined;
	/**
	 * How `json` columns are annotated: as `text`, which every reader accepts, or as `json`, for which DuckDB
	 * uses its type JSON, and which Polars reads as bytes. @default 'text'
	 */
	readonly jsonAs?: Forms['json'] | undefined;
	/**
	 * How `time` columns are written: as `time`, or for Spark, which cannot read files with that type, as
	 * `text` or as `bigint` (microseconds since midnight). @default 'time'
	 */
	readonly timeAs?: Forms['time'] | undefined;
}

const MOST_ROWS = 100_000_000;
const MOST_BYTES = 1024 ** 3;

/**
 * The Parquet format, for sinks with outputs of their own.
 * @example dataset('out', 'contacts', {format: parquetFormat({compression: 'gzip'})})
 */
export function parquetFormat({
	compression = 'snappy',
	level,
	rowGroupRows = 25_000,
	rowGroupBytes = 64 * 1024 ** 2,
	jsonAs,
	timeAs,
}: ParquetOptions = {}): CompleteFormat {
	requireWhole('rowGroupRows', rowGroupRows, MOST_ROWS);
	requireWhole('rowGroupBytes', rowGroupBytes, MOST_BYTES);
	requireOne('jsonAs', jsonAs, jsonForms);
	requireOne('timeAs', timeAs, timeForms);
	const wanted = {...(jsonAs && {json: jsonAs}), ...(timeAs && {time: timeAs})};
	const options = {codec: codec(compression, level), rowGroupRows, rowGroupBytes};
	const withForms = (forms: Forms): CompleteFormat => ({
		...format({...options, forms}),
		beside: async files => withForms(await formsBeside(files, wanted)),
	});
	return withForms({...defaultForms, ...wanted});
}

function format(options: WriterOptions): CompleteFormat {
	return {
		name: 'parquet',
		extension: 'parquet',
		needs: 'index',
		encoder: output => parquetWriter(output, options),
		rows: parquetRows,
		count: parquetCount,
		stretches: parquetStretches,
		join: (paths, output, more) => joinParquet(paths, output, options, more),
		without: (path, dropped, output, more) => parquetWithout(path, dropped, output, options, more),
		typed: {
			columns: parquetColumns,
			inFiles: columns => writtenColumns(columns, options.forms ?? defaultForms),
			united: unitedColumns,
			misfit: parquetMisfit,
			conform: (path, columns, output, more) => conformParquet(path, columns, output, options.codec, more),
		},
	};
}

function requireOne(name: string, value: string | undefined, known: readonly string[]): void {
	if (value === undefined || known.includes(value)) return;
	throw new ConfigError(`parquet: ${name} must be one of ${known.join(', ')}; got ${value}`);
}

function requireWhole(name: string, value: number, most: number): void {
	if (Number.isInteger(value) && value >= 1 && value <= most) return;
	throw new ConfigError(`parquet: ${name} must be a whole number from 1 to ${most}; got ${value}`);
}
