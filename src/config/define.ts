/** Types and a helper for configs in JavaScript or TypeScript. */
import type {Plugin} from '../plugins/plugin.ts';
import type {ConfigInput} from './schema/config.ts';

interface Included {
	/** Files with configs that this one extends. */
	readonly include?: string | readonly string[];
	/** Plugins, or files that export them: `./mine.js`. */
	readonly plugins?: string | readonly (string | Plugin)[];
}

/** A config in JavaScript: the export of a config file, and the argument of `loadConfig()` and `run()`. */
export type ConfigObject = Omit<ConfigInput, 'plugins'> & Included;

/**
 * Returns the config as it is. It lets an editor complete and check its keys.
 * @example export default defineConfig({client: {base_url: 'https://api.example.com'}, resources:
 * ['contacts']});
 */
export function defineConfig(config: ConfigObject): ConfigObject {
	return config;
}
