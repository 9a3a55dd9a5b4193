/** The JSON Schema of a config file, for editors: `schema.json` in the package is its text. */
import * as z from 'zod';
import {builtIn, type Registry} from '../../plugins/registry.ts';
import {configSchema} from './config.ts';

/** The JSON Schema. `registry` has the plugins of the config. */
export function configJsonSchema(registry: Registry = builtIn): {[key: string]: unknown} {
	const {$schema, ...rest} = z.toJSONSchema(configSchema(registry), {
		io: 'input',
		unrepresentable: 'any',
		// A file that an editor checks by it has no functions.
		override({zodSchema, jsonSchema}) {
			if (zodSchema._zod.def.type === 'custom') jsonSchema.not = {};
		},
	});
	const {properties, ...others} = rest;
	const path = {type: 'string', minLength: 1};
	const paths = {anyOf: [path, {type: 'array', items: path}]};
	const include = {
		description: 'Other files whose configs lie under this one.',
		...paths,
	};
	const plugins = {
		description: 'Files with plugins, such as ./mine.js. Paths start at the folder of the config.',
		...paths,
	};
	return {
		$schema,
		title: 'Sluice config',
		description: 'Which API to read, what of it, and where to put it.',
		...others,
		properties: {...properties, plugins, include},
		patternProperties: {'^x-': {}},
	};
}
