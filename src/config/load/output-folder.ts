/**
 * The folder of the datasets, for commands that need nothing else of the config, so that no secret has to be
 * set for them.
 */
import {dirname, resolve} from 'node:path';
import {ConfigError} from '../../core/errors.ts';
import {valueAt} from '../tree.ts';
import {discover} from './discover.ts';
import {besideConfig} from './folder-only.ts';
import {interpolate} from './interpolate.ts';
import type {LoadOptions} from './load.ts';
import {override} from './override.ts';
import {readSecrets} from './secrets.ts';
import {readSource} from './source.ts';

const FALLBACK = 'out';

/** `output.path` of the config; `out` if the config does not set it, or if there is no config. */
export async function outputFolder(
	path: string | undefined,
	{env = {}, set = [], cwd = '.'}: Pick<LoadOptions, 'env' | 'set' | 'cwd'> = {},
): Promise<string> {
	const file = path === undefined ? await discover(cwd).catch(() => undefined) : resolve(cwd, path);
	if (file === undefined) return FALLBACK;
	const {tree} = await readSource(file, path ?? file, {env, args: []});
	override(tree, set);
	const secrets = await readSecrets(dirname(file), env);
	const filled = interpolate(valueAt(tree, ['output', 'path']), {env, secrets, folder: dirname(file)});
	const [problem] = filled.problems;
	if (problem) throw new ConfigError([{path: 'output.path', message: problem.message}], path ?? file);
	return typeof filled.tree === 'string' ? besideConfig(filled.tree, file, cwd) : FALLBACK;
}
