/**
 * Compiles a config to objects of the library, which make the pages of each resource. Each part of a config
 * has a file of its own for its translation.
 */
import type {Transform} from 'node:stream';
import {ConfigError} from '../../core/errors.ts';
import {greatestNeed, type Need} from '../../core/records/need.ts';
import {needsOf, type PageStream} from '../../core/stage.ts';
import type {Warn} from '../../core/warning.ts';
import {type Client, client} from '../../http/client.ts';
import type {ClientOptions} from '../../http/client-options.ts';
import type {Proxies} from '../../http/connection/proxy.ts';
import type {Sleep} from '../../http/policy/clock.ts';
import type {Limits} from '../../http/policy/limits.ts';
import {sharedOut} from '../../http/policy/rate-share.ts';
import type {UnsentRequest} from '../../http/recording/unsent.ts';
import {registryOf} from '../../plugins/registry.ts';
import {type Guess, linesOf, reasonOf} from '../../resource/paging/guess.ts';
import {rowsOf} from '../../resource/partitions/parent-rows.ts';
import type {Binding, BoundPage, Partition, Position} from '../../resource/partitions/partitions.ts';
import {onlyParent, type PlannedResource, rootOf} from '../../resource/partitions/plan.ts';
import {
	type Reading,
	type ReadResource,
	readTogether,
	separateWalk,
} from '../../resource/partitions/read-together.ts';
import {type ResourceOptions, readable} from '../../resource/resource.ts';
import type {SmallerEvent} from '../../resource/walk/shrink-page.ts';
import {authenticators} from '../auth/authenticator.ts';
import {clientOptions} from '../client/options.ts';
import {insecureWarning} from '../client/tls.ts';
import {request} from '../endpoint/request.ts';
import {incrementalOptions} from '../incremental/fields.ts';
import {syncOptions} from '../incremental/sync.ts';
import {MOST_FOUND} from '../inherit.ts';
import {planOf} from '../relations/plan.ts';
import {requestValues} from '../relations/request-values.ts';
import {folderNeeds, type StageOptions, stagesFor} from '../rows/stages.ts';
import {stepsOf} from '../rows/steps.ts';
import type {Config} from '../schema/config.ts';
import {type ResolvedResource, resolveResources} from './resolve.ts';

/** The client of a config, and the extraction of its resources. */
export interface Connection {
	readonly client: Client;
	/** The source of a resource with the transforms of its config; only the sink is missing. */
	extraction(resource: ResolvedResource, options: ExtractionOptions): Extraction;
	/**
	 * The extractions of several resources that are read at once. Each is requested once, even if others depend
	 * on it. The caller must read or destroy all of them.
	 */
	extractions(
		resources: readonly ResolvedResource[],
		optionsOf: (resource: ResolvedResource) => ExtractionOptions,
	): Extraction[];
	/**
	 * Every row of a resource, without what is stored of it; with `bindings`, only those for these rows of its
	 * parent.
	 */
	pagesOf(resource: ResolvedResource, bindings?: readonly Binding[]): ReadResource;
	/**
	 * The rows of the parent for which a resource is read, one after the other. `undefined` where it is not read
	 * for each row of one parent.
	 */
	parentRowsOf(resource: ResolvedResource): AsyncIterable<Partition> | undefined;
	/** The resources in groups to read at once: those that depend on one another, or on the same resource. */
	families(resources: readonly ResolvedResource[]): ResolvedResource[][];
	close(): Promise<void>;
}

export interface ExtractionOptions
	extends Pick<ResourceOptions, 'limit' | 'cursor' | 'state' | 'firstNumber'>,
		StageOptions {
	/** The parts of records that the sink, or a stage before it, reads. @default 'rows' */
	readonly needs?: Need;
}

export interface Extraction {
	readonly source: PageStream;
	readonly stages: readonly Transform[];
}

/** The paginator `auto` has chosen one. */
export interface DetectedEvent {
	readonly type: 'detected';
	/** Name of the resource. */
	readonly label: string;
	/** Its type, such as `page_number`. */
	readonly paginator: string;
	/** The reason, such as `a number of pages at "meta.total_pages"`. */
	readonly reason: string;
	/** The equivalent config: `paginator: {type: page_number, total_path: meta.total_pages}`. */
	readonly config: string;
}

export interface ConnectionOptions extends Pick<ClientOptions, 'onEvent' | 'signal' | 'record' | 'replay'> {
	/** Limits that several connections keep together. The caller closes them. @default its own */
	readonly limits?: Limits | undefined;
	/** Changes the resources before anything is made of them: for a part of a resource. @default as they are */
	readonly narrow?: ((resource: ResolvedResource) => ResolvedResource) | undefined;
	/** The share of this process in the rate limit of the config. @default 1 */
	readonly rateShare?: number | undefined;
	/** Replaces the clock's sleep in tests. */
	readonly sleep?: Sleep;
	/** Sends nothing: the function gets each request, which then fails. */
	readonly onUnsent?: ((request: UnsentRequest) => void) | undefined;
	/** The proxies of the environment. `client.proxy` takes precedence. @default none */
	readonly proxies?: Proxies;
	/** The file of `NODE_EXTRA_CA_CERTS`. @default none */
	readonly extraAuthorities?: string | undefined;
	/** The folder of the config, from which relative paths of files start. @default the current folder */
	readonly folder?: string;
	/** Called once for each resource. Must not throw. */
	readonly onDetected?: (event: DetectedEvent) => void;
	/** Called when a page is requested again with a smaller limit. Must not throw. */
	readonly onSmaller?: (event: SmallerEvent) => void;
	/** Gets warnings. An error that it throws ends the resource. @default warnings are dropped */
	readonly onWarning?: Warn;
}

export function connection(
	config: Config,
	{
		onDetected,
		onSmaller,
		onWarning,
		proxies,
		folder = '.',
		extraAuthorities,
		rateShare,
		narrow = each => each,
		...options
	}: ConnectionOptions = {},
): Connection {
	if (config.client.tls?.insecure) onWarning?.(insecureWarning);
	const surroundings = {folder, proxies, extraAuthorities, isReplay: options.replay !== undefined};
	const api = made('client', () => {
		const own = clientOptions(config.client, surroundings);
		const rateLimit = rateShare === undefined ? undefined : sharedOut(own.rateLimit, rateShare);
		return client({...own, ...(rateLimit && {rateLimit}), ...options});
	});
	const plugins = registryOf(config.plugins);
	const authenticatorOf = authenticators({baseUrl: config.client.base_url, folder}, plugins);
	const reported = new Set<string>();
	const all = resolveResources(config).map(narrow);
	const byName = new Map(all.map(resource => [resource.name, resource]));
	const plan = planOf(all);
	const planned = ({name}: ResolvedResource): PlannedResource => {
		const found = plan.get(name);
		if (!found) throw new TypeError(`no resource ${JSON.stringify(name)} in this config`);
		return found;
	};
	const reading = (
		optionsOf: (name: string) => ExtractionOptions | undefined,
		stagesOf: (name: string) => readonly Transform[],
		// A limit applies to the requests of all resources: children, too, are read only until it is reached.
		isLimited: boolean,
	): Reading => ({
		client: api,
		isOneByOne: isLimited,
		stateOf: name => optionsOf(name)?.state,
		startOf: name => positionOf(optionsOf(name)),
		walkOf: name =>
			made(name, () => {
				const resource = byName.get(name) as ResolvedResource;
				const process = stepsOf<BoundPage>(resource, plugins, {
					onWarning,
					requestOf: ({binding}) => requestValues(resource.endpoint, binding),
				});
				return {
					name,
					...request(resource.endpoint, plugins, guess => detected(name, guess)),
					primaryKey: resource.primary_key,
					auth: resource.endpoint.auth && authenticatorOf(resource.endpoint.auth),
					concurrency: isLimited ? 1 : (resource.concurrency ?? MOST_FOUND),
					isCareful: resource.concurrency === undefined,
					needs: needsOfReaders(resource, optionsOf(name), stagesOf(name)),
					...(process && {process}),
					...(onSmaller && {onSmaller}),
					...(onWarning && {onWarning}),
					...(resource.endpoint.sync && {sync: syncOptions(resource.endpoint.sync)}),
					...(resource.endpoint.incremental && {
						incremental: incrementalOptions(resource.endpoint.incremental),
					}),
				};
			}),
	});
	const detected = (label: string, guess: Guess): void => {
		const key = `${label}\n${guess.type}`;
		// Each partition detects a paginator of its own; an equal result is not reported again.
		if (reported.has(key)) return;
		reported.add(key);
		onDetected?.({
			type: 'detected',
			label,
			paginator: guess.type,
			reason: reasonOf(guess),
			config: linesOf(guess).join('\n'),
		});
	};
	const extractions: Connection['extractions'] = (resources, optionsOf) => {
		const options = new Map(resources.map(resource => [resource.name, optionsOf(resource)] as const));
		const stages = new Map(
			resources.map(
				resource => [resource.name, stagesOf(resource, {...options.get(resource.name), onWarning})] as const,
			),
		);
		const read = readTogether(
			reading(
				name => options.get(name),
				name => stages.get(name) ?? [],
				[...options.values()].some(({limit}) => limit !== undefined),
			),
			resources.map(planned),
		);
		return read.map(({pages, counts, leave}, i) => {
			const resource = resources[i] as ResolvedResource;
			const source = readable(pages, options.get(resource.name) ?? {}, counts);
			source.once('close', leave);
			return {source, stages: stages.get(resource.name) ?? []};
		});
	};
	const wholeReading = (): Reading =>
		reading(
			() => ({state: null, needs: 'text'}),
			() => [],
			false,
		);
	return {
		client: api,
		extractions,
		extraction(resolved, options) {
			const stages = stagesOf(resolved, {...options, onWarning});
			const counts = {};
			const own = (name: string): ExtractionOptions | undefined =>
				name === resolved.name ? options : undefined;
			const pages = separateWalk(
				reading(own, () => stages, options.limit !== undefined),
				planned(resolved),
				counts,
			);
			return {source: readable(pages, options, counts), stages};
		},
		pagesOf(resolved, bindings) {
			const counts = {};
			const whole = wholeReading();
			const resource = planned(resolved);
			const pages = bindings
				? inTurn(bindings.map(binding => () => separateWalk(whole, resource, counts, undefined, binding)))
				: separateWalk(whole, resource, counts);
			return {pages, counts, leave() {}};
		},
		parentRowsOf(resolved) {
			const parent = onlyParent(planned(resolved));
			if (!parent) return undefined;
			return rowsOf(parent.name, at => separateWalk(wholeReading(), parent, {}, at)).from();
		},
		families(resources) {
			const byRoot = new Map<string, ResolvedResource[]>();
			for (const resource of resources) {
				const root = rootOf(planned(resource));
				byRoot.set(root, [...(byRoot.get(root) ?? []), resource]);
			}
			return [...byRoot.values()];
		},
		close: () => api.close(),
	};
}

async function* inTurn(walks: readonly (() => AsyncIterable<BoundPage>)[]): AsyncGenerator<BoundPage> {
	for (const open of walks) yield* open();
}

function stagesOf(resource: ResolvedResource, options: StageOptions): Transform[] {
	return made(resource.name, () => stagesFor(resource, options));
}

// A check that refuses an option after the schema does not know its owner. A library may report an option by
// a `TypeError`.
function made<T>(owner: string, make: () => T): T {
	try {
		return make();
	} catch (error) {
		if (error instanceof ConfigError) throw new ConfigError(error.issues, owner);
		throw error instanceof TypeError ? new ConfigError(error.message, owner) : error;
	}
}

// The need of all stages for the pages of a resource. A resource that is only read for its children has no
// stages.
function needsOfReaders(
	resource: ResolvedResource,
	options: ExtractionOptions | undefined,
	stages: readonly Transform[],
): () => Need {
	const ofSink = greatestNeed([options?.needs ?? 'rows', folderNeeds(resource)]);
	return () => greatestNeed([ofSink, needsOf(stages)]);
}

function positionOf({cursor, firstNumber = 0}: ExtractionOptions = {}): Position | null | undefined {
	return cursor === undefined || cursor === null ? cursor : {cursor, page: firstNumber};
}
