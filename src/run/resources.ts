/** The resources of a config by name. */
import {type ResolvedResource, resolveResources} from '../config/compile/resolve.ts';
import type {LoadedConfig} from '../config/load/load.ts';
import {didYouMean} from '../config/suggest.ts';
import {ConfigError} from '../core/errors.ts';

export class Resources {
	readonly all: readonly ResolvedResource[];
	private readonly name: string;
	private readonly byName: ReadonlyMap<string, ResolvedResource>;

	constructor({config, name}: Pick<LoadedConfig, 'config' | 'name'>) {
		this.all = resolveResources(config);
		this.name = name;
		this.byName = new Map(this.all.map(resource => [resource.name, resource]));
	}

	/** The resources with these names, each once; without names, those that are selected. */
	pick(names: readonly string[] = []): ResolvedResource[] {
		if (names.length === 0) return this.all.filter(resource => resource.selected);
		return [...new Set(names)].map(name => this.only(name));
	}

	/** The resource with that name. Throws `ConfigError` where there is none. */
	only(name: string): ResolvedResource {
		const found = this.byName.get(name);
		if (found) return found;
		const names = this.all.map(resource => resource.name);
		throw new ConfigError(
			`no resource ${JSON.stringify(name)} in ${this.name}${didYouMean(name, names)}; there are: ` +
				`${names.join(', ')}`,
		);
	}
}
