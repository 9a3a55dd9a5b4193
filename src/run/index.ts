/**
 * `run()` and `loadConfig()` as programs call them. What reads configs (YAML, TOML and their schema) is loaded
 * by the first call: it takes 50 ms, and programs that build their resources themselves do without.
 */
import type {ConfigObject} from '../config/define.ts';
import type {LoadedConfig, LoadOptions} from '../config/load/load.ts';
import type {RunResult} from './run.ts';
import type {RunOptions} from './run-options.ts';

/**
 * Loads a config from a file, or from an object; without either, a file of a usual name is looked for, upward
 * from `cwd`. `env` is that of the process, unless it is given. Throws one `ConfigError` with every problem
 * and its line and column.
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
 * or what `loadConfig()` returned; without one, a file of a usual name is looked for. Where an earlier run
 * broke off, this one goes on.
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
