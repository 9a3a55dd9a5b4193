/** The schema of `output`: the place of the records, and the format of the files. */
import * as z from 'zod';
import type {FormatName} from '../../core/format-names.ts';
import type {ValueOf} from '../../plugins/fields.ts';
import type {FormatConfigOf} from '../../plugins/format.ts';
import type {BuiltInFormat} from '../../plugins/formats/all.ts';
import {csv} from '../../plugins/formats/csv.ts';
import {parquet} from '../../plugins/formats/parquet.ts';
import type {Values} from '../../plugins/options.ts';
import type {Registry} from '../../plugins/registry.ts';
import {always, object, seconds, text, whenNeeded} from '../schema/object.ts';
import {fieldSchema, optionsIn, type PluginConfig, pluginObject} from '../schema/plugin.ts';
import {asObject, type PlainObject, withoutNulls} from '../tree.ts';
import {targetOf, targetSchema} from './target.ts';

/** A file format before validation. */
export type FormatInput = FormatName | FormatConfigOf<BuiltInFormat>;

const {jsonAs, timeAs} = parquet.fields;

type Compression = NonNullable<ValueOf<BuiltInFormat['fields']['compression']>>;

function formatSchema(registry: Registry): z.ZodType<string | PluginConfig, FormatInput> {
	const [first, ...others] = registry.formats.map(plugin => pluginObject(plugin));
	if (!first) throw new TypeError('a kind of plugin has at least one');
	const schema = z.union([z.enum(registry.formatWords), z.discriminatedUnion('type', [first, ...others])]);
	// The input types come from the plugins, which the list of schemas does not carry.
	return schema as z.ZodType<string | PluginConfig, FormatInput>;
}

const FALLBACK = 'parquet';

export const outputSchema = (registry: Registry) =>
	whenNeeded(() =>
		object({
			path: text()
				.optional()
				.describe(
					'Folder for the files, relative to the config, or a database: postgres://user@host/name. ' +
						'Default: out, in the present folder.',
				),
			target: targetSchema(registry).optional().describe('Options of the database in path, where it is one.'),
			spool: text()
				.optional()
				.describe(
					'Folder for rows on their way to a database, relative to the present folder. Default: ' +
						'~/.local/state/sluice/.',
				),
			format: formatSchema(registry)
				.optional()
				.describe(
					'File format: a word, or an object with its options. Default: parquet; a database has its own.',
				),
			compression: z
				.enum(compressionsOf(registry))
				.optional()
				.describe('Of the files; snappy, brotli and zstd are for Parquet. jsonl.gz means jsonl with gzip.'),
			json_as: fieldSchema(jsonAs),
			time_as: fieldSchema(timeAs),
			checkpoint: object({
				rows: z.int().positive().optional().describe('Default: 1000000.'),
				bytes: z.int().positive().optional().describe('Of files. Default: 67108864.'),
				seconds: seconds().optional().describe('Default: 10.'),
			})
				.optional()
				.describe('After how much a run makes durable what it has, so that it can go on from there.'),
			csv: object({escape_formulas: fieldSchema(csv.fields.escapeFormulas)})
				.optional()
				.describe('How CSV files are written.'),
			grace_period: seconds()
				.optional()
				.describe(
					'Seconds that the folder which readers saw before a commit stays. Default: 0, it goes at once.',
				),
			part_bytes: z
				.int()
				.positive()
				.optional()
				.describe('Small files of a run are joined up to so many bytes. Default: 134217728.'),
			on_schema_change: z
				.enum(['rewrite', 'ignore'])
				.optional()
				.describe(
					'Parquet files of earlier runs when a column was added or widened: rewrite gives them the new ' +
						'columns, ignore leaves them. Default: rewrite.',
				),
		})
			.superRefine(({format, compression}, context) => {
				const report = (message: string) =>
					context.addIssue({code: 'custom', message, path: ['compression']});
				const word = wordOf(format ?? FALLBACK);
				const {plugin, isGzip = false} = registry.format(word) ?? {};
				if (compression === undefined || !plugin) return;
				const known = plugin.fields.compression?.words ?? [];
				if (!known.includes(compression))
					report(`${plugin.type} has no ${compression}; use ${known.join(' or ') || 'another format'}`);
				else if (isGzip && compression === 'none') report(`contradicts the format ${word}`);
			}, always)
			.transform(({path, target, format: written, compression, json_as, time_as, csv, ...others}) => {
				const format = written ?? FALLBACK;
				const word = wordOf(format);
				const {plugin, isGzip} = registry.format(word) ?? {};
				const chosen = compression ?? (isGzip ? 'gzip' : undefined);
				const given: PlainObject = {parquet: {json_as, time_as}, csv};
				if (typeof format === 'object') given[format.type] = {...asObject(given[format.type]), ...format};
				return {
					...withoutNulls({path}),
					...(target && {target: targetOf(registry, target)}),
					...(written != null && {format: plugin?.type ?? word}),
					...(chosen && {compression: chosen}),
					...optionsByType(registry, given),
					...withoutNulls(others),
				};
			}),
	);

// The check runs on configs that may be wrong anywhere.
function wordOf(format: string | PluginConfig | null): string {
	return typeof format === 'object' ? String(format?.type) : String(format);
}

function compressionsOf({formats}: Registry): Compression[] {
	const words = new Set(formats.flatMap(({fields}) => fields.compression?.words ?? []));
	// This includes the words of plugins, which a type cannot know.
	return [...words] as Compression[];
}

/** The options of each format that has any. */
function optionsByType(
	{formats}: Registry,
	given: PlainObject,
): {readonly options?: {readonly [type: string]: Values}} {
	const all = formats.map(({type, fields}): [string, Values] => [
		type,
		optionsIn(fields, asObject(given[type])),
	]);
	const set = all.filter(([, options]) => Object.keys(options).length > 0);
	return set.length === 0 ? {} : {options: Object.fromEntries(set)};
}
