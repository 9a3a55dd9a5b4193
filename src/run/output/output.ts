/**
 * The destination and format of a run: the settings of the config, and the caller's, which take precedence.
 */
import {join, resolve} from 'node:path';
import {isReadable} from '../../config/load/discover.ts';
import type {LoadedConfig} from '../../config/load/load.ts';
import {addressOf, besideConfig} from '../../config/load/output-place.ts';
import {type FormatNeeds, formatNeedsOf} from '../../config/output/format-needs.ts';
import type {ResourceTarget} from '../../config/output/resource-target.ts';
import type {Config} from '../../config/schema/config.ts';
import type {FormatName} from '../../core/format-names.ts';
import type {Values} from '../../plugins/options.ts';
import {type Registry, registryOf} from '../../plugins/registry.ts';
import type {OutputMovedEvent} from '../events.ts';
import {type ChosenTarget, chosenTarget, refuseFormat} from './chosen-target.ts';

/** The folder if the config has none. */
const FALLBACK = 'out';

export interface OutputOptions {
	/**
	 * Folder that gets one folder for each table, or the address of a database. @default `output.path` of the
	 * config, else `out`
	 */
	readonly output?: string | undefined;
	/**
	 * A format of Sluice, or of a plugin of the config. @default `output.format` of the config, else 'parquet'
	 */
	readonly format?: FormatName | (string & {}) | undefined;
	/**
	 * Parquet: `snappy`, `gzip`, `brotli`, `zstd` or `none`. JSONL and CSV: `gzip` or `none`. @default
	 * `output.compression` of the config, else 'snappy' for Parquet
	 */
	readonly compression?: string | undefined;
}

export interface OutputSettings {
	/** The folder that gets one folder for each table, or the address of a target, without its password. */
	readonly path: string;
	/** The target, if it is no folder. */
	readonly target?: ChosenTarget | undefined;
	/** For a target with a form of its own, the format that says what its encoder reads. */
	readonly format: string;
	readonly compression?: string | undefined;
	/** Options of formats by their type. */
	readonly options?: {readonly [type: string]: Values} | undefined;
	/** The registry of plugins. @default the formats of Sluice */
	readonly plugins?: Registry | undefined;
	readonly checkpoint?: NonNullable<Config['output']>['checkpoint'];
	/**
	 * Milliseconds for which a folder stays that readers saw before a commit. @default 0: it is removed at once
	 */
	readonly graceMs?: number | undefined;
	readonly partBytes?: number | undefined;
	readonly onSchemaChange?: 'rewrite' | 'ignore' | undefined;
}

/**
 * The place of a resource with this `target`, or of all others. `output` is relative to `cwd`, as is the
 * fallback; paths in the config are relative to it.
 */
export function outputOf(
	{config: {output: configured, plugins}, path: file}: LoadedConfig,
	{output, format, compression, env}: OutputOptions & {readonly env?: NodeJS.Dict<string> | undefined},
	cwd = '.',
	own?: ResourceTarget,
): OutputSettings {
	const registry = registryOf(plugins);
	const path = own?.path ?? configured?.path;
	const written = output ?? (path === undefined ? FALLBACK : besideConfig(path, file, cwd, registry));
	const options = own
		? (own.options ?? optionsFor(written, configured?.target, registry))
		: configured?.target;
	const target = chosenTarget(written, {target: options, spool: configured?.spool}, {registry, env, cwd});
	// Of a target with a form of its own. The format in the config is that of `output.path`.
	const takes = target?.plugin.takes ?? 'any';
	if (target && takes !== 'any' && !own)
		refuseFormat(target, {format: format ?? configured?.format, compression});
	return {
		path: target?.shown ?? inFolder(written, cwd),
		...(target && {target}),
		format: takes === 'any' ? (format ?? configured?.format ?? 'parquet') : takes,
		compression: takes === 'any' ? (compression ?? configured?.compression) : undefined,
		options: configured?.options,
		plugins: registry,
		checkpoint: configured?.checkpoint,
		graceMs: configured?.grace_period === undefined ? undefined : configured.grace_period * 1000,
		partBytes: configured?.part_bytes,
		onSchemaChange: configured?.on_schema_change,
	};
}

// Those of `output.target` are for all places of its type.
function optionsFor<T extends {readonly type: string}>(
	path: string,
	given: T | undefined,
	registry: Registry,
): T | undefined {
	return addressOf(path, registry)?.plugin.type === given?.type ? given : undefined;
}

/** The extension of files: the two names of a compressed format have the same one. */
export function endingOf({format, compression}: Pick<OutputSettings, 'format' | 'compression'>): string {
	return format !== 'parquet' && compression === 'gzip' ? `${format.replace(/\.gz$/, '')}.gz` : format;
}

/**
 * In earlier versions, `output.path` was relative to the current folder. Returns the folder there if it has
 * datasets, and the folder of this run has none.
 */
export async function movedOutput(
	{config, name}: LoadedConfig,
	{path, target}: OutputSettings,
	cwd = '.',
): Promise<OutputMovedEvent | undefined> {
	if (target) return undefined;
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

/** What the format of the output needs of records. Columns of databases have types, whatever the format. */
export function neededFormat(
	{format, plugins, target}: OutputSettings,
	columns: readonly string[] | undefined,
): FormatNeeds {
	const needs = formatNeedsOf(format, columns, plugins);
	return target && target.plugin.takes !== 'any' ? {...needs, typed: true} : needs;
}

/** The folder of this machine with the progress of commands. */
export function localFolder({path, target}: OutputSettings): string {
	return target?.spool ?? path;
}
