/**
 * What the schema cannot say because it takes several parts of the config: names are unique, placeholders
 * have values, merge has a key. Looks at the raw tree, which may be wrong anywhere, so that these problems
 * are reported along with all others.
 */

import {type Registry, registryOf} from '../../plugins/registry.ts';
import type {Finding} from '../finding.ts';
import {fill, hasLoneBrace, likelyRoot, placeholders, template} from '../placeholders/braces.ts';
import {inNextPathOf, inPathOf, otherPlace, paginatorsFor} from '../placeholders/cursor-in-path.ts';
import {onlyPlaceholder} from '../placeholders/in-path.ts';
import {isRangeName} from '../placeholders/range.ts';
import {isReference} from '../placeholders/reference.ts';
import {userProblem} from '../schema/object.ts';
import {asObject, type ConfigPath, eachText, type PlainObject, valueAt} from '../tree.ts';
import {checkAdded} from './added.ts';
import {checkHeaders} from './headers.ts';
import {checkIncremental} from './incremental.ts';
import {checkOverlap} from './overlap.ts';
import {checkPlugins} from './plugins.ts';
import {checkRelations} from './relations.ts';
import {checkResponseActions} from './response-actions.ts';
import {checkSync} from './sync.ts';

export function check(tree: unknown): Finding[] {
	const config = asObject(tree);
	const defaults = asObject(config.resource_defaults);
	const resources = Array.isArray(config.resources) ? config.resources : [];
	const names = new Map<string, number>();
	const plugins = registryOf(config.plugins);
	const found = requestTexts(defaults.endpoint, ['resource_defaults', 'endpoint']);
	for (const [index, item] of resources.entries()) {
		const resource: PlainObject = typeof item === 'string' ? {name: item} : asObject(item);
		const at: ConfigPath = ['resources', index];
		found.push(
			...uniqueName(resource, typeof item === 'string' ? at : [...at, 'name'], index, names),
			...path(resource, {defaults, client: asObject(config.client), plugins}, at),
			...oneBody(resource, defaults, at),
			...noSelector(resource, defaults, at),
			...mergeKey(resource, defaults, at),
			...keepOfMerge(resource, defaults, at),
			...keepOfTables(resource, defaults, at),
			...requestTexts(resource.endpoint, [...at, 'endpoint']),
		);
	}
	return [
		...found,
		...checkPlugins(config.plugins),
		...lostKeys(tree),
		...checkHeaders(config),
		...checkRelations(resources, defaults),
		...checkIncremental(resources, defaults),
		...checkAdded(resources, defaults),
		...checkResponseActions(resources, {defaults, client: asObject(config.client)}),
		...checkSync(resources, defaults, asObject(config.client)),
		...checkOverlap(resources, defaults, asObject(config.client)),
	];
}

// Zod leaves such a key out of what it returns, without a word.
function lostKeys(tree: unknown, at: ConfigPath = []): Finding[] {
	if (Array.isArray(tree)) return tree.flatMap((item, index) => lostKeys(item, [...at, index]));
	return Object.entries(asObject(tree)).flatMap(([key, item]) => {
		const path = [...at, key];
		if (key !== '__proto__') return lostKeys(item, path);
		const advice = at.includes('columns')
			? 'write the columns as a list: {name: __proto__, …}'
			: 'choose another name';
		return [{path, message: `a key cannot be called __proto__ here; ${advice}`, atKey: true}];
	});
}

function uniqueName(
	{name}: PlainObject,
	at: ConfigPath,
	index: number,
	names: Map<string, number>,
): Finding[] {
	if (typeof name !== 'string') return [];
	const first = names.get(name);
	if (first !== undefined)
		return [{path: at, message: `resources[${first}] has the name ${JSON.stringify(name)} already`}];
	names.set(name, index);
	return [];
}

function path(
	resource: PlainObject,
	{defaults, client, plugins}: {defaults: PlainObject; client: PlainObject; plugins: Registry},
	at: ConfigPath,
): Finding[] {
	const base = asObject(defaults.endpoint);
	const own: PlainObject =
		typeof resource.endpoint === 'string' ? {path: resource.endpoint} : asObject(resource.endpoint);
	const given = own.path ?? base.path ?? resource.name;
	if (typeof given !== 'string') return [];
	const here = typeof resource.endpoint === 'string' ? [...at, 'endpoint'] : [...at, 'endpoint', 'path'];
	const params: PlainObject = {...asObject(base.params), ...asObject(own.params)};
	const paginator = {...base, ...own}.paginator ?? client.paginator;
	const text = template(given, Object.keys(params));
	const taken = inPathOf(text, params, paginator, plugins);
	const found = placeholders(text).flatMap(name => {
		if (isReference(name) || isRangeName(name) || taken.some(one => one.name === name)) return [];
		if (valueAt(params, [name]) != null) return [];
		return [{path: here, message: `{${name}} has no value; ${valueFor(name, plugins)}`}];
	});
	if (taken.some(({name}) => name === 'cursor') && asObject(paginator).next_request != null)
		found.push({
			path: here,
			message: '{cursor} belongs into the path of next_request, as the first request has none',
		});
	const next = inNextPathOf(paginator, plugins);
	for (const value of next.length > 0 ? next : taken) {
		const elsewhere = otherPlace(paginator, value);
		if (elsewhere)
			found.push({
				path: here,
				message: `{${value.name}} excludes ${elsewhere}: the ${value.name} is sent in one place`,
			});
	}
	if (hasLoneBrace(text)) found.push({path: here, message: loneBrace});
	const problem = urlProblem(text);
	if (problem) found.push({path: here, message: problem});
	else if (client.base_url === '' && onlyPlaceholder(text) === undefined && !/^https?:\/\//i.test(text))
		found.push({
			path: here,
			message: `base_url is empty, so the path must be a whole URL, got ${JSON.stringify(text)}`,
		});
	return found;
}

function valueFor(name: string, plugins: Registry): string {
	const meant = likelyRoot(name);
	if (meant) return `did you mean ${meant}?`;
	const paginators = paginatorsFor(name, plugins);
	return `add ${JSON.stringify(name)} to params${paginators.length > 0 ? `, or page by the paginator ${paginators.join(' or ')}` : ''}`;
}

function urlProblem(path: string): string | undefined {
	const url = fill(path, () => 'x');
	if (!/^[a-z][a-z\d+.-]*:\/\//i.test(url)) return undefined;
	if (/^https?:/i.test(url) && URL.canParse(url)) return userProblem(new URL(url));
	return `expected a path or an http(s) URL, got ${JSON.stringify(path)}`;
}

function oneBody(resource: PlainObject, defaults: PlainObject, at: ConfigPath): Finding[] {
	const own = asObject(resource.endpoint);
	const endpoint: PlainObject = {...asObject(defaults.endpoint), ...own};
	if (endpoint.json == null || endpoint.data == null) return [];
	const [here, other] = own.data == null ? ['json', 'data'] : ['data', 'json'];
	const advice =
		own.json != null && own.data != null ? '' : `; resource_defaults has ${other}: write ${other}: null here`;
	return [{path: [...at, 'endpoint', here], message: `a request has one body: json or data${advice}`}];
}

function noSelector(resource: PlainObject, defaults: PlainObject, at: ConfigPath): Finding[] {
	const own = asObject(resource.endpoint);
	const {format, data_selector}: PlainObject = {...asObject(defaults.endpoint), ...own};
	const type = asObject(format).type ?? format;
	if (type !== 'csv' || data_selector == null || data_selector === '$') return [];
	const advice =
		own.data_selector == null
			? "; resource_defaults has one: write data_selector: '$' here"
			: '; leave it out';
	return [
		{path: [...at, 'endpoint', 'data_selector'], message: `a body in csv is nothing but rows${advice}`},
	];
}

function mergeKey(resource: PlainObject, defaults: PlainObject, at: ConfigPath): Finding[] {
	const disposition = (owner: PlainObject): unknown => {
		const given = owner.write_disposition;
		return asObject(given).disposition ?? given;
	};
	const chosen = 'write_disposition' in resource ? disposition(resource) : disposition(defaults);
	const [key, named] = ['primary_key', 'merge_key'].map(name => {
		const given = name in resource ? resource[name] : defaults[name];
		return given != null && !(Array.isArray(given) && given.length === 0);
	});
	const isHinted = hasMergeKey(resource.columns);
	const restated = named || isHinted || (resource.columns !== null && hasMergeKey(defaults.columns));
	const {nested} = {...defaults, ...resource};
	const finding = (name: string, message: string): Finding[] => [{path: [...at, name], message}];
	if (chosen !== 'merge' && restated && (resource.merge_key != null || isHinted))
		return finding(
			resource.merge_key != null ? 'merge_key' : 'columns',
			isHinted && resource.merge_key == null ? `merge_key ${replaces}` : replaces,
		);
	if (chosen !== 'merge' || key) return [];
	if (!restated)
		return finding(
			'write_disposition',
			'merge needs a primary_key to tell records apart, or a merge_key for what is restated',
		);
	if (nested === 'tables')
		return finding(
			'merge_key' in resource ? 'merge_key' : 'write_disposition',
			'with nested: tables a merge needs a primary_key too, to tell whose lists go',
		);
	return [];
}

const replaces = 'says what a merge replaces; set write_disposition: merge, or leave it out';

// The hint of dlt, of a column.
function hasMergeKey(columns: unknown): boolean {
	return Object.values(asObject(Array.isArray(columns) ? {...columns} : columns)).some(
		column => asObject(column).merge_key === true,
	);
}

// A merge alone decides.
function keepOfMerge(resource: PlainObject, defaults: PlainObject, at: ConfigPath): Finding[] {
	const {keep, write_disposition: disposition} = {...defaults, ...resource};
	const isMerge = disposition === 'merge' || asObject(disposition).disposition === 'merge';
	if (keep !== 'first' || !isMerge) return [];
	const message =
		'merge keeps the last row of a key, or the greatest by a column with dedup_sort: desc; leave keep: first out, or keep: null it here';
	return [{path: [...at, 'keep' in resource ? 'keep' : 'write_disposition'], message}];
}

// Held back until the end, the lists of all records would fill the memory beyond its bound.
function keepOfTables(resource: PlainObject, defaults: PlainObject, at: ConfigPath): Finding[] {
	const {nested, keep} = {...defaults, ...resource};
	if (nested !== 'tables' || keep !== 'last') return [];
	const message = 'nested: tables cannot go with keep: last; leave one of them out';
	return [{path: [...at, 'nested' in resource ? 'nested' : 'keep'], message}];
}

// Braces are placeholders in everything a request sends; client headers and auth are taken as they are.
function requestTexts(endpoint: unknown, at: ConfigPath): Finding[] {
	const found: Finding[] = [];
	for (const key of ['params', 'json', 'data', 'headers']) {
		found.push(...filledKeys(asObject(endpoint)[key], [...at, key]));
		eachText(asObject(endpoint)[key], (text, below) => {
			const message = braceProblem(text);
			if (message) found.push({path: [...at, key, ...below], message});
		});
	}
	return found;
}

// Only values are filled in.
function filledKeys(tree: unknown, at: ConfigPath): Finding[] {
	if (Array.isArray(tree)) return tree.flatMap((item, index) => filledKeys(item, [...at, index]));
	return Object.entries(asObject(tree)).flatMap(([key, item]) => {
		const path = [...at, key];
		const name = placeholders(template(key)).find(found => isReference(found) || isRangeName(found));
		const message = `{${name}} in a key is not filled in; placeholders go into values`;
		return [...(name === undefined ? [] : [{path, message, atKey: true}]), ...filledKeys(item, path)];
	});
}

function braceProblem(given: string): string | undefined {
	const text = template(given);
	if (hasLoneBrace(text)) return loneBrace;
	const name = placeholders(text).find(found => !isReference(found) && !isRangeName(found));
	if (name === undefined) return undefined;
	const meant = likelyRoot(name);
	return `{${name}} is no placeholder that is known here${meant ? ` (did you mean ${meant}?)` : ''}; ${literal}`;
}

const literal = 'for literal braces write {{ and }}';
const loneBrace = `a single brace; ${literal}`;
