/** The places of a run: that of the config, and those of resources with a place of their own. */
import type {ResolvedResource} from '../../config/compile/resolve.ts';
import type {LoadedConfig} from '../../config/load/load.ts';
import {type OutputOptions, type OutputSettings, outputOf} from './output.ts';
import {checkFolders} from './output-folders.ts';

interface OutputsOptions extends OutputOptions {
	readonly env?: NodeJS.Dict<string> | undefined;
	readonly cwd?: string | undefined;
}

export class Outputs {
	/** The place of resources without one of their own. */
	readonly main: OutputSettings;
	private readonly config: LoadedConfig;
	private readonly options: OutputsOptions;
	private readonly own = new Map<string, OutputSettings>();

	/** An `output` of the caller is the place of all resources. */
	constructor(config: LoadedConfig, options: OutputsOptions = {}) {
		this.config = config;
		this.options = options;
		this.main = outputOf(config, options, options.cwd);
	}

	of({target}: ResolvedResource): OutputSettings {
		if (!target || this.options.output !== undefined) return this.main;
		const key = JSON.stringify(target);
		const known = this.own.get(key) ?? outputOf(this.config, this.options, this.options.cwd, target);
		this.own.set(key, known);
		return known;
	}

	/** Refuses resources that cannot be beside each other in one place. */
	check(resources: readonly ResolvedResource[]): void {
		const places = new Map<string, ResolvedResource[]>();
		for (const resource of resources) {
			const {path} = this.of(resource);
			places.set(path, [...(places.get(path) ?? []), resource]);
		}
		for (const each of places.values()) checkFolders(each, this.config.name);
	}
}
