/** The JSON Schema of a config file, for editors: `schema.json` in the package is its text. */
import * as z from 'zod';
import {config} from './config.ts';

export function configJsonSchema(): {[key: string]: unknown} {
	const {$schema, ...rest} = z.toJSONSchema(config, {
		io: 'input',
		unrepresentable: 'any',
		// A file for which an editor asks this has no functions in it.
		override({zodSchema, jsonSchema}) {
			if (zodSchema._zod.def.type === 'custom') jsonSchema.not = {};
		},
	});
	const {properties, ...others} = rest;
	const path = {type: 'string', minLength: 1};
	const include = {
		description: 'Other files whose configs lie under this one.',
		anyOf: [path, {type: 'array', items: path}],
	};
	return {
		$schema,
		title: 'Sluice config',
		description: 'Which API to read, what of it, and where to put it.',
		...others,
		properties: {...properties, include},
		patternProperties: {'^x-': {}},
	};
}
