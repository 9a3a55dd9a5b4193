/**
 * File formats by name and by file ending. Parquet is loaded when it is asked for: it costs as much as all
 * the rest.
 */
import {resolve} from 'node:path';
import type {Writable} from 'node:stream';
import {csvFormat} from '../../../sinks/formats/csv/format.ts';
import {type FileFormat, fileSink} from '../../../sinks/formats/format.ts';
import {gzipped} from '../../../sinks/formats/gzip.ts';
import {jsonlFormat} from '../../../sinks/formats/jsonl/format.ts';
import type {ParquetOptions} from '../../../sinks/formats/parquet/format.ts';
import {fileOutput, streamOutput} from '../../../sinks/output/output.ts';
import {withRejects} from '../../../sinks/output/rejects.ts';
import {ConfigError} from '../../core/errors.ts';
import {type FormatName, formatNames} from '../../core/format-names.ts';
import {messageOf, sink} from '../../core/stage.ts';
import {suggest} from '../suggest.ts';

export interface FormatOptions {
	/** Parquet: snappy (the default), gzip, brotli, zstd or none. JSONL and CSV: gzip or none. */
	readonly compression?: string | undefined;
	readonly csv?: CsvConfig | undefined;
	/** Parquet: how columns of these types are written. */
	readonly jsonAs?: ParquetOptions['jsonAs'];
	readonly timeAs?: ParquetOptions['timeAs'];
}

/** `output.csv` */
export interface CsvConfig {
	readonly escape_formulas?: boolean | null | undefined;
}

type Make = (options: FormatOptions) => FileFormat | Promise<FileFormat>;

const formats: Readonly<Record<FormatName, Make>> = {
	parquet,
	jsonl: options => text('jsonl', jsonlFormat, options),
	'jsonl.gz': options => text('jsonl.gz', jsonlFormat, options),
	csv: options => text('csv', csvOf(options), options),
	'csv.gz': options => text('csv.gz', csvOf(options), options),
};

function csvOf({csv}: FormatOptions): FileFormat {
	return csvFormat({escapeFormulas: csv?.escape_formulas === true});
}

export async function fileFormat(name: FormatName, options: FormatOptions = {}): Promise<FileFormat> {
	return formats[name](options);
}

async function parquet({compression, jsonAs, timeAs}: FormatOptions): Promise<FileFormat> {
	const {parquetFormat} = await import('../../../sinks/formats/parquet/format.ts');
	try {
		return parquetFormat({
			...(compression !== undefined && {compression: compression as 'snappy'}),
			jsonAs,
			timeAs,
		});
	} catch (error) {
		throw new ConfigError(messageOf(error));
	}
}

function text(name: FormatName, format: FileFormat, {compression}: FormatOptions): FileFormat {
	if (compression !== undefined && compression !== 'gzip' && compression !== 'none') {
		throw new ConfigError(`compression ${compression} belongs to parquet; ${name} knows gzip and none`);
	}
	return compression === 'gzip' || name.endsWith('.gz') ? gzipped(format) : format;
}

const aliases = new Map<string, FormatName>([
	['ndjson', 'jsonl'],
	['ndjson.gz', 'jsonl.gz'],
	['pq', 'parquet'],
]);

/** The format that a path's ending stands for. */
export function formatOfPath(path: string): FormatName {
	const ending = /\.([^./]+(?:\.gz)?)$/i.exec(path)?.[1]?.toLowerCase() ?? '';
	const name = aliases.get(ending) ?? formatNames.find(format => format === ending);
	if (name) return name;
	const meant = suggest(ending, formatNames);
	throw new ConfigError(
		`${path}: which format? Name one with --format, or let the path end in one of ${formatNames.map(format => `.${format}`).join(', ')}${meant ? ` (did you mean .${meant}?)` : ''}`,
	);
}

export interface TargetOptions extends FormatOptions {
	/** @default what the path's ending stands for */
	readonly format?: FormatName | undefined;
	/** A JSONL file for refused rows. */
	readonly rejects?: string | undefined;
}

/** A sink for one file, or for stdout, which `-` stands for. */
export async function fileTarget(
	path: string,
	{format, compression, csv, rejects}: TargetOptions = {},
): Promise<Writable> {
	if (rejects !== undefined && resolve(rejects) === resolve(path))
		throw new ConfigError(`${path}: the data and the rejects cannot go to one file`);
	const output = path === '-' ? streamOutput(process.stdout) : fileOutput(path);
	return sink(
		withRejects(
			fileSink(await fileFormat(format ?? formatOfPath(path), {compression, csv}), output),
			rejects,
		),
	);
}
