/**
 * `run()` and `loadConfig()` for programs. The first call loads the reader of configs (YAML, TOML and their
 * schema): it takes 50 ms, and programs that build their resources themselves do not need it.
 */
import type {ConfigObject} from '../config/define.ts';
import type {LoadedConfig, LoadOptions} from '../config/load/load.ts';
import type {RunResult} from './run.ts';
import type {RunOptions} from './run-options.ts';

/**
 * Loads a config from a file, or from an object; without either, searches for a file with a usual name,
 * upward from `cwd`. `env` is the environment of the process, unless it is given. Throws one `ConfigError`
 * with every problem and its line and column.
 * @example const config = await loadConfig('sluice.yaml', {secrets: {api_key: key}});
 */
export async function loadConfig(
	source?: string | ConfigObject,
	options: LoadOptions = {},
): Promise<LoadedConfig> {
	const load = await import('./load-config.ts');
	return load.loadConfig(source, options);
}

/**
 * Reads the resources of a config into datasets: a folder of files for each. The config is a path, an object,
 * or the result of `loadConfig()`; without one, a file with a usual name is searched. An interrupted earlier
 * run is continued.
 *
 * Throws `ConfigError` before the first request, `RunError` with the results when resources have failed,
 * `OutOfTimeError`, and the reason of `signal`.
 * @example const {resources} = await run('sluice.yaml', {resources: ['contacts'], output: 'data'});
 */
export async function run(
	config?: string | ConfigObject | LoadedConfig,
	options: RunOptions = {},
): Promise<RunResult> {
	const engine = await import('./run.ts');
	return engine.run(config, options);
}
