/** Config to API objects: the only place that knows both dlt's snake_case and our camelCase. */
import type {Readable, Transform} from 'node:stream';
import {dedupe} from '../../transforms/dedupe.ts';
import {type NormalizeOptions, normalize} from '../../transforms/normalize.ts';
import {ConfigError} from '../core/errors.ts';
import type {JsonValue} from '../core/json.ts';
import type {Schema} from '../core/schema.ts';
import {type Authenticator, apiKey, basic, bearer, oauth2ClientCredentials} from '../http/auth.ts';
import {type Client, type ClientEvent, client} from '../http/client.ts';
import type {RequestBody} from '../http/request.ts';
import type {RetryOptions} from '../http/retry.ts';
import type {Paginator} from '../resource/paginator.ts';
import {auto} from '../resource/paginators/auto.ts';
import {cursor} from '../resource/paginators/cursor.ts';
import {headerCursor} from '../resource/paginators/header-cursor.ts';
import {headerLink, jsonLink} from '../resource/paginators/link.ts';
import {offset} from '../resource/paginators/offset.ts';
import {pageNumber} from '../resource/paginators/page-number.ts';
import {singlePage} from '../resource/paginators/single-page.ts';
import {type ResourceOptions, resource} from '../resource/resource.ts';
import {unescapeBraces} from '../resource/template.ts';
import type {ResolvedResource} from './resolve.ts';
import type {AuthConfig, Config, PaginatorConfig} from './schema.ts';

/** A config's client, and what makes pages with it. */
export interface Connection {
	readonly client: Client;
	/** The source of a resource and the transforms its config asks for; a sink is all that is missing. */
	extraction(resource: ResolvedResource, options: ExtractionOptions): Extraction;
	close(): Promise<void>;
}

export type ExtractionOptions = Pick<ResourceOptions, 'signal' | 'limit' | 'cursor'>;

export interface Extraction {
	readonly source: Readable;
	readonly stages: readonly Transform[];
}

export interface ConnectionOptions {
	readonly onEvent?: (event: ClientEvent) => void;
	/** @internal Replaces the clock's sleep in tests. */
	readonly sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
}

export function compileClient(config: Config, {onEvent, sleep}: ConnectionOptions = {}): Connection {
	const {base_url: baseUrl, headers, auth, retry, timeouts} = config.client;
	const authenticator = auth ? authenticatorOf(auth) : undefined;
	// Resources that name the same credentials share the authenticator, and so its token.
	const shared = new Map<string, Authenticator>();
	const api = client({
		baseUrl,
		...(headers && {headers}),
		...(authenticator && {auth: authenticator}),
		...(retry && {retry: retryOf(retry)}),
		...(timeouts && {timeouts: timeoutsOf(timeouts)}),
		...(onEvent && {onEvent}),
		...(sleep && {sleep}),
	});
	const own = (endpointAuth: AuthConfig | null | undefined): Pick<ResourceOptions, 'auth'> => {
		if (endpointAuth === undefined) return {};
		if (endpointAuth === null) return {auth: null};
		const key = JSON.stringify(endpointAuth);
		const found = shared.get(key) ?? authenticatorOf(endpointAuth);
		shared.set(key, found);
		return {auth: found};
	};
	return {
		client: api,
		extraction: (resolved, options) => ({
			source: resource(api, {...resourceOptions(resolved), ...own(resolved.endpoint.auth), ...options}),
			stages: transformsOf(resolved),
		}),
		close: () => api.close(),
	};
}

function resourceOptions({name, endpoint}: ResolvedResource): ResourceOptions {
	const {path, method, params, headers, data_selector: selector, paginator} = endpoint;
	const body = bodyOf(endpoint);
	return {
		name,
		path,
		method,
		params: unescaped(params ?? {}) as NonNullable<ResourceOptions['params']>,
		headers: unescaped(headers ?? {}) as Record<string, string>,
		paginator: paginatorOf(paginator),
		...(body && {body}),
		...(selector !== undefined && selector !== null && {selector}),
	};
}

function bodyOf({json, data}: ResolvedResource['endpoint']): RequestBody | undefined {
	if (json !== undefined && json !== null) return {json: unescaped(json as JsonValue)};
	if (data === undefined || data === null) return undefined;
	if (typeof data === 'string') return {raw: unescapeBraces(data)};
	const pairs = Array.isArray(data) ? data : Object.entries(data);
	return {form: pairs.map(([name, value]) => [unescapeBraces(String(name)), unescapeBraces(String(value))] as const)};
}

function unescaped(value: JsonValue): JsonValue {
	if (typeof value === 'string') return unescapeBraces(value);
	if (Array.isArray(value)) return value.map(unescaped);
	if (value === null || typeof value !== 'object') return value;
	return Object.fromEntries(Object.entries(value).map(([key, item]) => [unescapeBraces(key), unescaped(item)]));
}

function transformsOf(resolved: ResolvedResource): Transform[] {
	const {columns, contract, nested, maxNesting, naming, primaryKey, keep} = resolved;
	const options: NormalizeOptions = {
		...(contract && {contract}),
		...(nested && {nested}),
		...(maxNesting !== undefined && {maxNesting}),
		...(naming && {naming}),
		...(primaryKey.length > 0 && {primaryKey}),
	};
	const stages = [normalize(columns as Schema | undefined, options)];
	if (primaryKey.length > 0) stages.push(dedupe({key: primaryKey, ...(keep && {keep})}));
	return stages;
}
