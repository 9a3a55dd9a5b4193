/**
 * A text of everything that the places in a resource depend on: with another definition, an interrupted run
 * begins again.
 */
import {resourceFingerprint} from '../config/compile/fingerprint.ts';
import type {ResolvedResource} from '../config/compile/resolve.ts';
import type {LoadedConfig} from '../config/load/load.ts';
import {endingOf, type OutputSettings} from './output/output.ts';
import type {Resources} from './resources.ts';

export interface DefinitionOptions {
	/** The resources of the config. */
	readonly resources: Resources;
	readonly output: OutputSettings;
	/** The columns to write. */
	readonly select: readonly string[] | undefined;
}

export function definitionOf(
	resource: ResolvedResource,
	config: LoadedConfig,
	{resources, output, select}: DefinitionOptions,
): string {
	const how = [endingOf(output), select ?? null];
	return resourceFingerprint(resource, config.config, name => resources.only(name), how);
}

/** The same for the rows that are read, wherever they go. */
export function definitionOfRows(
	resource: ResolvedResource,
	config: LoadedConfig,
	resources: Resources,
): string {
	return resourceFingerprint(resource, config.config, name => resources.only(name));
}
