/** `loadConfig()` for programs: the same as in `config/`, with the environment of the process. */
import {homedir} from 'node:os';
import {join} from 'node:path';
import type {ConfigObject} from '../config/define.ts';
import {type LoadedConfig, type LoadOptions, loadConfig as load} from '../config/load/load.ts';
import type {RecordingOptions} from './connect.ts';

/** See `loadConfig` in index.ts. */
export function loadConfig(
	source?: string | ConfigObject,
	{env = process.env, ...options}: LoadOptions = {},
): Promise<LoadedConfig> {
	return load(source, {env, ...options});
}

/** A loaded config; loads it unless the caller has done so. */
export async function ensureLoaded(
	source: string | ConfigObject | LoadedConfig | undefined,
	{replay, ...options}: LoadOptions & Pick<RecordingOptions, 'replay'>,
): Promise<LoadedConfig> {
	if (typeof source === 'object' && isLoaded(source)) return source;
	return loadConfig(source, {...options, ...(replay !== undefined && {withoutSecrets: true})});
}

function isLoaded(source: ConfigObject | LoadedConfig): source is LoadedConfig {
	return 'masked' in source && 'config' in source;
}

/** The variables of the caller, or of the process. */
export function variablesOf(env: NodeJS.Dict<string> = process.env): NodeJS.Dict<string> {
	return env;
}

/** The folder for the state of programs, by the XDG Base Directory Specification. */
export function stateHome(env: NodeJS.Dict<string> = process.env): string {
	return env.XDG_STATE_HOME || join(env.HOME || homedir(), '.local', 'state');
}
