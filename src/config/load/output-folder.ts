/**
 * The place of the datasets, for commands that need nothing else of the config, so that no secret has to be
 * set for them.
 */
import {dirname, resolve} from 'node:path';
import {ConfigError} from '../../core/errors.ts';
import type {JsonObject, JsonValue} from '../../core/json/json.ts';
import {isObject} from '../../core/path/path.ts';
import {valueAt} from '../tree.ts';
import {discover} from './discover.ts';
import {interpolate} from './interpolate.ts';
import type {LoadOptions} from './load.ts';
import {besideConfig} from './output-place.ts';
import {override} from './override.ts';
import {readSecrets} from './secrets.ts';
import {readSource} from './source.ts';

const FALLBACK = 'out';

export interface WrittenOutput {
	/** `output.path` of the config, as it is from the present folder. @default `out` */
	readonly path: string;
	/** The options of the target, by their keys in the config. */
	readonly target?: JsonObject;
	readonly spool?: string;
}

/** The place in the config; `out` if the config does not set it, or if there is no config. */
export async function outputFolder(
	path: string | undefined,
	{env = {}, set = [], cwd = '.'}: Pick<LoadOptions, 'env' | 'set' | 'cwd'> = {},
): Promise<WrittenOutput> {
	const file = path === undefined ? await discover(cwd).catch(() => undefined) : resolve(cwd, path);
	if (file === undefined) return {path: FALLBACK};
	const {tree} = await readSource(file, path ?? file, {env, args: []});
	override(tree, set);
	const secrets = await readSecrets(dirname(file), env);
	const settingOf = (key: string) => {
		const filled = interpolate(valueAt(tree, ['output', key]), {env, secrets, folder: dirname(file)});
		const [problem] = filled.problems;
		if (problem) throw new ConfigError([{path: `output.${key}`, message: problem.message}], path ?? file);
		return filled.tree;
	};
	const [written, target, spool] = [settingOf('path'), settingOf('target'), settingOf('spool')];
	return {
		path: typeof written === 'string' ? besideConfig(written, file, cwd) : FALLBACK,
		...(isObject(target as JsonValue) && {target: target as JsonObject}),
		...(typeof spool === 'string' && {spool}),
	};
}
