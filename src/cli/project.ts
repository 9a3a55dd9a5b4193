/** What the config-driven verbs share: a loaded config, its client, and its resources by name. */
import {type Connection, connection} from '../config/compile.ts';
import {loadConfig} from '../config/load.ts';
import {type ResolvedResource, resolveResources} from '../config/resolve.ts';
import type {Config} from '../config/schema.ts';
import {suggest} from '../config/suggest.ts';
import {ConfigError} from '../core/errors.ts';
import type {ClientEvent} from '../http/events.ts';
import type {Log} from './io.ts';
import type {ConfigArguments} from './verb.ts';

export interface Project {
	readonly path: string;
	readonly config: Config;
	/** The config with every secret as `***`. */
	readonly masked: Config;
	readonly resources: readonly ResolvedResource[];
}

export async function openProject({config, set = [], envFile}: ConfigArguments): Promise<Project> {
	const loaded = await loadConfig(config, {env: process.env, set: set.map(String), ...(envFile !== undefined && {envFile})});
	return {...loaded, resources: resolveResources(loaded.config)};
}

/** The named resources, or all that are selected when none is named. */
export function pick({resources, path}: Project, names: readonly string[]): ResolvedResource[] {
	if (names.length === 0) return resources.filter(resource => resource.selected);
	return names.map(name => {
		const found = resources.find(resource => resource.name === name);
		if (found) return found;
		const all = resources.map(resource => resource.name);
		const meant = suggest(name, all);
		throw new ConfigError(
			`no resource "${name}" in ${path}${meant ? ` (did you mean "${meant}"?)` : ''}; there are: ${all.join(', ')}`,
		);
	});
}

export function connect(project: Project, log: Log): Connection {
	return connection(project.config, {onEvent: event => tell(event, log)});
}

function tell(event: ClientEvent, log: Log): void {
	const {type, ...details} = event;
	log.event(type, details);
	if (type === 'retry')
		log.detail(`  ${event.method} ${event.url}: ${event.reason}; again in ${(event.waitMs / 1000).toFixed(1)} s`);
	else if (type === 'request')
		log.detail(`  ${event.method} ${event.url} ${event.error ?? event.status ?? ''} ${Math.round(event.durationMs)} ms`);
}
