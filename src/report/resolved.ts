/** The resolved config as plain data, for the record of a run. */
import {type ResolvedResource, resolveResources} from '../config/compile/resolve.ts';
import type {LoadedConfig} from '../config/load/load.ts';
import {scrub} from '../core/secret.ts';

/** The rest of the report must stay readable for a config with hundreds of resources. */
const MOST_CHARACTERS = 100_000;

/**
 * The config of these resources, with defaults and with secrets as `***`. `undefined` where it is too long.
 */
export function resolvedConfig({masked}: LoadedConfig, names: readonly string[]): unknown {
	const resources = resolveResources(masked)
		.filter(({name}) => names.includes(name))
		.map(shownResource);
	const text = JSON.stringify({client: masked.client, output: masked.output, resources}, plain);
	return text.length > MOST_CHARACTERS ? undefined : JSON.parse(text);
}

/** A resource in the form of a config; for references to other resources, only the placeholders. */
export function shownResource({relation, ...resource}: ResolvedResource): object {
	if (!relation) return resource;
	const {references, include, partitions, batch, distinct, onMissing} = relation;
	return {
		...resource,
		placeholders: [...references.keys()],
		include_from_parent: include,
		partitions,
		...(batch && {batch}),
		distinct,
		on_missing: onMissing,
	};
}

// A config in JavaScript may hold functions.
function plain(_key: string, value: unknown): unknown {
	if (typeof value === 'string') return scrub(value);
	if (typeof value === 'bigint' || value instanceof RegExp) return String(value);
	return typeof value === 'function' ? 'a function' : value;
}
