/** File formats by name and by file ending. Loaded when they are asked for: Parquet alone costs as much as all the rest. */
import {resolve} from 'node:path';
import type {Writable} from 'node:stream';
import type {FileFormat} from '../../sinks/file.ts';
import {ConfigError} from '../core/errors.ts';
import {messageOf} from '../core/stage.ts';
import {suggest} from './suggest.ts';

export const formatNames = ['parquet', 'jsonl', 'jsonl.gz', 'csv', 'csv.gz'] as const;
export type FormatName = (typeof formatNames)[number];

/** What a format asks of the records that reach it. */
export interface Intake {
	/** It has columns with types. */
	readonly typed: boolean;
	/** It looks at each record, and could not use their text. */
	readonly parsed: boolean;
}

/** `columns` are those that are chosen on the way, of which records are made anew. */
export function intakeOf(format: FormatName, columns: readonly string[] | undefined): Intake {
	return {typed: format === 'parquet', parsed: columns !== undefined || format.startsWith('csv')};
}

export interface FormatOptions {
	/** Parquet: snappy (the default), gzip, brotli, zstd or none. JSONL and CSV: gzip or none. */
	readonly compression?: string | undefined;
}

export async function fileFormat(name: FormatName, {compression}: FormatOptions = {}): Promise<FileFormat> {
	if (name === 'parquet') {
		const {parquetFormat} = await import('../../sinks/parquet.ts');
		try {
			return parquetFormat(compression === undefined ? {} : {compression: compression as 'snappy'});
		} catch (error) {
			throw new ConfigError(messageOf(error));
		}
	}
	if (compression !== undefined && compression !== 'gzip' && compression !== 'none') {
		throw new ConfigError(`compression ${compression} belongs to parquet; ${name} knows gzip and none`);
	}
	const [{gzipped}, {jsonlFormat}, {csvFormat}] = await Promise.all([
		import('../../sinks/gzip.ts'),
		import('../../sinks/jsonl.ts'),
		import('../../sinks/csv.ts'),
	]);
	const format = name.startsWith('csv') ? csvFormat() : jsonlFormat;
	if (compression !== 'gzip' && !name.endsWith('.gz')) return format;
	return gzipped(format);
}

/** The format that a path's ending stands for. */
export function formatOfPath(path: string): FormatName {
	const ending = /\.([^./]+(?:\.gz)?)$/i.exec(path)?.[1]?.toLowerCase() ?? '';
	const aliases: Record<string, FormatName> = {ndjson: 'jsonl', 'ndjson.gz': 'jsonl.gz', pq: 'parquet'};
	const name = aliases[ending] ?? formatNames.find(format => format === ending);
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
export async function fileTarget(path: string, {format, compression, rejects}: TargetOptions = {}): Promise<Writable> {
	const [{sink}, {fileSink}, {fileOutput, streamOutput}, {withRejects}] = await Promise.all([
		import('../core/stage.ts'),
		import('../../sinks/file.ts'),
		import('../../sinks/output.ts'),
		import('../../sinks/rejects.ts'),
	]);
	if (rejects !== undefined && resolve(rejects) === resolve(path))
		throw new ConfigError(`${path}: the data and the rejects cannot go to one file`);
	const output = path === '-' ? streamOutput(process.stdout) : fileOutput(path);
	return sink(withRejects(fileSink(await fileFormat(format ?? formatOfPath(path), {compression}), output), rejects));
}
