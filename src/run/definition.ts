/**
 * A text of everything that the places in a resource depend on: with another definition, an interrupted run
 * begins again.
 */
import {resourceFingerprint} from '../config/compile/fingerprint.ts';
import type {ResolvedResource} from '../config/compile/resolve.ts';
import type {LoadedConfig} from '../config/load/load.ts';
import {endingOf, type OutputSettings} from './output.ts';
import {Resources} from './resources.ts';

export function definitionOf(
	resource: ResolvedResource,
	config: LoadedConfig,
	{output, select}: {readonly output: OutputSettings; readonly select: readonly string[] | undefined},
): string {
	const resources = new Resources(config);
	const how = [endingOf(output), select ?? null];
	return resourceFingerprint(resource, config.config, name => resources.only(name), how);
}
