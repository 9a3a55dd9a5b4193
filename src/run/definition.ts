/** What places in a resource depend on: with another definition, a run that broke off begins again. */
import {fingerprint} from '../config/compile/fingerprint.ts';
import type {ResolvedResource} from '../config/compile/resolve.ts';
import type {LoadedConfig} from '../config/load/load.ts';
import {endingOf, type Output} from './output.ts';
import {Resources} from './resources.ts';

export function definitionOf(
	resource: ResolvedResource,
	config: LoadedConfig,
	{output, select}: {readonly output: Output; readonly select: readonly string[] | undefined},
): string {
	const resources = new Resources(config);
	const how = [endingOf(output), select ?? null];
	return fingerprint(resource, config.config, name => resources.only(name), how);
}
