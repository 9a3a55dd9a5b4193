/** For configs written in JavaScript or TypeScript. */
import type {Plugin} from '../plugins/plugin.ts';
import type {ConfigInput} from './schema/config.ts';

interface Included {
	/** Files whose configs lie under this one. */
	readonly include?: string | readonly string[];
	/** Plugins, or files that export some: `./mine.js`. */
	readonly plugins?: string | readonly (string | Plugin)[];
}

/** A config in JavaScript: what a file of it exports, and what `loadConfig()` and `run()` take. */
export type ConfigObject = Omit<ConfigInput, 'plugins'> & Included;

/**
 * Returns the config as it is; there for the editor, which completes and checks its keys.
 * @example export default defineConfig({client: {base_url: 'https://api.example.com'}, resources:
 * ['contacts']});
 */
export function defineConfig(config: ConfigObject): ConfigObject {
	return config;
}
