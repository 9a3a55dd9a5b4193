/**
 * The inheritance of resources from `resource_defaults` and `client`: only this file has these rules. It
 * reads a config before validation, which may be wrong anywhere, or after it.
 *
 *     resource_defaults: {primary_key: id, endpoint: {params: {a: 1, b: 2}}}
 *     resources: [{name: x, endpoint: {params: {b: 3}}}]
 *
 * The resource x has `primary_key: id`, whose place is `resource_defaults.primary_key`, and the params
 * `{a: 1, b: 3}`; the place of b is `resources[0].endpoint.params.b`.
 */
import {type Registry, registryOf} from '../plugins/registry.ts';
import {isSingleEntity, template} from './placeholders/braces.ts';
import {inPathOf, type ValueInPath, withoutValues} from './placeholders/cursor-in-path.ts';
import {asObject, type ConfigPath, formatPath, isPlainObject, type PlainObject} from './tree.ts';

/** A resource with all inherited keys. */
export interface Inherited {
	/** Empty if the config has no text there. */
	readonly name: string;
	/** Its keys and those of `resource_defaults`, except for `endpoint`. */
	readonly keys: PlainObject;
	readonly endpoint: PlainObject;
	/** Absent if the config has a value of another type there. */
	readonly path?: PathTemplate;
	/** The paginator of the endpoint, of a path to a single record, or of the client; or `auto`. */
	readonly paginator: unknown;
	/** Requests under way at once: the number of the client, or that of `parallelized`. */
	/** `undefined`: it is found out. */
	readonly concurrency: unknown;
	/** The place of a key of this resource, whether it has the key or not. */
	at(...path: ConfigPath): ConfigPath;
	/** The place of a value: in this resource, in `resource_defaults` or in `client`. */
	placeOf(...path: ConfigPath): ConfigPath;
	/** Whether the resource itself gives the value, which may be null. */
	isOwn(...path: ConfigPath): boolean;
}

/** A path with placeholders in single braces. */
export interface PathTemplate {
	readonly text: string;
	/** The values that the paginator puts into it: `{cursor}`. */
	readonly values: readonly ValueInPath[];
	/** Whether it ends in a placeholder, so that it leads to one record. */
	readonly isEntity: boolean;
}

/** The concurrency of `parallelized: true`: the size of dlt's thread pool. */
export const PARALLELIZED = 5;
/** The most requests at once where the number is found out: as many as a browser sends to one host. */
export const MOST_FOUND = 6;

/**
 * Requests of a client at once; `undefined`: it is found out. Where the author bounds the requests of a run,
 * none is sent that may be in vain.
 */
export function concurrencyOfClient({concurrency, max_requests}: PlainObject): unknown {
	return concurrency ?? (max_requests == null ? undefined : 1);
}

const onePage = {type: 'single_page'};

/** A value with its place. */
interface Placed {
	readonly value: unknown;
	readonly at: ConfigPath;
}

type Keys = ReadonlyMap<string, Placed>;

/** The resources of a config, in order. */
export function inherit(tree: unknown): Inherited[] {
	const config = asObject(tree);
	const {endpoint, ...defaults} = asObject(config.resource_defaults);
	const above: Above = {
		keys: keysOf(defaults, ['resource_defaults']),
		endpoint: keysOf(endpoint, ['resource_defaults', 'endpoint']),
		config,
		plugins: registryOf(config.plugins),
	};
	const resources = Array.isArray(config.resources) ? config.resources : [];
	return resources.map((item: unknown, index) => inherited(item, ['resources', index], above));
}

/** The keys that all resources of a config inherit. */
interface Above {
	readonly keys: Keys;
	readonly endpoint: Keys;
	readonly config: PlainObject;
	readonly plugins: Registry;
}

function inherited(item: unknown, at: ConfigPath, above: Above): Inherited {
	const {keys, endpoint} = written(item, at);
	const client = asObject(above.config.client);
	const merged = new Map([...above.keys, ...keys]);
	if (merged.get('naming')?.value == null && above.config.naming != null)
		merged.set('naming', {value: above.config.naming, at: ['naming']});
	const ofEndpoint = new Map([...above.endpoint, ...endpoint]);
	if (!ofEndpoint.has('auth') && client.auth !== undefined)
		ofEndpoint.set('auth', {value: client.auth, at: ['client', 'auth']});
	const parts = partsOf(above.endpoint, endpoint);
	const all = {
		...valuesOf(ofEndpoint),
		...Object.fromEntries([...parts].map(([name, part]) => [name, valuesOf(part)])),
	};
	const columns = columnsOf(above.keys.get('columns'), keys.get('columns'));
	const name = keys.get('name')?.value;
	const path = pathOf(all, name, client, above.plugins);
	const places = new Map([
		...placesOf(merged),
		...placesOf(ofEndpoint, 'endpoint'),
		...[...parts].flatMap(([part, inside]) => placesOf(inside, 'endpoint', part)),
		...[...columns].flatMap(([column, hints]) => placesOf(hints, 'columns', column)),
	]);
	const inResource = (...way: ConfigPath): ConfigPath =>
		way[0] === 'endpoint' && way.length > 1 && typeof asObject(item).endpoint === 'string'
			? [...at, 'endpoint']
			: typeof item === 'string'
				? at
				: [...at, ...way];
	const placeOf = (...way: ConfigPath): ConfigPath => {
		for (let depth = way.length; depth > 0; depth--) {
			const place = places.get(formatPath(way.slice(0, depth)));
			if (place) return [...place, ...way.slice(depth)];
		}
		return inResource(...way);
	};
	return {
		name: typeof name === 'string' ? name : '',
		keys: {
			...valuesOf(merged),
			...(merged.get('columns')?.value != null && {columns: [...columns.values()].map(valuesOf)}),
		},
		endpoint: all,
		...(path && {path}),
		paginator: all.paginator ?? (path?.isEntity ? onePage : (client.paginator ?? {type: 'auto'})),
		concurrency: concurrencyOf(merged.get('parallelized')?.value, concurrencyOfClient(client)),
		at: inResource,
		placeOf,
		isOwn: (...way) => startsWith(placeOf(...way), at) && places.has(formatPath(way)),
	};
}

// A text in place of a resource is its name, and a text in place of an endpoint its path.
function written(item: unknown, at: ConfigPath): {keys: Keys; endpoint: Keys} {
	if (typeof item === 'string') return {keys: new Map([['name', {value: item, at}]]), endpoint: new Map()};
	const {endpoint, ...keys} = asObject(item);
	const here = [...at, 'endpoint'];
	const path = {value: endpoint, at: here};
	return {
		keys: keysOf(keys, at),
		endpoint: typeof endpoint === 'string' ? new Map([['path', path]]) : keysOf(endpoint, here),
	};
}

// Params, headers, expressions and a JSON body are merged one level deep.
function partsOf(defaults: Keys, own: Keys): ReadonlyMap<string, Keys> {
	const both = (name: string): [Keys, Keys] => {
		const [theirs, mine] = [defaults.get(name), own.get(name)];
		return [keysOf(theirs?.value, theirs?.at ?? []), keysOf(mine?.value, mine?.at ?? [])];
	};
	const [theirs, mine] = both('params');
	const parts = new Map<string, Keys>([
		['params', new Map([...theirs, ...mine])],
		['headers', headersOf(...both('headers'))],
	]);
	for (const name of ['expressions', 'json']) {
		if (!isPlainObject(defaults.get(name)?.value) || !isPlainObject(own.get(name)?.value)) continue;
		const [base, mine] = both(name);
		parts.set(name, new Map([...base, ...mine]));
	}
	return parts;
}

// Headers are merged by name in any case: "X-Key" of a resource replaces "x-key" of the defaults.
function headersOf(...all: readonly Keys[]): Keys {
	const merged = new Map<string, [name: string, placed: Placed]>();
	for (const headers of all)
		for (const [name, placed] of headers) merged.set(name.toLowerCase(), [name, placed]);
	return new Map(merged.values());
}

// Columns are merged by name, and each of them by hint. `null` removes all columns of the defaults.
function columnsOf(defaults: Placed | undefined, own: Placed | undefined): ReadonlyMap<string, Keys> {
	const merged = new Map<string, Keys>();
	if (own?.value === null) return merged;
	for (const [name, hints] of [...columnKeys(defaults), ...columnKeys(own)])
		merged.set(name, new Map([...(merged.get(name) ?? []), ...hints]));
	return merged;
}

// Columns are a list, or an object by name. A column may be only its type.
function columnKeys({value, at}: Placed = {value: undefined, at: []}): [name: string, hints: Keys][] {
	const isList = Array.isArray(value);
	const entries = isList ? [...value.entries()] : Object.entries(asObject(value));
	return entries.map(([key, column]) => {
		const here = [...at, key];
		const name = isList ? asObject(column).name : key;
		const {type, ...hints} = Object.fromEntries(keysOf(column, here));
		const ofType = typeof column === 'string' ? {value: column, at: here} : type;
		const all = {...(ofType && {data_type: ofType}), ...hints, name: {value: name, at: here}};
		return [String(name), new Map(Object.entries(all))];
	});
}

function concurrencyOf(parallelized: unknown, ofClient: unknown): unknown {
	return parallelized == null ? ofClient : parallelized ? PARALLELIZED : 1;
}

function pathOf(
	{path, params, paginator}: PlainObject,
	name: unknown,
	client: PlainObject,
	plugins: Registry,
): PathTemplate | undefined {
	const given = path ?? name;
	if (typeof given !== 'string') return undefined;
	const filledIn = asObject(params);
	const text = template(given, Object.keys(filledIn));
	const values = inPathOf(text, filledIn, paginator ?? client.paginator, plugins);
	return {text, values, isEntity: isSingleEntity(withoutValues(text, values))};
}

// In a JavaScript config, `undefined` counts as missing.
function keysOf(tree: unknown, at: ConfigPath): Keys {
	const entries = Object.entries(asObject(tree)).filter(([, value]) => value !== undefined);
	return new Map(entries.map(([key, value]) => [key, {value, at: [...at, key]}]));
}

function valuesOf(keys: Keys): PlainObject {
	return Object.fromEntries([...keys].map(([key, {value}]) => [key, value]));
}

function placesOf(keys: Keys, ...inside: readonly string[]): [string, ConfigPath][] {
	return [...keys].map(([key, {at}]) => [formatPath([...inside, key]), at]);
}

function startsWith(path: ConfigPath, beginning: ConfigPath): boolean {
	return beginning.every((step, depth) => step === path[depth]);
}
