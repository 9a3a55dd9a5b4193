/** Checks everything in a config that can be checked without a request. */
import type {ResolvedResource} from '../config/compile/resolve.ts';
import type {LoadedConfig} from '../config/load/load.ts';
import {connect} from './connect.ts';
import type {Emitter} from './emitter.ts';
import {Outputs} from './output/outputs.ts';
import {Resources} from './resources.ts';

/** Returns all resources of the config. Throws `ConfigError`. */
export async function checkConfig(
	config: LoadedConfig,
	emitter: Emitter,
): Promise<readonly ResolvedResource[]> {
	const resources = new Resources(config).all;
	new Outputs(config).check(resources);
	const connection = connect(config, {emitter});
	try {
		// Building the stages finds mistakes that only they can detect: an option out of range, a path without
		// its parameter.
		for (const resource of resources) connection.extraction(resource, {}).source.destroy();
	} finally {
		await connection.close();
	}
	return resources;
}
