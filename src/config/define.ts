/** For configs written in JavaScript or TypeScript. */
import type {ConfigInput} from './schema/config.ts';

interface Included {
	/** Files whose configs lie under this one. */
	readonly include?: string | readonly string[];
}

/**
 * Returns the config as it is; there for the editor, which completes and checks its keys.
 * @example export default defineConfig({client: {base_url: 'https://api.example.com'}, resources:
 * ['contacts']});
 */
export function defineConfig(config: ConfigInput & Included): ConfigInput & Included {
	return config;
}
