/** What the config-driven verbs share: a loaded config, its client, and its resources by name. */
import {dirname, isAbsolute, normalize} from 'node:path';
import {isDeepStrictEqual} from 'node:util';
import {type Connection, connection, type DetectedEvent} from '../config/compile/compile.ts';
import {type ResolvedResource, resolveResources} from '../config/compile/resolve.ts';
import {shortPath} from '../config/load/discover.ts';
import {loadConfig} from '../config/load/load.ts';
import type {Config} from '../config/schema/config.ts';
import {didYouMean} from '../config/suggest.ts';
import {ConfigError, type ConfigIssue} from '../core/errors.ts';
import type {Warn} from '../core/warning.ts';
import type {ClientEvent} from '../http/events.ts';
import type {Proxies} from '../http/proxy.ts';
import type {SmallerEvent} from '../resource/smaller.ts';
import {keepHeapSmall, optimizeLate} from './engine.ts';
import type {Log} from './io.ts';
import type {ConfigArguments} from './verb.ts';

export interface Project {
	/** The config file, as a person would write it. */
	readonly path: string;
	readonly config: Config;
	/** The config with every secret as `***`. */
	readonly masked: Config;
	readonly resources: readonly ResolvedResource[];
	/** The file, absolute. */
	readonly file: string;
	/** Those that the environment names. */
	readonly proxies: Proxies;
}

export async function openProject({config, set = [], envFile}: ConfigArguments): Promise<Project> {
	const loaded = await loadConfig(config, {
		env: process.env,
		args: process.argv.slice(2),
		set,
		...(envFile !== undefined && {envFile}),
	});
	return {
		...loaded,
		file: loaded.path,
		path: config ?? shortPath(loaded.path, '.'),
		resources: resolveResources(loaded.config),
	};
}

/** The named resources, each once, or all that are selected when none is named. */
export function pick({resources, path}: Project, names: readonly string[]): ResolvedResource[] {
	if (names.length === 0) return resources.filter(resource => resource.selected);
	return [...new Set(names)].map(name => only({resources, path}, name));
}

/** The resource of that name. */
export function only({resources, path}: Pick<Project, 'resources' | 'path'>, name: string): ResolvedResource {
	const found = resources.find(resource => resource.name === name);
	if (found) return found;
	const all = resources.map(resource => resource.name);
	throw new ConfigError(
		`no resource ${JSON.stringify(name)} in ${path}${didYouMean(name, all)}; there are: ${all.join(', ')}`,
	);
}

/** Refuses resources whose rows do not go into one folder, or that would write beside the output folder. */
export function checkFolders(resources: readonly ResolvedResource[], path: string): void {
	const issues: ConfigIssue[] = [];
	const byFolder = new Map<string, ResolvedResource[]>();
	for (const resource of resources) {
		const folder = normalize(resource.table_name);
		const leadsOut = /(^|[/\\])\.\.([/\\]|$)/.test(resource.table_name) || /^\.([/\\]|$)/.test(folder);
		if (isAbsolute(folder) || leadsOut || isKept(folder)) {
			const message = `writes to the folder ${JSON.stringify(resource.table_name)}, which is not one in the output folder, or is kept for Sluice. Give it another table_name`;
			issues.push({path: resource.name, message});
		} else if (folder !== resource.table_name.replaceAll('\\', '/')) {
			const message = `writes to the folder ${JSON.stringify(resource.table_name)}; write it as table_name: ${folder}`;
			issues.push({path: resource.name, message});
		}
		byFolder.set(folder, [...(byFolder.get(folder) ?? []), resource]);
	}
	for (const {name, table_name} of resources) {
		const above = resources.find(each => table_name.startsWith(`${each.table_name}/`));
		if (!above) continue;
		const message =
			`writes to the folder ${JSON.stringify(table_name)}, which is inside of the one that ${above.name} writes to, ` +
			`and would come and go with it. Give it a table_name beside it: ${table_name.replaceAll('/', '_')}`;
		issues.push({path: name, message});
	}
	for (const {name, table_name, nested, write_disposition} of resources) {
		if (nested !== 'tables' || write_disposition === 'append') continue;
		const other = resources.find(each => each.table_name.startsWith(`${table_name}__`));
		if (!other) continue;
		const message = `writes to the folder ${JSON.stringify(other.table_name)}, which ${name} (nested: tables, write_disposition: ${write_disposition}) takes for one of its own lists. Give it another table_name`;
		issues.push({path: other.name, message});
	}
	for (const [folder, sharing] of byFolder) issues.push(...sharingIssues(folder, sharing));
	if (issues.length > 0) throw new ConfigError(issues, path);
}

// What several resources write to one table has one layout, and one way to tell rows apart.
function sharingIssues(folder: string, sharing: readonly ResolvedResource[]): ConfigIssue[] {
	const [first, ...others] = sharing;
	if (!first) return [];
	const path = sharing.map(({name}) => name).join(', ');
	const refuse = (key: string): ConfigIssue => ({
		path,
		message: `write to one folder, ${JSON.stringify(folder)}, with different ${key}. Make it the same, or give each a table_name of its own`,
	});
	const differ = (key: (resource: ResolvedResource) => unknown): boolean =>
		others.some(other => !isDeepStrictEqual(key(other), key(first)));
	const merging = sharing.filter(({write_disposition}) => write_disposition === 'merge');
	const isMixed = merging.some(({primary_key}) => !isDeepStrictEqual(primary_key, merging[0]?.primary_key));
	return [
		...(differ(({partition_by}) => partition_by ?? null) ? [refuse('partition_by')] : []),
		...(differ(({naming}) => naming ?? 'direct') ? [refuse('naming')] : []),
		...(isMixed ? [refuse('primary_key')] : []),
	];
}

export interface ConnectOptions {
	readonly signal?: AbortSignal;
	/** @default told on stderr, in full */
	readonly warn?: Warn;
}

export function connect(
	project: Project,
	log: Log,
	{signal, warn = log.warning}: ConnectOptions = {},
): Connection {
	keepHeapSmall();
	const told = (event: Event): void => tell(event, log);
	optimizeLate();
	return connection(project.config, {
		onWarning: warn,
		proxies: project.proxies,
		folder: dirname(project.file),
		extraAuthorities: process.env.NODE_EXTRA_CA_CERTS,
		...(signal && {signal}),
		...(log.traces && {onEvent: told, onDetected: told, onSmaller: told}),
	});
}

type Event = ClientEvent | DetectedEvent | SmallerEvent;

function tell(event: Event, log: Log): void {
	const {type, ...details} = event;
	log.event(type, details);
	if (type === 'retry')
		log.detail(
			`  ${event.method} ${event.url}: ${event.reason}; again in ${(event.waitMs / 1000).toFixed(1)} s`,
		);
	else if (type === 'detected')
		log.detail(`  ${event.label}: auto chose ${event.paginator}: ${event.reason}`);
	else if (type === 'smaller') log.detail(`  ${event.label}: asks for less, at ${event.place}`);
	else if (type === 'proxy')
		log.detail(
			`  ${event.origin}: ${event.proxy === null ? 'without a proxy' : `by the proxy ${event.proxy}`} (${event.from})`,
		);
	else if (type === 'wait' && event.waitMs >= 1000)
		log.detail(
			`  ${event.method} ${event.url}: waits ${(event.waitMs / 1000).toFixed(1)} s for the rate limit`,
		);
	else if (type === 'request')
		log.detail(
			`  ${event.method} ${event.url} ${event.error ?? event.status ?? ''} ${Math.round(event.durationMs)} ms`,
		);
}

// Some file systems fold letters that look alike, and leave out characters without width: to those `.Sluice`
// is the same.
function isKept(folder: string): boolean {
	const folded = folder.normalize('NFKC').replace(/\p{Default_Ignorable_Code_Point}/gu, '');
	return folded.toUpperCase().startsWith('.SLUICE');
}
