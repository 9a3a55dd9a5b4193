/** Config to API objects: the only place that knows both dlt's snake_case and our camelCase. */
import type {Readable, Transform} from 'node:stream';
import {dedupe} from '../../transforms/dedupe.ts';
import {normalize} from '../../transforms/normalize.ts';
import {tables} from '../../transforms/tables.ts';
import type {JsonRecord} from '../core/page.ts';
import type {Schema} from '../core/schema.ts';
import {transform} from '../core/stage.ts';
import {type Client, type ClientOptions, client} from '../http/client.ts';
import {autoDecoder} from '../http/decode/auto.ts';
import {csvDecoder} from '../http/decode/csv.ts';
import type {Decoder} from '../http/decode/decoder.ts';
import {jsonlDecoder} from '../http/decode/jsonl.ts';
import {xmlDecoder} from '../http/decode/xml.ts';
import {type Guess, reasonOf} from '../resource/detect.ts';
import type {Paginator} from '../resource/paginator.ts';
import {type AutoOptions, auto} from '../resource/paginators/auto.ts';
import {cursor} from '../resource/paginators/cursor.ts';
import {headerCursor} from '../resource/paginators/header-cursor.ts';
import {headerLink, jsonLink} from '../resource/paginators/link.ts';
import {offset} from '../resource/paginators/offset.ts';
import {pageNumber} from '../resource/paginators/page-number.ts';
import {singlePage} from '../resource/paginators/single-page.ts';
import type {Position} from '../resource/partitions.ts';
import {type ResourceOptions, readable} from '../resource/resource.ts';
import type {SmallerEvent} from '../resource/smaller.ts';
import type {WalkOptions} from '../resource/walk.ts';
import {authenticators} from './authenticator.ts';
import {bodyOf} from './body.ts';
import type {BodyFormat} from './decoder.ts';
import {definition} from './definition.ts';
import {alone, family, rootOf, type Walks} from './family.ts';
import {incrementalOptions} from './incremental.ts';
import type {Paginator as PaginatorConfig} from './paginator.ts';
import {PARALLELIZED} from './relation.ts';
import {type ResolvedEndpoint, type ResolvedResource, resolveResources} from './resolve.ts';
import {responseRule} from './response-action.ts';
import type {Config} from './schema.ts';
import {stepsOf} from './steps.ts';
import {defined} from './tree.ts';

/** A config's client, and what makes pages with it. */
export interface Connection {
	readonly client: Client;
	/** The source of a resource and the transforms its config asks for; a sink is all that is missing. */
	extraction(resource: ResolvedResource, options: ExtractionOptions): Extraction;
	/** The same for several that are read at once: each is requested once, also if others depend on it. All must be read, or destroyed. */
	extractions(resources: readonly ResolvedResource[], optionsOf: (resource: ResolvedResource) => ExtractionOptions): Extraction[];
	/** Those that depend on one another, or on the same one, together: to be read at once. */
	families(resources: readonly ResolvedResource[]): ResolvedResource[][];
	close(): Promise<void>;
}

export interface ExtractionOptions extends Pick<ResourceOptions, 'signal' | 'limit' | 'cursor' | 'state' | 'firstNumber'> {
	/**
	 * Whether the sink needs columns with types, as Parquet does. Without the need, records of a resource that declares nothing
	 * go through as the API sent them. @default true
	 */
	readonly typed?: boolean;
	/** What an earlier run, or an earlier attempt of this one, has written. */
	readonly previous?: Previous;
	/** Whether records with a primary key that came before are dropped. A sink that merges wants them all. @default true */
	readonly unique?: boolean;
}

export interface Previous {
	/** By table. */
	readonly schemas: {readonly [table: string]: Schema};
	/** Rows that are there from earlier attempts of this run. */
	readonly rows?: AsyncIterable<readonly JsonRecord[]>;
}

export interface Extraction {
	readonly source: Readable;
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
}

export interface ConnectionOptions extends Pick<ClientOptions, 'onEvent' | 'signal' | 'sleep'> {
	/** Told once a resource. Must not throw. */
	readonly onDetected?: (event: DetectedEvent) => void;
	/** Told when a page is asked for again with a smaller limit. Must not throw. */
	readonly onSmaller?: (event: SmallerEvent) => void;
}

export function connection(config: Config, {onDetected, onSmaller, ...options}: ConnectionOptions = {}): Connection {
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
	} = config.client;
	const api = client({
		baseUrl,
		...(headers && {headers}),
		...(retry && {retry: retryOptions(retry)}),
		...(timeouts && {timeouts: timeoutOptions(timeouts)}),
		...(response_actions && {responseActions: response_actions.map(responseRule)}),
		...(rate_limit && {rateLimit: {requests: rate_limit.requests, perMs: rate_limit.per * 1000, burst: rate_limit.burst}}),
		...(max_requests != null && {maxRequests: max_requests}),
		...(max_buffer !== undefined && {maxBufferBytes: max_buffer}),
		maxConcurrency: Math.max(concurrency, PARALLELIZED),
		connections: Math.max(8, concurrency),
		...options,
	});
	const authenticatorOf = authenticators(baseUrl);
	const all = new Map(resolveResources(config).map(resource => [resource.name, resource]));
	const resourceOf = (name: string): ResolvedResource => {
		const found = all.get(name);
		if (!found) throw new TypeError(`no resource ${JSON.stringify(name)} in this config`);
		return found;
	};
	const walks = (
		stagesOf: (resource: ResolvedResource) => readonly Transform[],
		optionsOf: (name: string) => ExtractionOptions | undefined,
		signal?: AbortSignal,
	): Walks => ({
		client: api,
		state: name => optionsOf(name)?.state,
		start: name => positionOf(optionsOf(name)),
		resource: resourceOf,
		options: resource => {
			const process = stepsOf(resource);
			const detected = (guess: Guess): void =>
				onDetected?.({type: 'detected', label: resource.name, paginator: guess.type, reason: reasonOf(guess)});
			return {
				name: resource.name,
				...request(resource.endpoint, detected),
				auth: resource.endpoint.auth && authenticatorOf(resource.endpoint.auth),
				// Nothing is asked for beyond a limit.
				concurrency: optionsOf(resource.name)?.limit ? 1 : (resource.concurrency ?? 1),
				untouched: stagesOf(resource).length === 0 && !process,
				...(process && {process}),
				...(onSmaller && {onSmaller}),
				...(resource.endpoint.incremental && {incremental: incrementalOptions(resource.endpoint.incremental)}),
				...(signal && {signal}),
			};
		},
	});
	const extractions: Connection['extractions'] = (resources, optionsOf) => {
		const options = new Map(resources.map(resource => [resource.name, optionsOf(resource)] as const));
		const stages = new Map(
			resources.map(resource => [resource.name, stagesFor(resource, options.get(resource.name) ?? {})] as const),
		);
		const members = family(
			walks(
				({name}) => stages.get(name) ?? [],
				name => options.get(name),
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
			const {signal, ...rest} = options;
			const stages = stagesFor(resolved, rest);
			const counts = {};
			const own = (name: string): ExtractionOptions | undefined => (name === resolved.name ? options : undefined);
			const pages = alone(
				walks(() => stages, own, signal),
				resolved.name,
				counts,
			);
			return {source: readable(pages, rest, counts), stages};
		},
		families(resources) {
			const byRoot = new Map<string, ResolvedResource[]>();
			for (const resource of resources) {
				const root = rootOf(resource, resourceOf);
				byRoot.set(root, [...(byRoot.get(root) ?? []), resource]);
			}
			return [...byRoot.values()];
		},
		close: () => api.close(),
	};
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

function timeoutOptions({connect, headers, body_idle, total}: TimeoutConfig): NonNullable<ClientOptions['timeouts']> {
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

function request(
	{
		path,
		method,
		params,
		headers,
		json,
		data,
		data_selector: selector,
		format,
		stop_when: stopWhen,
		paginator,
		cursor_in_path: cursorInPath,
		response_actions,
	}: ResolvedEndpoint,
	onDetected?: AutoOptions['onDetected'],
): Omit<WalkOptions, 'name'> {
	const decoder = format && decoderOf(format);
	const body = bodyOf({...(json !== undefined && {json}), ...(data !== undefined && {data})});
	return {
		path,
		method,
		params,
		headers,
		paginator: cursorInPath ? inPath(paginator) : paginatorOf(paginator, onDetected),
		...(body && {body}),
		...(selector !== undefined && {selector}),
		...(decoder && {decoder}),
		...(stopWhen !== undefined && {stopWhen}),
		...(response_actions && {responseActions: response_actions.map(responseRule)}),
	};
}

function decoderOf(format: BodyFormat): Decoder | undefined {
	switch (format.type) {
		case 'json':
			return undefined;
		case 'jsonl':
			return jsonlDecoder;
		case 'csv':
			return csvDecoder(format);
		case 'xml':
			return xmlDecoder({attributePrefix: format.attribute_prefix, lists: format.lists});
		case 'auto':
			return autoDecoder;
	}
}

function paginatorOf(config: PaginatorConfig, onDetected?: AutoOptions['onDetected']): Paginator {
	switch (config.type) {
		case 'auto':
			return auto(defined({onDetected}));
		case 'single_page':
			return singlePage();
		case 'offset':
			return offset(camelCased(config));
		case 'page_number':
			return pageNumber(camelCased(config));
		case 'cursor':
			return cursor(camelCased(config));
		case 'json_link':
			return jsonLink(camelCased(config));
		case 'header_link':
			return headerLink(camelCased(config));
		case 'header_cursor':
			return headerCursor(camelCased(config));
	}
}

// A template of the path says where the cursor goes; what the schema has filled in for a parameter is not meant.
function inPath(config: PaginatorConfig): Paginator {
	if (config.type === 'header_cursor') return headerCursor({cursorKey: config.cursor_key, cursorInPath: true});
	return config.type === 'cursor' ? cursor({...camelCased(config), cursorInPath: true}) : paginatorOf(config);
}

type Camel<S extends string> = S extends `${infer Head}_${infer Tail}` ? `${Head}${Capitalize<Camel<Tail>>}` : S;
// `total_path: null` is a word of its own; any other null means "not given".
type CamelCased<T> = {[K in keyof T as Camel<K & string>]: K extends 'total_path' ? Exclude<T[K], undefined> : NonNullable<T[K]>};

function camelCased<T extends object>(config: T): Partial<CamelCased<T>> & CamelCased<Pick<T, keyof T & 'limit'>> {
	const entries = Object.entries(config).filter(
		([key, value]) => value !== undefined && (value !== null || key === 'total_path'),
	);
	return Object.fromEntries(
		entries.map(([key, value]) => [key.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase()), value]),
	) as never;
}

function declares({columns, schema_contract, nested, max_table_nesting, naming, primary_key}: ResolvedResource): boolean {
	return (
		columns.length > 0 ||
		primary_key.length > 0 ||
		[schema_contract, nested, max_table_nesting, naming].some(hint => hint !== undefined)
	);
}

// With nothing declared, and a sink without types, records go through as they came.
function stagesFor(resource: ResolvedResource, {typed = true, previous, unique = true}: ExtractionOptions): Transform[] {
	return typed || declares(resource) ? transforms(resource, previous, unique) : [];
}

function transforms(
	{table_name, columns, schema_contract, nested, max_table_nesting: maxNesting, naming, primary_key, keep}: ResolvedResource,
	previous: Previous | undefined,
	unique: boolean,
): Transform[] {
	const contract =
		schema_contract &&
		defined({columns: schema_contract.columns, dataType: schema_contract.data_type, tables: schema_contract.tables});
	const options = defined({contract, maxNesting, naming, primaryKey: primary_key.length > 0 ? primary_key : undefined});
	const schema = columns.length > 0 ? definition(columns) : undefined;
	const isTables = nested === 'tables' && maxNesting !== 0;
	// Rows of lists cannot tell which of two records with one key they belong to, so only one of these may get that far.
	const dedupes = primary_key.length > 0 && (unique || isTables);
	const unrepeated = dedupes ? [dedupe(defined({key: primary_key, keep, previous: previous?.rows}))] : [];
	if (isTables) {
		const {main, lists} = tables(schema, {...options, table: table_name, ...(previous && {previous: previous.schemas})});
		return [transform('normalize', main), ...unrepeated, transform('lists', lists)];
	}
	const known = previous?.schemas[table_name];
	// max_table_nesting: 0 is dlt's way to say that nothing nested becomes a column.
	const nesting = nested === 'flatten' && maxNesting !== 0 ? 'flatten' : 'json';
	return [normalize(schema, {...options, nested: nesting, ...(known && {previous: known})}), ...unrepeated];
}
