/** Makes one config of the requests in a file: a resource for each list. */
import {mapLeaves, type PlainObject} from '../../config/tree.ts';
import type {ImportedConfig, ImportedResource, LeftOutPart} from '../imported-config.ts';
import {braced} from '../imported-request.ts';
import {keyOf} from '../key.ts';
import {namesFor} from '../openapi/names.ts';
import {variable} from '../openapi/parameters.ts';
import {type PossibleParent, plainPath, resolvedPath} from '../openapi/parents.ts';
import {shapeOf} from '../openapi/schema.ts';
import {bodyPaging} from './body-paging.ts';
import type {CollectedRequest} from './collected.ts';
import {type Group, groupsOf} from './groups.ts';
import {noSpec, valuesOf} from './paging-params.ts';
import {schemaOfSample} from './schema-of-sample.ts';
import type {Secrets} from './secrets.ts';

export interface RequestsOptions {
	/** The start of the URLs to import. @default the server with the most lists */
	readonly baseUrl?: string | undefined;
	readonly leftOut: readonly LeftOutPart[];
	readonly remarks: readonly string[];
	readonly secrets: Secrets;
}

export function importRequests(
	given: readonly CollectedRequest[],
	{baseUrl, leftOut: before, remarks, secrets}: RequestsOptions,
): ImportedConfig {
	const leftOut = [...before];
	const isOpen = ({origin}: CollectedRequest): boolean => /^\$\{\w+\}$/.test(origin);
	const requests = given.map(each =>
		baseUrl !== undefined && isOpen(each) ? {...each, origin: baseUrl.replace(/\/+$/, '')} : each,
	);
	const lists = groupsOf(requests).filter(group => {
		const reason = noListReason(group);
		if (reason !== undefined) leftOut.push({name: group.first.label, reason, isNoList: true});
		return reason === undefined;
	});
	const server = baseUrl ?? commonest(lists.map(({first}) => first.origin));
	const here = lists.filter(({first}) => isUnder(first, server));
	const elsewhere = new Map<string, number>();
	for (const {first} of lists)
		if (!isUnder(first, server)) elsewhere.set(first.origin, (elsewhere.get(first.origin) ?? 0) + 1);
	for (const [origin, count] of elsewhere)
		leftOut.push({
			name: origin,
			reason:
				`another API with ${count === 1 ? 'one list' : `${count} lists`}: import it by --base-url ` +
				`${origin}`,
		});
	const prefix = commonPrefix(here.map(({path}) => path));
	const auth = commonest(here.map(({first}) => JSON.stringify(first.auth ?? null)));
	const shared = sharedHeaders(here);
	const clientAuth = asAuth(auth, secrets);
	return {
		client: {
			base_url: `${here[0]?.first.origin ?? ''}${hiddenPath(prefix, secrets)}`,
			...(Object.keys(shared).length > 0 && {headers: secrets.hidden(shared)}),
			...(clientAuth !== undefined && {auth: clientAuth}),
		},
		resources: resourcesOf(here, {prefix, auth, shared, secrets}),
		leftOut,
		remarks,
		secrets: secrets.values,
	};
}

const reading = /search|query|list|find|report|filter|graphql/i;

function noListReason({first, sample}: Group): string | undefined {
	const {method, path, body, answer} = first;
	if (method !== 'GET' && method !== 'POST') return `its method is ${method}`;
	if (answer && !sample?.isList) return 'the answer is one object, and no list';
	const isReading = reading.test(path) || (body && 'json' in body && isQuery(body.json));
	if (method === 'POST' && !answer && !isReading) return 'its method is POST, which may change data';
	if (!answer && /\/\{[^{}]*\}\/?$/.test(path)) return 'its path is that of one row';
	return undefined;
}

function isQuery(json: unknown): boolean {
	const {query} = (json ?? {}) as {query?: unknown};
	return typeof query === 'string' && !/^\s*mutation\b/.test(query);
}

function isUnder({origin, path}: CollectedRequest, server: string): boolean {
	const url = `${origin}${path}`;
	return origin === server || url === server || url.startsWith(`${server.replace(/\/+$/, '')}/`);
}

function commonest(words: readonly string[]): string {
	const counts = new Map<string, number>();
	for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
	return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? '';
}

/** The steps that all paths begin with, without the last step of any. */
function commonPrefix(paths: readonly string[]): string {
	const [first = [], ...others] = paths.map(path => path.split('/').slice(0, -1));
	let length = first.findIndex((step, i) => step.includes('{') || others.some(each => each[i] !== step));
	if (length < 0) length = first.length;
	return first.slice(0, length).join('/');
}

function sharedHeaders(groups: readonly Group[]): Record<string, string> {
	const [first, ...others] = groups.map(group => group.first.headers);
	const common = (first ?? []).filter(([name, value]) =>
		others.every(each => each.some(header => header[0] === name && header[1] === value)),
	);
	return Object.fromEntries(common);
}

function asAuth(text: string, secrets: Secrets): unknown {
	const auth = (text === '' ? null : JSON.parse(text)) as PlainObject | null;
	if (!auth) return undefined;
	// Many APIs take their key as the name of a user without a password.
	const isUserSecret = auth.password === '';
	return Object.fromEntries(
		Object.entries(auth).map(([key, value]) => {
			const isSecret =
				/token$|^password|secret|api_key|^key$/.test(key) || (isUserSecret && key === 'username');
			if (!isSecret || typeof value !== 'string' || value === '' || value.includes('${')) return [key, value];
			return [key, secrets.reference(key, value)];
		}),
	);
}

interface Common {
	readonly prefix: string;
	readonly auth: string;
	readonly shared: Readonly<Record<string, string>>;
	readonly secrets: Secrets;
}

function resourcesOf(groups: readonly Group[], common: Common): ImportedResource[] {
	const paths = uniquePaths(groups);
	const names = namesFor(paths);
	const named = groups.map((group, i) => ({group, name: names.get(paths[i] ?? '') ?? 'rows'}));
	const parents = new Map<string, PossibleParent>();
	for (const {group, name} of named) {
		const {sample, path} = group;
		const row = sample && shapeOf(noSpec, (schemaOfSample([...sample.rows]) as PlainObject).items);
		const key = sample && keyOf(sample.rows, name)?.column;
		parents.set(plainPath(path), {name, path, row, key});
	}
	return named.map(({group, name}) => resourceOf(group, name, parents, common));
}

// Requests of several kinds may go to one path, as those of GraphQL do.
function uniquePaths(groups: readonly Group[]): string[] {
	const paths: string[] = [];
	for (const {path, first} of groups) {
		const {body} = first;
		const query = body && 'json' in body && (body.json as PlainObject | null)?.query;
		const field = typeof query === 'string' ? /\{\s*(\w+)/.exec(query)?.[1] : undefined;
		const own = field === undefined ? path : `${path}/${field}`;
		paths.push(paths.includes(own) ? `${own}/${paths.length + 1}` : own);
	}
	return paths;
}

function resourceOf(
	{first, requests, sample, path, pathValues}: Group,
	name: string,
	parents: ReadonlyMap<string, PossibleParent>,
	{prefix, auth, shared, secrets}: Common,
): ImportedResource {
	const remarks = [...new Set(requests.flatMap(({notes}) => notes))];
	const values = valuesOf(requests.map(({params}) => params));
	const bodies = [first, ...requests].flatMap(({body}) => (body && 'json' in body ? [body.json] : []));
	const {paging, json} = bodyPaging(bodies, {values, answer: first.answer, sample});
	remarks.push(...paging.remarks);
	const params: Record<string, unknown> = {};
	for (const [param, value] of first.params) {
		if (paging.names.has(param)) continue;
		const before = params[param];
		params[param] = before === undefined ? value : [before, value].flat();
		const others = (values.get(param) ?? []).filter(other => other !== value);
		if (others.length > 0 && before === undefined)
			remarks.push(
				`a choice: ${param} is ${secrets.hiddenText(param, value)}, and other requests differ in it`,
			);
	}
	const resolved = resolvedPath(path, parents, knownValues(pathValues), remarks).path;
	const headers = Object.fromEntries(first.headers.filter(([header, value]) => shared[header] !== value));
	const own = JSON.stringify(first.auth ?? null);
	const key = sample && keyOf(sample.rows, name)?.column;
	const {body} = first;
	const asked = {...(mapLeaves(params, bracedLeaf) as PlainObject), ...paging.params};
	return {
		remarks,
		resource: {
			name,
			...(key !== undefined && {primary_key: key}),
			write_disposition: 'replace',
			endpoint: {
				path: hiddenPath(resolved.slice(prefix.length).replace(/^\//, ''), secrets),
				...((first.method !== 'GET' || body) && {method: first.method}),
				...(Object.keys(asked).length > 0 && {params: secrets.hidden(asked)}),
				...(body && 'json' in body && {json: secrets.hidden(mapLeaves(json, bracedLeaf))}),
				...(body && 'data' in body && {data: dataOf(body.data, secrets)}),
				...(Object.keys(headers).length > 0 && {headers: secrets.hidden(headers)}),
				...(own !== auth && {auth: asAuth(own, secrets) ?? null}),
				...(sample && {data_selector: sample.selector}),
				...(paging.paginator !== undefined && {paginator: paging.paginator}),
			},
		},
	};
}

function knownValues(values: Readonly<Record<string, string>>): Record<string, string> {
	return Object.fromEntries(
		Object.entries(values).map(([name, value]) => [name, value === '' ? variable(name) : value]),
	);
}

// A token may be a step of the path.
function hiddenPath(path: string, secrets: Secrets): string {
	return path
		.split('/')
		.map(step => (step.includes('{') ? step : secrets.hiddenText('path_part', step)))
		.join('/');
}

function dataOf(data: string | readonly (readonly [string, string])[], secrets: Secrets): unknown {
	if (typeof data === 'string') return bracedLeaf(data);
	const names = new Set(data.map(([name]) => name));
	const pairs = data.map(([name, value]) => [name, secrets.hiddenText(name, braced(value))] as const);
	return names.size === data.length ? Object.fromEntries(pairs) : pairs;
}

function bracedLeaf(leaf: unknown): unknown {
	return typeof leaf === 'string' ? braced(leaf) : leaf;
}
