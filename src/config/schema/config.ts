/** The whole config as one schema: types, validation and JSON Schema come from here. Keys are dlt's. */
import * as z from 'zod';
import {type BaseFormatName, formatNames} from '../../core/format-names.ts';
import type {Registry} from '../../plugins/registry.ts';
import {authSchema} from '../auth/fields.ts';
import {clientShape} from '../client/fields.ts';
import {bodyFormatSchema} from '../endpoint/body-format.ts';
import {type Endpoint, type EndpointPlugins, endpointSchema, endpointShape} from '../endpoint/fields.ts';
import {paginatorSchema} from '../endpoint/paginator-fields.ts';
import {relationShape} from '../relations/fields.ts';
import {naming, rowsShape} from '../rows/fields.ts';
import {processingStepsSchema} from '../rows/steps.ts';
import {present} from '../tree.ts';
import {always, object, seconds, text, whenNeeded} from './object.ts';
import {pluginList} from './plugin.ts';

const laterOfResource = {
	later: ['parent_table_name', 'table_format', 'file_format', 'references', 'nested_hints'],
};

/** Keys of a resource that the defaults of all may hold as well. */
const sharedShape = (processingSteps: ReturnType<typeof processingStepsSchema>) => ({
	...rowsShape(processingSteps),
	...relationShape,
});

const ownShape = (endpoint: ReturnType<typeof endpointSchema>, shared: ReturnType<typeof sharedShape>) => ({
	name: text().describe('Name of the resource; every one has its own.'),
	endpoint: z
		.union([z.string().transform((path): Endpoint => ({path})), endpoint])
		.nullish()
		.describe('Where the records are: a path, or an object with more to say.'),
	...shared,
});

const output = whenNeeded(() =>
	object({
		path: text()
			.optional()
			.describe('Folder for the files, relative to the config. Default: out, in the present folder.'),
		format: z.enum(formatNames).default('parquet').describe('File format.'),
		compression: z
			.enum(['none', 'gzip', 'snappy', 'brotli'])
			.optional()
			.describe('Of the files; snappy and brotli are for Parquet. jsonl.gz means jsonl with gzip.'),
		json_as: z
			.enum(['text', 'json'])
			.optional()
			.describe(
				'Parquet: json columns as text, or annotated as JSON, which Polars reads as bytes. Default: text.',
			),
		time_as: z
			.enum(['time', 'text', 'bigint'])
			.optional()
			.describe('Parquet: time columns as they are, or as text or microseconds for Spark. Default: time.'),
		checkpoint: object({
			rows: z.int().positive().optional().describe('Default: 1000000.'),
			bytes: z.int().positive().optional().describe('Of files. Default: 67108864.'),
			seconds: seconds().optional().describe('Default: 10.'),
		})
			.optional()
			.describe('After how much a run makes durable what it has, so that it can go on from there.'),
		csv: object({
			escape_formulas: z
				.boolean()
				.nullish()
				.describe(
					"true: texts that a spreadsheet would run (=1+1) get an apostrophe in front: '=1+1. Default: false.",
				),
		})
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
				'Parquet files of earlier runs when a column was added or widened: rewrite gives them the new columns, ignore leaves them. Default: rewrite.',
			),
	})
		.superRefine(({format, compression}, context) => {
			const report = (message: string) => context.addIssue({code: 'custom', message, path: ['compression']});
			if (compression === undefined || typeof format !== 'string' || format === 'parquet') return;
			if (compression === 'snappy' || compression === 'brotli')
				report(`only Parquet has ${compression}; use gzip or none`);
			else if (format.endsWith('.gz') && compression === 'none') report(`contradicts the format ${format}`);
		}, always)
		.transform(({path, format, compression, ...options}) => {
			const [name, suffix] = format.split('.') as [BaseFormatName, 'gz'?];
			const chosen = compression ?? (suffix ? ('gzip' as const) : undefined);
			return {...present({path}), format: name, ...(chosen && {compression: chosen}), ...present(options)};
		}),
);

/** The schema of a config that may use these plugins. */
export function configSchema(registry: Registry) {
	const plugins: EndpointPlugins = {
		auth: authSchema(registry),
		bodyFormat: bodyFormatSchema(registry),
		paginator: paginatorSchema(registry),
	};
	const shared = sharedShape(processingStepsSchema(registry));
	const shape = endpointShape(plugins);
	const endpoint = endpointSchema(shape);
	const options = {...laterOfResource, inside: {endpoint: Object.keys(shape)}};
	const resource = object(ownShape(endpoint, shared), options);
	const defaults = object(
		{
			endpoint: endpoint.nullish().describe('Merged key by key with the endpoint of each resource.'),
			...shared,
		},
		options,
	);
	return object(
		{
			$schema: z.string().optional().describe('Address of this JSON Schema, for editors.'),
			name: text().nullish().describe('Name of the pipeline, for messages.'),
			client: object(clientShape(plugins), {later: ['session']}).describe('The API.'),
			resource_defaults: defaults
				.nullish()
				.describe('What all resources have in common; each may say otherwise.'),
			resources: z
				.array(z.union([text().transform((name): z.output<typeof resource> => ({name})), resource]))
				.describe('What to read. Plain text is a name and a path in one.'),
			naming: naming(),
			output: output.nullish().describe('Where the records go.'),
			plugins: pluginList.optional(),
		},
		{before: ['include']},
	);
}

type ConfigSchema = ReturnType<typeof configSchema>;

/** A config as it is written. */
export type ConfigInput = z.input<ConfigSchema>;
/**
 * A config as it was understood: one spelling for each meaning, defaults of auth, paginators and output
 * filled in.
 */
export type Config = z.infer<ConfigSchema>;
export type Resource = Config['resources'][number];
