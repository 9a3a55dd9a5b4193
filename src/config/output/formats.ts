/** Finds file formats by the words of a config and by the extensions of paths. */
import {resolve} from 'node:path';
import type {Writable} from 'node:stream';
import {type FileFormat, fileSink} from '../../../sinks/formats/format.ts';
import {fileOutput, streamOutput} from '../../../sinks/output/output.ts';
import {withRejects} from '../../../sinks/output/rejects.ts';
import {ConfigError} from '../../core/errors.ts';
import {sink} from '../../core/stage.ts';
import type {NamedFormat} from '../../plugins/formats/all.ts';
import type {Values} from '../../plugins/options.ts';
import {builtIn, type Registry} from '../../plugins/registry.ts';
import {didYouMean, suggest} from '../suggest.ts';

export interface FormatOptions {
	/** Parquet: snappy (the default), gzip, brotli, zstd or none. Others: gzip or none. */
	readonly compression?: string | undefined;
	/** Options of formats by their type. */
	readonly options?: {readonly [type: string]: Values} | undefined;
}

/** The format for a word. Throws a `ConfigError` if there is none. */
export function namedFormat(word: string, plugins: Registry): NamedFormat {
	const found = plugins.format(word);
	if (found) return found;
	const known = plugins.formatWords;
	throw new ConfigError(
		`no file format ${JSON.stringify(word)}${didYouMean(word, known)}; there are: ${known.join(', ')}`,
	);
}

export async function fileFormat(
	word: string,
	{compression, options = {}}: FormatOptions = {},
	plugins: Registry = builtIn,
): Promise<FileFormat> {
	const {plugin, isGzip} = namedFormat(word, plugins);
	const {type, fields} = plugin;
	const known = fields.compression?.words ?? [];
	if (compression !== undefined && !known.includes(compression))
		throw new ConfigError(
			`compression ${compression} is none of ${type}, which knows ${known.join(' and ') || 'no compression'}`,
		);
	const chosen = isGzip ? 'gzip' : compression;
	return plugin.make({...options[type], ...(chosen !== undefined && {compression: chosen})});
}

/** The word for the format of a path's extension. */
export function formatOfPath(path: string, plugins: Registry = builtIn): string {
	const found = plugins.formatOf(path);
	if (found) return found.isGzip ? `${found.plugin.type}.gz` : found.plugin.type;
	const ending = /\.([^./]+(?:\.gz)?)$/i.exec(path)?.[1]?.toLowerCase() ?? '';
	const words = plugins.formatWords;
	const meant = suggest(ending, words);
	throw new ConfigError(
		`${path}: which format? Name one with --format, or let the path end in one of ` +
			`${words.map(word => `.${word}`).join(', ')}${meant ? ` (did you mean .${meant}?)` : ''}`,
	);
}

export interface TargetOptions extends FormatOptions {
	/** The word for the format. @default the format of the path's extension */
	readonly format?: string | undefined;
	/** A JSONL file for refused rows. */
	readonly rejects?: string | undefined;
	/** The plugins with the formats. @default those of Sluice itself */
	readonly plugins?: Registry;
}

/** A sink for one file, or for stdout if the path is `-`. */
export async function fileTarget(
	path: string,
	{format, rejects, plugins = builtIn, ...options}: TargetOptions = {},
): Promise<Writable> {
	if (rejects !== undefined && resolve(rejects) === resolve(path))
		throw new ConfigError(`${path}: the data and the rejects cannot go to one file`);
	const output = path === '-' ? streamOutput(process.stdout) : fileOutput(path);
	const made = await fileFormat(format ?? formatOfPath(path, plugins), options, plugins);
	return sink(withRejects(fileSink(made, output), rejects));
}
