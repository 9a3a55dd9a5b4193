/** The schema of the whole config, the source of its types, validation and JSON Schema. Keys are dlt's. */
import * as z from 'zod';
import type {Registry} from '../../plugins/registry.ts';
import {authSchema} from '../auth/fields.ts';
import {clientShape} from '../client/fields.ts';
import {bodyFormatSchema} from '../endpoint/body-format.ts';
import {type Endpoint, type EndpointPlugins, endpointSchema, endpointShape} from '../endpoint/fields.ts';
import {paginatorSchema} from '../endpoint/paginator-fields.ts';
import {outputSchema} from '../output/fields.ts';
import {resourceTarget} from '../output/resource-target.ts';
import {relationShape} from '../relations/fields.ts';
import {naming, rowsShape} from '../rows/fields.ts';
import {processingStepsSchema} from '../rows/steps.ts';
import {object, text} from './object.ts';
import {pluginList} from './plugin.ts';

const laterOfResource = {
	later: ['parent_table_name', 'table_format', 'file_format', 'references', 'nested_hints'],
};

/** Keys of a resource that `resource_defaults` may hold as well. */
const sharedShape = (registry: Registry) => ({
	...rowsShape(processingStepsSchema(registry)),
	...relationShape,
	target: resourceTarget(registry)
		.nullish()
		.describe('A place of its own: a folder or an address, as in output.path. Default: output.path.'),
});

const ownShape = (endpoint: ReturnType<typeof endpointSchema>, shared: ReturnType<typeof sharedShape>) => ({
	name: text().describe('Name of the resource; every one has its own.'),
	endpoint: z
		.union([z.string().transform((path): Endpoint => ({path})), endpoint])
		.nullish()
		.describe('Where the records are: a path, or an object with more to say.'),
	...shared,
});

/** The schema of a config that may use these plugins. */
export function configSchema(registry: Registry) {
	const plugins: EndpointPlugins = {
		auth: authSchema(registry),
		bodyFormat: bodyFormatSchema(registry),
		paginator: paginatorSchema(registry),
	};
	const shared = sharedShape(registry);
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
			output: outputSchema(registry).nullish().describe('Where the records go.'),
			plugins: pluginList.optional(),
		},
		{before: ['include']},
	);
}

type ConfigSchema = ReturnType<typeof configSchema>;

/** A config before validation. */
export type ConfigInput = z.input<ConfigSchema>;
/**
 * A config after validation: one spelling for each meaning, with the defaults of auth, paginators and output.
 */
export type Config = z.infer<ConfigSchema>;
export type Resource = Config['resources'][number];
