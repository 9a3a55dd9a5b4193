/** File formats by name and by file ending. Loaded when they are asked for: Parquet alone costs as much as all the rest. */
import type {Writable} from 'node:stream';
import type {FileFormat} from '../../sinks/file.ts';
import {ConfigError} from '../core/errors.ts';
import {messageOf} from '../core/stage.ts';
import {suggest} from './suggest.ts';

export const formatNames = ['parquet', 'jsonl', 'jsonl.gz', 'csv', 'csv.gz'] as const;
export type FormatName = (typeof formatNames)[number];

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
	const [{gzipOutput}, {jsonlFormat}, {csvFormat}] = await Promise.all([
		import('../../sinks/gzip.ts'),
		import('../../sinks/jsonl.ts'),
		import('../../sinks/csv.ts'),
	]);
	const format = name.startsWith('csv') ? csvFormat() : jsonlFormat;
	if (compression !== 'gzip' && !name.endsWith('.gz')) return format;
	return {...format, extension: `${format.extension}.gz`, compress: gzipOutput};
}

/** The format that a path's ending stands for. */
export function formatOfPath(path: string): FormatName {
	const ending = /\.([^./]+(?:\.gz)?)$/i.exec(path)?.[1]?.toLowerCase() ?? '';
	const aliases: Record<string, FormatName> = {ndjson: 'jsonl', 'ndjson.gz': 'jsonl.gz', pq: 'parquet'};
	const name = aliases[ending] ?? formatNames.find(format => format === ending);
	if (name) return name;
	const meant = suggest(ending, formatNames);
	throw new ConfigError(
		`${path}: which format? Let the name end in one of ${formatNames.map(format => `.${format}`).join(', ')}${meant ? ` (did you mean .${meant}?)` : ''}`,
	);
}

/** A sink for one file, in the format of its ending. */
export async function fileTarget(
	path: string,
	{compression, rejects}: FormatOptions & {readonly rejects?: string | undefined} = {},
): Promise<Writable> {
	const [{sink}, {fileSink}, {fileOutput}, {withRejects}] = await Promise.all([
		import('../core/stage.ts'),
		import('../../sinks/file.ts'),
		import('../../sinks/output.ts'),
		import('../../sinks/rejects.ts'),
	]);
	const format = await fileFormat(formatOfPath(path), {compression});
	return sink(withRejects(fileSink(format, fileOutput(path)), rejects));
}
