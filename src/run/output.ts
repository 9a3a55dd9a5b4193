/** Where a run writes to, and in which form: what the config says, and what the caller says over it. */
import {join, resolve} from 'node:path';
import {isReadable} from '../config/load/discover.ts';
import {besideConfig, folderOnly} from '../config/load/folder-only.ts';
import type {LoadedConfig} from '../config/load/load.ts';
import type {Config} from '../config/schema/config.ts';
import type {FormatName} from '../core/format-names.ts';
import type {Values} from '../plugins/options.ts';
import {type Registry, registryOf} from '../plugins/registry.ts';
import type {OutputMovedEvent} from './events.ts';

/** Where a config says nothing. */
const FALLBACK = 'out';

export interface OutputOptions {
	/** Folder that gets one folder for each table. @default the config's `output.path`, else `out` */
	readonly output?: string | undefined;
	/** A format of Sluice, or of a plugin of the config. @default the config's `output.format`, else 'parquet' */
	readonly format?: FormatName | (string & {}) | undefined;
	/**
	 * Parquet: `snappy`, `gzip`, `brotli`, `zstd` or `none`. JSONL and CSV: `gzip` or `none`. @default the
	 * config's `output.compression`, else 'snappy' for Parquet
	 */
	readonly compression?: string | undefined;
}

export interface OutputSettings {
	/** Gets one folder for each table. */
	readonly path: string;
	readonly format: string;
	readonly compression?: string | undefined;
	/** Options of formats by their type. */
	readonly options?: {readonly [type: string]: Values} | undefined;
	/** @default those of Sluice itself */
	readonly plugins?: Registry | undefined;
	readonly checkpoint?: NonNullable<Config['output']>['checkpoint'];
	/** Milliseconds that what readers saw before a commit stays. @default 0: it goes at once */
	readonly graceMs?: number | undefined;
	readonly partBytes?: number | undefined;
	readonly onSchemaChange?: 'rewrite' | 'ignore' | undefined;
}

/** `output` is relative to `cwd`, as is the fallback; `output.path` is relative to the config file. */
export function outputOf(
	{config: {output: configured, plugins}, path: file}: LoadedConfig,
	{output, format, compression}: OutputOptions,
	cwd = '.',
): OutputSettings {
	const path =
		output ?? (configured?.path === undefined ? FALLBACK : besideConfig(configured.path, file, cwd));
	return {
		path: inFolder(folderOnly(path), cwd),
		format: format ?? configured?.format ?? 'parquet',
		compression: compression ?? configured?.compression,
		options: configured?.options,
		plugins: registryOf(plugins),
		checkpoint: configured?.checkpoint,
		graceMs: configured?.grace_period === undefined ? undefined : configured.grace_period * 1000,
		partBytes: configured?.part_bytes,
		onSchemaChange: configured?.on_schema_change,
	};
}

/** What files end in: the two spellings of a compressed format are one. */
export function endingOf({format, compression}: Pick<OutputSettings, 'format' | 'compression'>): string {
	return format !== 'parquet' && compression === 'gzip' ? `${format.replace(/\.gz$/, '')}.gz` : format;
}

/**
 * Earlier versions took `output.path` for relative to the current folder. Says so where datasets are there,
 * and none in the folder of this run.
 */
export async function movedOutput(
	{config, name}: LoadedConfig,
	{path}: OutputSettings,
	cwd = '.',
): Promise<OutputMovedEvent | undefined> {
	const written = config.output?.path ?? FALLBACK;
	const earlier = inFolder(written, cwd);
	if (resolve(earlier) === resolve(path)) return undefined;
	if (!(await isReadable(join(earlier, '.sluice'))) || (await isReadable(join(path, '.sluice'))))
		return undefined;
	return {type: 'output-moved', config: name, path, earlier: written};
}

function inFolder(path: string, cwd: string): string {
	return cwd === '.' ? path : resolve(cwd, path);
}
