/** Validates a tree: the result is a typed config, or all faults of the tree. */

import {type Registry, registryOf} from '../../plugins/registry.ts';
import {check} from '../check/check.ts';
import {type Finding, findings} from '../finding.ts';
import {type Config, configSchema} from '../schema/config.ts';
import {asObject, type ConfigPath, formatPath, setIn, valueAt} from '../tree.ts';

/**
 * Another reading of the value at a path, if the schema refuses the first one: text for a number, or a number
 * for text.
 */
export interface Alternative {
	readonly path: ConfigPath;
	readonly value: unknown;
}

/** Changes the tree in place if an alternative fits better. */
export function validate(
	tree: unknown,
	alternatives: readonly Alternative[] = [],
): {config?: Config; findings: Finding[]} {
	let result = parse(tree);
	if (!result.success && tryAlternatives(tree, result.found, alternatives)) result = parse(tree);
	const found = [...(result.success ? [] : result.found), ...check(tree)];
	return result.success && found.length === 0 ? {config: result.data, findings: []} : {findings: found};
}

const schemas = new WeakMap<Registry, ReturnType<typeof configSchema>>();

function schemaFor(plugins: unknown): ReturnType<typeof configSchema> {
	const registry = registryOf(plugins);
	const schema = schemas.get(registry) ?? configSchema(registry);
	schemas.set(registry, schema);
	return schema;
}

function parse(tree: unknown): {success: true; data: Config} | {success: false; found: Finding[]} {
	// A check that runs once is not worth compiling.
	const result = schemaFor(asObject(tree).plugins).safeParse(tree, {
		reportInput: true,
		error: () => '',
		jitless: true,
	});
	return result.success ? result : {success: false, found: findings(result.error.issues)};
}

function tryAlternatives(
	tree: unknown,
	found: readonly Finding[],
	alternatives: readonly Alternative[],
): boolean {
	const refused = new Set(found.map(({path}) => formatPath(path)));
	// A text that is the type of an object is refused as that type.
	const isText = (path: ConfigPath): boolean => typeof valueAt(tree, path) === 'string';
	const wanted = alternatives.filter(
		({path}) => refused.has(formatPath(path)) || (isText(path) && refused.has(formatPath([...path, 'type']))),
	);
	for (const {path, value} of wanted) {
		const owner = valueAt(tree, path.slice(0, -1));
		const key = path.at(-1);
		if (typeof owner === 'object' && owner !== null && key !== undefined) setIn(owner, key, value);
	}
	return wanted.length > 0;
}
