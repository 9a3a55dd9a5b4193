/**
 * Config to API objects: what makes pages of each resource. Its parts are translated by the files that are
 * named after them.
 */
import type {Transform} from 'node:stream';
import {ConfigError} from '../../core/errors.ts';
import {greatestNeed, type Need} from '../../core/records/need.ts';
import {needsOf, type PageStream} from '../../core/stage.ts';
import type {Warn} from '../../core/warning.ts';
import {type Client, type ClientOptions, client} from '../../http/client.ts';
import type {Proxies} from '../../http/connection/proxy.ts';
import {registryOf} from '../../plugins/registry.ts';
import {type Guess, linesOf, reasonOf} from '../../resource/paging/guess.ts';
import type {Position} from '../../resource/partitions/partitions.ts';
import {type ResourceOptions, readable} from '../../resource/resource.ts';
import type {SmallerEvent} from '../../resource/walk/shrink-page.ts';
import type {Config} from '../schema/config.ts';
import {incrementalOptions} from '../schema/incremental.ts';
import {responseRule} from '../schema/response-action.ts';
import {stepsOf} from '../schema/steps.ts';
import {syncOptions} from '../schema/sync.ts';
import {defined} from '../tree.ts';
import {authenticators} from './authenticator.ts';
import {alone, family, rootOf, type Walks} from './family.ts';
import {proxiesFor} from './proxies.ts';
import {PARALLELIZED} from './relation.ts';
import {request} from './request.ts';
import {type ResolvedResource, resolveResources} from './resolve.ts';
import {folderNeeds, type StageOptions, stagesFor} from './stages.ts';
import {insecureWarning, tlsOptions} from './tls.ts';

/** A config's client, and what makes pages with it. */
export interface Connection {
	readonly client: Client;
	/** The source of a resource and the transforms its config asks for; a sink is all that is missing. */
	extraction(resource: ResolvedResource, options: ExtractionOptions): Extraction;
	/**
	 * The same for several that are read at once: each is requested once, also if others depend on it. All must
	 * be read, or destroyed.
	 */
	extractions(
		resources: readonly ResolvedResource[],
		optionsOf: (resource: ResolvedResource) => ExtractionOptions,
	): Extraction[];
	/** Those that depend on one another, or on the same one, together: to be read at once. */
	families(resources: readonly ResolvedResource[]): ResolvedResource[][];
	close(): Promise<void>;
}

export interface ExtractionOptions
	extends Pick<ResourceOptions, 'limit' | 'cursor' | 'state' | 'firstNumber'>,
		StageOptions {
	/** What the sink, or a stage before it, looks at in records. @default 'rows' */
	readonly needs?: Need;
}

export interface Extraction {
	readonly source: PageStream;
	readonly stages: readonly Transform[];
}

/** The paginator `auto` has decided on one. */
export interface DetectedEvent {
	readonly type: 'detected';
	/** Name of the resource. */
	readonly label: string;
	/** `page_number` */
	readonly paginator: string;
	/** `a number of pages at "meta.total_pages"` */
	readonly reason: string;
	/** Lines for the endpoint that fix the choice: `paginator: {type: page_number, base_page: 1}`. */
	readonly config: readonly string[];
}

export interface ConnectionOptions
	extends Pick<ClientOptions, 'onEvent' | 'signal' | 'sleep' | 'record' | 'replay'> {
	/** Those of the environment. `client.proxy` goes before them. @default none */
	readonly proxies?: Proxies;
	/** The file of `NODE_EXTRA_CA_CERTS`. @default none */
	readonly extraAuthorities?: string | undefined;
	/** That of the config, where relative paths of files start. @default the current folder */
	readonly folder?: string;
	/** Told once a resource. Must not throw. */
	readonly onDetected?: (event: DetectedEvent) => void;
	/** Told when a page is asked for again with a smaller limit. Must not throw. */
	readonly onSmaller?: (event: SmallerEvent) => void;
	/** Told of what may be wrong. What it throws ends the resource. @default nobody is told */
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
		...options
	}: ConnectionOptions = {},
): Connection {
	const {
		base_url: baseUrl,
		headers,
		retry,
		timeouts,
		response_actions,
		rate_limit,
		max_requests,
		concurrency = 1,
		max_buffer,
		max_body_bytes,
		trusted_origins,
		rewrite_links,
		cookies,
	} = config.client;
	if (config.client.tls?.insecure) onWarning?.(insecureWarning);
	const api = made('client', () =>
		client({
			baseUrl,
			...(headers && {headers}),
			...(retry && {retry: retryOptions(retry)}),
			...(timeouts && {timeouts: timeoutOptions(timeouts)}),
			...(response_actions && {responseActions: response_actions.map(responseRule)}),
			...(rate_limit && {
				rateLimit: {requests: rate_limit.requests, perMs: rate_limit.per * 1000, burst: rate_limit.burst},
			}),
			...(max_requests != null && {maxRequests: max_requests}),
			...(max_body_bytes !== undefined && {maxBodyBytes: max_body_bytes}),
			...(trusted_origins && {trustedOrigins: trusted_origins}),
			...(rewrite_links && {rewriteLinks: 'baseUrl'}),
			...(cookies && {cookies}),
			// A replay needs no certificates.
			...(config.client.tls &&
				options.replay === undefined && {tls: tlsOptions(config.client.tls, folder, extraAuthorities)}),
			proxy: proxiesFor(config.client.proxy, proxies),
			...(max_buffer !== undefined && {maxBufferBytes: max_buffer}),
			maxConcurrency: Math.max(concurrency, PARALLELIZED),
			connections: Math.max(8, concurrency),
			...options,
		}),
	);
	const plugins = registryOf(config.plugins);
	const authenticatorOf = authenticators({baseUrl, folder}, plugins);
	const told = new Set<string>();
	const all = new Map(resolveResources(config).map(resource => [resource.name, resource]));
	const resourceOf = (name: string): ResolvedResource => {
		const found = all.get(name);
		if (!found) throw new TypeError(`no resource ${JSON.stringify(name)} in this config`);
		return found;
	};
	const walks = (
		optionsOf: (name: string) => ExtractionOptions | undefined,
		stagesOf: (name: string) => readonly Transform[],
		isLimited: boolean,
	): Walks => ({
		client: api,
		state: name => optionsOf(name)?.state,
		start: name => positionOf(optionsOf(name)),
		// Nothing is asked for beyond a limit, of no resource: its children, too, are read until it is reached.
		resource: name => (isLimited ? {...resourceOf(name), concurrency: 1} : resourceOf(name)),
		options: resource =>
			made(resource.name, () => {
				const process = stepsOf(resource, plugins, onWarning);
				const detected = (guess: Guess): void => {
					const event = {
						type: 'detected',
						label: resource.name,
						paginator: guess.type,
						reason: reasonOf(guess),
						config: linesOf(guess),
					} as const;
					const key = `${event.label}\n${event.paginator}`;
					// Each partition finds out for itself; what it has in common with the others is no news.
					if (told.has(key)) return;
					told.add(key);
					onDetected?.(event);
				};
				return {
					name: resource.name,
					...request(resource.endpoint, plugins, detected),
					primaryKey: resource.primary_key,
					auth: resource.endpoint.auth && authenticatorOf(resource.endpoint.auth),
					concurrency: resource.concurrency ?? 1,
					needs: needsOfReaders(resource, optionsOf(resource.name), stagesOf(resource.name)),
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
	const extractions: Connection['extractions'] = (resources, optionsOf) => {
		const options = new Map(resources.map(resource => [resource.name, optionsOf(resource)] as const));
		const stages = new Map(
			resources.map(
				resource => [resource.name, stagesOf(resource, {...options.get(resource.name), onWarning})] as const,
			),
		);
		const members = family(
			walks(
				name => options.get(name),
				name => stages.get(name) ?? [],
				[...options.values()].some(({limit}) => limit !== undefined),
			),
			resources.map(({name}) => name),
		);
		return members.map(({pages, counts, leave}, i) => {
			const resource = resources[i] as ResolvedResource;
			const source = readable(pages, options.get(resource.name) ?? {}, counts);
			source.once('close', leave);
			return {source, stages: stages.get(resource.name) ?? []};
		});
	};
	return {
		client: api,
		extractions,
		extraction(resolved, options) {
			const stages = stagesOf(resolved, {...options, onWarning});
			const counts = {};
			const own = (name: string): ExtractionOptions | undefined =>
				name === resolved.name ? options : undefined;
			const pages = alone(
				walks(own, () => stages, options.limit !== undefined),
				resolved.name,
				counts,
			);
			return {source: readable(pages, options, counts), stages};
		},
		families(resources) {
			const byRoot = new Map<string, ResolvedResource[]>();
			for (const resource of resources) {
				const root = rootOf(resource.name, {resource: resourceOf});
				byRoot.set(root, [...(byRoot.get(root) ?? []), resource]);
			}
			return [...byRoot.values()];
		},
		close: () => api.close(),
	};
}

function stagesOf(resource: ResolvedResource, options: StageOptions): Transform[] {
	return made(resource.name, () => stagesFor(resource, options));
}

// What refuses an option that the schema let pass does not know whose it is. A library may complain of one by
// a `TypeError`.
function made<T>(owner: string, make: () => T): T {
	try {
		return make();
	} catch (error) {
		if (error instanceof ConfigError) throw new ConfigError(error.issues, owner);
		throw error instanceof TypeError ? new ConfigError(error.message, owner) : error;
	}
}

// What becomes of the pages of a resource. One that is only read for its children has no stages.
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

type RetryConfig = NonNullable<Config['client']['retry']>;

function retryOptions({
	max_retries: maxRetries,
	factor,
	delay,
	max_delay,
	status_codes: statusCodes,
	jitter,
	max_retry_after,
}: RetryConfig): NonNullable<ClientOptions['retry']> {
	return defined({
		maxRetries,
		factor,
		delayMs: milliseconds(delay),
		maxDelayMs: milliseconds(max_delay),
		statusCodes,
		jitter: jitter === undefined ? undefined : jitter ? ('full' as const) : ('none' as const),
		maxRetryAfterMs: milliseconds(max_retry_after),
	});
}

type TimeoutConfig = NonNullable<Config['client']['timeouts']>;

function timeoutOptions({
	connect,
	headers,
	body_idle,
	total,
}: TimeoutConfig): NonNullable<ClientOptions['timeouts']> {
	return defined({
		connectMs: milliseconds(connect),
		headersMs: milliseconds(headers),
		bodyIdleMs: milliseconds(body_idle),
		totalMs: milliseconds(total),
	});
}

function milliseconds(seconds: number | undefined): number | undefined {
	return seconds === undefined ? undefined : seconds * 1000;
}
