/**
 * The place of the datasets, for commands that need nothing else of the config, so that no secret has to be
 * set for them.
 */
import {dirname, resolve} from 'node:path';
import {ConfigError} from '../../core/errors.ts';
import type {JsonObject, JsonValue} from '../../core/json/json.ts';
import {isObject} from '../../core/path/path.ts';
import {builtIn, type Registry, registryOf} from '../../plugins/registry.ts';
import {inherit} from '../inherit.ts';
import {asObject, type ConfigPath, formatPath, valueAt} from '../tree.ts';
import {discover} from './discover.ts';
import {interpolate} from './interpolate.ts';
import type {LoadOptions} from './load.ts';
import {besideConfig, needsPlugin} from './output-place.ts';
import {override} from './override.ts';
import {loadPlugins} from './plugins.ts';
import {readSecrets} from './secrets.ts';
import {readSource} from './source.ts';

const FALLBACK = 'out';

export interface WrittenOutput {
	/** `output.path` of the config, as it is from the present folder. @default `out` */
	readonly path: string;
	/** The options of the target, by their keys in the config. */
	readonly target?: JsonObject;
	readonly spool?: string;
	/** The places of resources with a `target`. */
	readonly others: readonly Pick<WrittenOutput, 'path' | 'target'>[];
	/** The targets that may answer for these places. */
	readonly registry: Registry;
}

interface OutputFolderOptions extends Pick<LoadOptions, 'env' | 'set' | 'cwd'> {
	/** An address in place of all that the config has. */
	readonly output?: string | undefined;
}

/** The places in the config; `out` if the config sets none, or if there is no config. */
export async function outputFolder(
	path: string | undefined,
	{env = {}, set = [], cwd = '.', output}: OutputFolderOptions = {},
): Promise<WrittenOutput> {
	const file = path === undefined ? await discover(cwd).catch(() => undefined) : resolve(cwd, path);
	if (file === undefined) return {path: output ?? FALLBACK, others: [], registry: builtIn};
	const {tree} = await readSource(file, path ?? file, {env, args: []});
	override(tree, set);
	const secrets = await readSecrets(dirname(file), env);
	const filledIn = (value: unknown, at: ConfigPath): unknown => {
		const filled = interpolate(value, {env, secrets, folder: dirname(file)});
		const [problem] = filled.problems;
		if (problem) throw new ConfigError([{path: formatPath(at), message: problem.message}], path ?? file);
		return filled.tree;
	};
	const settingOf = (key: string) => filledIn(valueAt(tree, ['output', key]), ['output', key]);
	const written = output ?? settingOf('path');
	const [target, spool] = [settingOf('target'), settingOf('spool')];
	const own = output === undefined ? inherit(tree) : [];
	const others = own
		.filter(({keys}) => keys.target != null)
		.map(({keys, placeOf}) => filledIn(keys.target, placeOf('target')));
	const registry = await registryFor([written, ...others.map(addressIn)], tree, dirname(file));
	const placed = (place: unknown): string =>
		typeof place === 'string' ? besideConfig(place, file, cwd, registry) : FALLBACK;
	return {
		path: output ?? placed(written),
		...(isObject(target as JsonValue) && {target: target as JsonObject}),
		...(typeof spool === 'string' && {spool}),
		others: others.map(each => ({
			path: placed(addressIn(each)),
			...(isObject(each as JsonValue) && {target: each as JsonObject}),
		})),
		registry,
	};
}

function addressIn(target: unknown): unknown {
	return isObject(target as JsonValue) ? (target as JsonObject).path : target;
}

/** The plugins of the config are loaded only where a place needs one: a config without its packages will do. */
async function registryFor(places: readonly unknown[], tree: unknown, folder: string): Promise<Registry> {
	if (!places.some(place => typeof place === 'string' && needsPlugin(place))) return builtIn;
	const [problem] = await loadPlugins(tree, folder);
	if (problem) throw new ConfigError([{path: formatPath(problem.path), message: problem.message}]);
	return registryOf(asObject(tree).plugins);
}
