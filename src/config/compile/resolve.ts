/** Resolves each resource: with all inherited keys, and its request as one template. */
import type {JsonValue} from '../../core/json/json.ts';
import {ownValue} from '../../core/own.ts';
import {segments} from '../../http/url.ts';
import {type Registry, registryOf} from '../../plugins/registry.ts';
import type {Auth} from '../auth/fields.ts';
import type {BodyFormat, RowsFromConfig} from '../endpoint/body-format.ts';
import {pageNamesOf} from '../endpoint/expressions.ts';
import type {Endpoint} from '../endpoint/fields.ts';
import type {PaginatorConfig} from '../endpoint/paginator-fields.ts';
import type {ResponseActionConfig} from '../endpoint/response-actions.ts';
import type {IncrementalConfig} from '../incremental/fields.ts';
import type {SyncConfig} from '../incremental/sync.ts';
import {type Inherited, inherit, type PathTemplate} from '../inherit.ts';
import type {ResourceTarget} from '../output/resource-target.ts';
import {doubled, fill, fillSome, placeholders, template} from '../placeholders/braces.ts';
import {
	inNextPathOf,
	isSentElsewhere,
	pageNamesIn,
	type ValueInPath,
	valuesFor,
} from '../placeholders/cursor-in-path.ts';
import {isExpressionName} from '../placeholders/expression-name.ts';
import {isReference} from '../placeholders/reference.ts';
import {type Relation, relationOf} from '../relations/relation.ts';
import type {ColumnHints} from '../schema/column.ts';
import type {Config, Resource} from '../schema/config.ts';
import {eachText, isPlainObject, mapLeaves, withoutNulls, withoutUndefined} from '../tree.ts';

export type ParamValue = string | number | boolean | readonly (string | number | boolean | null)[];

export interface ResolvedEndpoint {
	/**
	 * Its placeholders are filled in, and literal braces are single; except for the endpoint of a relation,
	 * which is a template.
	 */
	readonly path: string;
	readonly method: string;
	/** The parameters without null, and without those in the path. */
	readonly params: {readonly [name: string]: ParamValue};
	/** Expressions by their names: `{expressions.x}`. */
	readonly expressions?: {readonly [name: string]: string};
	readonly json?: JsonValue;
	readonly data?: NonNullable<Endpoint['data']>;
	/** Headers that replace those of the client. */
	readonly headers: {readonly [name: string]: string};
	readonly paginator: PaginatorConfig;
	/** The values of the paginator in the request: `{cursor}`. */
	readonly values_in_path?: readonly ValueInPath[];
	/** Absent if it has to be detected from the first response. */
	readonly data_selector?: string;
	/** Set if it follows from the path, whose last segment is a placeholder. */
	readonly is_selector_implied?: true;
	readonly error_path?: string | null;
	readonly ready_path?: string;
	readonly missing_rows?: 'fail' | 'empty';
	readonly stop_when?: string;
	/** Absent for json. */
	readonly format?: BodyFormat;
	readonly encoding?: string;
	readonly non_finite?: 'as_null' | 'as_text';
	readonly rows?: RowsFromConfig;
	/**
	 * The same object as in the config, so that resources with the same auth can share its token. `null` for
	 * none.
	 */
	readonly auth: Auth | null;
	readonly response_actions?: readonly ResponseActionConfig[];
	readonly sync?: SyncConfig;
	/** With it, the endpoint is also a template. */
	readonly incremental?: IncrementalConfig;
}

export type Shared = Omit<Resource, 'name' | 'endpoint'>;

export interface ResolvedResource {
	readonly name: string;
	readonly table_name: string;
	readonly endpoint: ResolvedEndpoint;
	readonly primary_key: readonly string[];
	/** Absent if a merge uses `primary_key` alone. */
	readonly merge_key?: readonly string[];
	readonly write_disposition: 'append' | 'replace' | 'merge';
	readonly columns: readonly ColumnHints[];
	/** Set for a resource that is read once for each row of a parent, or each value of a list. */
	readonly relation?: Relation;
	readonly selected: boolean;
	/** Requests under way at once: pages ahead, and partitions. Absent where it is found out. */
	readonly concurrency?: number;
	readonly schema_contract?: NonNullable<Shared['schema_contract']>;
	readonly max_table_nesting?: number;
	readonly nested?: NonNullable<Shared['nested']>;
	readonly naming?: NonNullable<Shared['naming']>;
	readonly keep?: NonNullable<Shared['keep']>;
	/** Absent for false. */
	readonly allow_empty?: boolean;
	readonly partition_by?: NonNullable<Shared['partition_by']>;
	readonly processing_steps?: NonNullable<Shared['processing_steps']>;
	/** Where its dataset is; absent for the place of the config. */
	readonly target?: ResourceTarget;
}

/** Each resource of a config, with the keys that `inherit()` returns for it. */
export function resolveResources(config: Config): ResolvedResource[] {
	const plugins = registryOf(config.plugins);
	return inherit(config).map(each => resolved(each, plugins));
}

function resolved(inherited: Inherited, plugins: Registry): ResolvedResource {
	const {name, paginator, path = {text: name, values: [], isEntity: false}} = inherited;
	// The schema has validated them.
	const keys = inherited.keys as Shared;
	const concurrency = inherited.concurrency as number | undefined;
	const {isTemplate, ...endpoint} = resolveEndpoint(
		templates(inherited.endpoint as Endpoint),
		paginator as PaginatorConfig,
		path,
		plugins,
	);
	const columns = keys.columns ?? [];
	const hinted = columns.filter(column => column.merge_key === true).map(column => column.name);
	const mergeKey = [...new Set([...(keys.merge_key ?? []), ...hinted])];
	const relation = isTemplate ? relationOf(endpoint, keys) : undefined;
	return {
		name,
		table_name: keys.table_name ?? name,
		endpoint,
		...(relation && {relation}),
		...(concurrency !== undefined && {concurrency}),
		primary_key: keys.primary_key ?? [],
		...(mergeKey.length > 0 && {merge_key: mergeKey}),
		write_disposition: keys.write_disposition ?? 'append',
		columns,
		selected: keys.selected ?? true,
		...withoutNulls({
			schema_contract: keys.schema_contract,
			max_table_nesting: keys.max_table_nesting,
			nested: keys.nested,
			naming: keys.naming,
			keep: keys.keep,
			allow_empty: keys.allow_empty,
			partition_by: keys.partition_by,
			processing_steps: keys.processing_steps,
			target: keys.target,
		}),
	};
}

function resolveEndpoint(
	endpoint: Endpoint,
	paginator: PaginatorConfig,
	{text: path, values, isEntity}: PathTemplate,
	plugins: Registry,
): ResolvedEndpoint & {isTemplate: boolean} {
	const inPath = new Set(placeholders(path));
	const incremental = incrementalOf(endpoint);
	const all = {...endpoint.params, ...(incremental && rangeParams(incremental))};
	const params = withoutNull(Object.fromEntries(Object.entries(all).filter(([key]) => !inPath.has(key))));
	const filled = fillSome(path, key => literalInPath(ownValue(all, key)));
	const isTemplate =
		incremental !== undefined ||
		hasReference([filled, params, endpoint.headers, endpoint.json, endpoint.data]) ||
		pageNamesIn({...endpoint, params}).length > 0;
	const literal = isTemplate ? <T>(tree: T): T => tree : single;
	const selector = endpoint.data_selector ?? (isEntity ? '$' : undefined);
	const next = inNextPathOf(paginator, plugins);
	const ofPages = [...(next.length > 0 ? next : values), ...inRequest(endpoint, paginator, plugins)];
	return {
		isTemplate,
		path: literal(filled),
		method: endpoint.method ?? 'GET',
		params: literal(params as {[name: string]: ParamValue}),
		headers: literal(withoutNull(endpoint.headers ?? {})),
		...(endpoint.expressions != null && {expressions: endpoint.expressions}),
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
		auth: endpoint.auth ?? null,
		...(ofPages.length > 0 && {values_in_path: ofPages}),
		...(endpoint.response_actions != null && {response_actions: endpoint.response_actions}),
		...(endpoint.sync != null && {sync: endpoint.sync}),
		...(incremental && {incremental}),
	};
}

// A value that an expression reads is also sent where the paginator has another place for it than by default.
function inRequest(endpoint: Endpoint, paginator: PaginatorConfig, plugins: Registry): ValueInPath[] {
	const named = valuesFor(pageNamesIn(endpoint), paginator, plugins);
	const read = valuesFor(
		Object.values(endpoint.expressions ?? {}).flatMap(pageNamesOf),
		paginator,
		plugins,
	).filter(value => !isSentElsewhere(paginator, value, plugins));
	return [...named, ...read];
}

// In dlt's older form, one parameter holds the whole of `incremental`.
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
		...withoutUndefined({
			params: spelled(params),
			headers: spelled(headers),
			json: spelled(json),
			data: spelled(data),
		}),
	};
}

// A value of the config's author may span segments; other characters that would change the URL are encoded.
function literalInPath(value: unknown): string | undefined {
	// dlt's older form of a reference to a parent gets the same result.
	if (typeof value === 'string' && /^\{incremental\.\w+\}$/.test(value)) return value;
	if (isPlainObject(value)) return `{resources.${String(value.resource)}.${String(value.field)}}`;
	return value == null ? undefined : doubled(segments(String(value)));
}

function hasReference(tree: unknown): boolean {
	let found = false;
	eachText(tree, text => {
		found ||= placeholders(text).some(name => isReference(name) || isExpressionName(name));
	});
	return found;
}

function single<T>(tree: T): T {
	return mapLeaves(tree, leaf => (typeof leaf === 'string' ? fill(leaf) : leaf)) as T;
}

function withoutNull<T>(value: {readonly [key: string]: T}): {[key: string]: Exclude<T, null>} {
	return withoutNulls(value) as {[key: string]: Exclude<T, null>};
}
