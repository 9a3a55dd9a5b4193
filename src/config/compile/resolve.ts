/**
 * Each resource with its defaults merged in, every rule of precedence applied: what is left is to build it.
 */
import type {JsonValue} from '../../core/json/json.ts';
import {own} from '../../core/own.ts';
import {segments} from '../../http/url.ts';
import {registryOf} from '../../plugins/registry.ts';
import {doubled, fill, fillSome, isSingleEntity, placeholders, template} from '../placeholders/braces.ts';
import {inNextPathOf, inPathOf, type ValueInPath, withoutValues} from '../placeholders/cursor-in-path.ts';
import {isReference} from '../placeholders/reference.ts';
import type {Auth} from '../schema/auth.ts';
import type {ColumnHints} from '../schema/column.ts';
import type {Config, Endpoint, Resource} from '../schema/config.ts';
import type {BodyFormat, RowsFromConfig} from '../schema/decoder.ts';
import type {IncrementalConfig} from '../schema/incremental.ts';
import type {PaginatorConfig} from '../schema/paginator.ts';
import type {ResponseActionConfig} from '../schema/response-action.ts';
import type {SyncConfig} from '../schema/sync.ts';
import {defined, eachText, isPlainObject, mapLeaves, present} from '../tree.ts';
import {concurrencyOf, type Relation, relationOf} from './relation.ts';

export type ParamValue = string | number | boolean | readonly (string | number | boolean | null)[];

export interface ResolvedEndpoint {
	/**
	 * Placeholders are filled in, and literal braces single, but for the endpoint of a relation: it is a
	 * template.
	 */
	readonly path: string;
	readonly method: string;
	/** Without those that the path took, and without null. */
	readonly params: {readonly [name: string]: ParamValue};
	readonly json?: JsonValue;
	readonly data?: NonNullable<Endpoint['data']>;
	/** To be laid over those of the client. */
	readonly headers: {readonly [name: string]: string};
	readonly paginator: PaginatorConfig;
	/** Where the paginator puts values into the path: `{cursor}`. */
	readonly values_in_path?: readonly ValueInPath[];
	/** Absent: to be found out from the first response. */
	readonly data_selector?: string;
	/** It follows from the path, whose last segment is a placeholder. */
	readonly is_selector_implied?: true;
	readonly error_path?: string | null;
	readonly ready_path?: string;
	readonly missing_rows?: 'fail' | 'empty';
	readonly stop_when?: string;
	/** Absent: json. */
	readonly format?: BodyFormat;
	readonly encoding?: string;
	readonly non_finite?: 'as_null' | 'as_text';
	readonly rows?: RowsFromConfig;
	/** The very object of the config, so that resources with the same auth can share its token. `null`: none. */
	readonly auth: Auth | null;
	readonly response_actions?: readonly ResponseActionConfig[];
	readonly sync?: SyncConfig;
	/** With it, the endpoint is a template too. */
	readonly incremental?: IncrementalConfig;
}

export type Shared = Omit<Resource, 'name' | 'endpoint'>;

export interface ResolvedResource {
	readonly name: string;
	readonly table_name: string;
	readonly endpoint: ResolvedEndpoint;
	readonly primary_key: readonly string[];
	/** Absent: a merge goes by `primary_key` alone. */
	readonly merge_key?: readonly string[];
	readonly write_disposition: 'append' | 'replace' | 'merge';
	readonly columns: readonly ColumnHints[];
	/** Of a resource that is read once for each row of a parent, or each value of a list. */
	readonly relation?: Relation;
	readonly selected: boolean;
	/** Requests under way at once: pages ahead, and partitions. Absent: one. */
	readonly concurrency?: number;
	readonly schema_contract?: NonNullable<Shared['schema_contract']>;
	readonly max_table_nesting?: number;
	readonly nested?: NonNullable<Shared['nested']>;
	readonly naming?: NonNullable<Shared['naming']>;
	readonly keep?: NonNullable<Shared['keep']>;
	/** Absent: false. */
	readonly allow_empty?: boolean;
	readonly partition_by?: NonNullable<Shared['partition_by']>;
	readonly processing_steps?: NonNullable<Shared['processing_steps']>;
}

/**
 * The resource wins over `resource_defaults`, and `null` in it takes a default away. `endpoint` is merged key
 * by key; inside it `params`, `json` and `headers` one level deep; `columns` per column and per hint.
 */
export function resolveResources(config: Config): ResolvedResource[] {
	const {endpoint: endpointDefaults, ...defaults} = config.resource_defaults ?? {};
	return config.resources.map(item => {
		const {name, endpoint, ...own}: Resource = item;
		const merged: Shared = {...defaults, ...defined(own)};
		const optional = {
			schema_contract: merged.schema_contract,
			max_table_nesting: merged.max_table_nesting,
			nested: merged.nested,
			naming: merged.naming ?? config.naming,
			keep: merged.keep,
			allow_empty: merged.allow_empty,
			partition_by: merged.partition_by,
			processing_steps: merged.processing_steps,
		};
		const columns = mergeColumns(defaults.columns ?? [], own.columns);
		const hinted = columns.filter(column => column.merge_key === true).map(column => column.name);
		const mergeKey = [...new Set([...(merged.merge_key ?? []), ...hinted])];
		const merge = mergeEndpoints(endpointDefaults ?? {}, endpoint ?? {});
		const {isTemplate, ...resolved} = resolveEndpoint(name, merge, config);
		const concurrency = concurrencyOf(merged, config.client.concurrency);
		const relation = isTemplate ? relationOf(resolved, merged) : undefined;
		return {
			name,
			table_name: merged.table_name ?? name,
			endpoint: resolved,
			...(relation && {relation}),
			...(concurrency > 1 && {concurrency}),
			primary_key: merged.primary_key ?? [],
			...(mergeKey.length > 0 && {merge_key: mergeKey}),
			write_disposition: merged.write_disposition ?? 'append',
			columns,
			selected: merged.selected ?? true,
			...present(optional),
		};
	});
}

function mergeEndpoints(defaults: Endpoint, own: Endpoint): Endpoint {
	const {json} = own;
	return {
		...defaults,
		...defined(own),
		params: {...defaults.params, ...own.params},
		headers: mergeHeaders(defaults.headers, own.headers),
		...(isPlainObject(defaults.json) && isPlainObject(json) && {json: {...defaults.json, ...json}}),
	};
}

// By name in any case: "X-Key" of a resource replaces "x-key" of the defaults.
function mergeHeaders(...all: Endpoint['headers'][]): {[name: string]: string | null} {
	const merged = new Map<string, [name: string, value: string | null]>();
	for (const headers of all)
		for (const [name, value] of Object.entries(headers ?? {})) merged.set(name.toLowerCase(), [name, value]);
	return Object.fromEntries(merged.values());
}

function mergeColumns(
	defaults: readonly ColumnHints[],
	own: readonly ColumnHints[] | null | undefined,
): ColumnHints[] {
	if (own === null) return [];
	const merged = new Map(defaults.map(column => [column.name, column]));
	for (const column of own ?? []) merged.set(column.name, {...merged.get(column.name), ...column});
	return [...merged.values()];
}

function resolveEndpoint(
	name: string,
	written: Endpoint,
	{client, plugins: given}: Pick<Config, 'client' | 'plugins'>,
): ResolvedEndpoint & {isTemplate: boolean} {
	const plugins = registryOf(given);
	const endpoint = templates(written);
	const path = template(endpoint.path ?? name, Object.keys(endpoint.params ?? {}));
	const inPath = new Set(placeholders(path));
	const incremental = incrementalOf(endpoint);
	const all = {...endpoint.params, ...(incremental && rangeParams(incremental))};
	const params = withoutNull(Object.fromEntries(Object.entries(all).filter(([key]) => !inPath.has(key))));
	const filled = fillSome(path, key => literalInPath(own(all, key)));
	const isTemplate =
		incremental !== undefined ||
		hasReference([filled, params, endpoint.headers, endpoint.json, endpoint.data]);
	const literal = isTemplate ? <T>(tree: T): T => tree : single;
	const taken = inPathOf(path, endpoint.params ?? {}, endpoint.paginator ?? client.paginator, plugins);
	const isEntity = isSingleEntity(withoutValues(path, taken));
	const selector = endpoint.data_selector ?? (isEntity ? '$' : undefined);
	const paginator =
		endpoint.paginator ?? (isEntity ? {type: 'single_page'} : (client.paginator ?? {type: 'auto'}));
	const next = inNextPathOf(paginator, plugins);
	const inPaths = next.length > 0 ? next : taken;
	return {
		isTemplate,
		path: literal(filled),
		method: endpoint.method ?? 'GET',
		params: literal(params as {[name: string]: ParamValue}),
		headers: literal(withoutNull(endpoint.headers ?? {})),
		...(endpoint.json != null && {json: literal(endpoint.json)}),
		...(endpoint.data != null && {data: literal(endpoint.data)}),
		paginator,
		...(selector !== undefined && {data_selector: selector}),
		...(isEntity && endpoint.data_selector == null && {is_selector_implied: true as const}),
		...(endpoint.error_path !== undefined && {error_path: endpoint.error_path}),
		...(endpoint.ready_path != null && {ready_path: endpoint.ready_path}),
		...(endpoint.missing_rows != null && {missing_rows: endpoint.missing_rows}),
		...(endpoint.stop_when != null && {stop_when: endpoint.stop_when}),
		...(endpoint.format != null && {format: endpoint.format}),
		...(endpoint.encoding != null && {encoding: endpoint.encoding}),
		...(endpoint.non_finite != null && {non_finite: endpoint.non_finite}),
		...(endpoint.rows != null && {rows: endpoint.rows}),
		auth: endpoint.auth === undefined ? (client.auth ?? null) : endpoint.auth,
		...(inPaths.length > 0 && {values_in_path: inPaths}),
		...(endpoint.response_actions != null && {response_actions: endpoint.response_actions}),
		...(endpoint.sync != null && {sync: endpoint.sync}),
		...(incremental && {incremental}),
	};
}

// dlt's older way is a parameter that says it all.
function incrementalOf({incremental, params}: Endpoint): IncrementalConfig | undefined {
	if (incremental) return incremental;
	for (const [name, value] of Object.entries(params ?? {})) {
		if (!isPlainObject(value) || value.type !== 'incremental') continue;
		const {type: _, ...rest} = value;
		return {...rest, start_param: name} as IncrementalConfig;
	}
	return undefined;
}

function rangeParams({start_param, end_param}: IncrementalConfig): {[name: string]: string} {
	return {
		...(start_param != null && {[start_param]: '{incremental.start_value}'}),
		...(end_param != null && {[end_param]: '{incremental.end_value}'}),
	};
}

function templates(endpoint: Endpoint): Endpoint {
	const {params, headers, json, data} = endpoint;
	const spelled = <T>(tree: T): T =>
		mapLeaves(tree, leaf => (typeof leaf === 'string' ? template(leaf) : leaf)) as T;
	return {
		...endpoint,
		...defined({
			params: spelled(params),
			headers: spelled(headers),
			json: spelled(json),
			data: spelled(data),
		}),
	};
}

// A value of the config's author may span segments; whatever else would change the URL is encoded.
function literalInPath(value: unknown): string | undefined {
	// dlt's older way to refer to a parent; in the end it is the same.
	if (typeof value === 'string' && /^\{incremental\.\w+\}$/.test(value)) return value;
	if (isPlainObject(value)) return `{resources.${String(value.resource)}.${String(value.field)}}`;
	return value == null ? undefined : doubled(segments(String(value)));
}

function hasReference(tree: unknown): boolean {
	let found = false;
	eachText(tree, text => {
		found ||= placeholders(text).some(isReference);
	});
	return found;
}

function single<T>(tree: T): T {
	return mapLeaves(tree, leaf => (typeof leaf === 'string' ? fill(leaf) : leaf)) as T;
}

function withoutNull<T>(value: {readonly [key: string]: T}): {[key: string]: Exclude<T, null>} {
	return present(value) as {[key: string]: Exclude<T, null>};
}
