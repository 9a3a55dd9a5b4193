/** Which resource depends on which, and what is wrong with that. Looks at the raw tree, which may be wrong anywhere. */
import {placeholders, template} from './braces.ts';
import type {Finding} from './finding.ts';
import {isReference, parseReference} from './reference.ts';
import {didYouMean} from './suggest.ts';
import {asObject, type ConfigPath, eachText, type PlainObject} from './tree.ts';

/** One placeholder of a resource, or one `resolve` parameter, and where it stands. */
interface Use {
	readonly at: ConfigPath;
	readonly resource?: string;
	readonly partition?: string;
}

interface Node {
	readonly name: string;
	readonly at: ConfigPath;
	readonly own: PlainObject;
	/** With the defaults. */
	readonly given: PlainObject;
	readonly uses: readonly Use[];
}

export function checkRelations(resources: readonly unknown[], defaults: PlainObject): Finding[] {
	const found: Finding[] = [];
	const nodes = resources.map((item, index) => nodeOf(item, defaults, ['resources', index], found));
	const byName = new Map(nodes.map(node => [node.name, node]));
	const names = [...byName.keys()].filter(Boolean);
	const parents = (name: string): string[] => [
		...new Set(
			(byName.get(name)?.uses ?? []).flatMap(({resource}) => (resource !== undefined && byName.has(resource) ? [resource] : [])),
		),
	];
	for (const node of nodes) {
		for (const {resource, at} of node.uses)
			if (resource !== undefined && !byName.has(resource))
				found.push({
					path: at,
					message: `no resource ${JSON.stringify(resource)}${didYouMean(resource, names) || `; there are: ${names.join(', ')}`}`,
				});
		found.push(...cycle(node, parents), ...lineage(node, parents), ...options(node, parents), ...partitions(node));
		found.push(...throughBatch(node, byName, parents));
	}
	return found;
}

/** The closest of several resources in one line of descent, when they are in one: it has all others as ancestors. */
export function nearest(names: readonly string[], parentsOf: (name: string) => readonly string[]): string | undefined {
	return names.find(name => names.every(other => other === name || ancestors(name, parentsOf).has(other)));
}

/** Everything that a resource depends on, however far. */
export function ancestors(
	name: string,
	parentsOf: (name: string) => readonly string[],
	seen: Set<string> = new Set(),
): Set<string> {
	for (const parent of parentsOf(name)) {
		if (seen.has(parent)) continue;
		seen.add(parent);
		ancestors(parent, parentsOf, seen);
	}
	return seen;
}

function nodeOf(item: unknown, defaults: PlainObject, at: ConfigPath, found: Finding[]): Node {
	const own: PlainObject = typeof item === 'string' ? {name: item} : asObject(item);
	const isShort = typeof own.endpoint === 'string';
	const base = asObject(defaults.endpoint);
	const endpoint = isShort ? {path: own.endpoint} : asObject(own.endpoint);
	const here: ConfigPath = [...at, 'endpoint'];
	const above: ConfigPath = ['resource_defaults', 'endpoint'];
	const uses: Use[] = [];
	const read = (value: unknown, place: ConfigPath): void =>
		eachText(value, (text, below) => uses.push(...usesIn(text, [...place, ...below], found)));
	const path = endpoint.path ?? base.path ?? own.name;
	read(
		path,
		endpoint.path === undefined
			? base.path === undefined
				? [...at, 'name']
				: [...above, 'path']
			: isShort
				? here
				: [...here, 'path'],
	);
	for (const part of ['params', 'headers', 'json', 'data']) {
		const [mine, theirs] = [endpoint[part], base[part]];
		for (const [key, value] of Object.entries(asObject(theirs)))
			if (mine === undefined || !(key in asObject(mine))) read(value, [...above, part, key]);
		if (mine === undefined && typeof theirs === 'string') read(theirs, [...above, part]);
		read(mine, [...here, part]);
	}
	const params = {...asObject(base.params), ...asObject(endpoint.params)};
	for (const [key, value] of Object.entries(params)) {
		const {type, resource, field} = asObject(value);
		if (type !== 'resolve' || typeof resource !== 'string') continue;
		const place = [...(key in asObject(endpoint.params) ? here : above), 'params', key];
		if (typeof path === 'string' && placeholders(path).includes(key)) uses.push({at: place, resource});
		else
			found.push({
				path: place,
				message: `the path has no {${key}}; to send it as a parameter write ${key}: "{resources.${resource}.${String(field)}}"`,
			});
	}
	return {name: typeof own.name === 'string' ? own.name : '', at, own, given: {...defaults, ...own}, uses};
}

function usesIn(text: string, at: ConfigPath, found: Finding[]): Use[] {
	return placeholders(template(text))
		.filter(isReference)
		.flatMap((placeholder): Use[] => {
			const reference = parseReference(placeholder);
			if ('problem' in reference) {
				found.push({path: at, message: reference.problem});
				return [];
			}
			return 'partition' in reference ? [{at, partition: reference.partition}] : [{at, resource: reference.resource}];
		});
}

function cycle({name, uses}: Node, parentsOf: (name: string) => readonly string[]): Finding[] {
	const way = wayTo(name, name, parentsOf, new Set());
	const use = way && uses.find(({resource}) => resource === way[1]);
	return way && use ? [{path: use.at, message: `${name} depends on itself: ${way.join(' → ')}`}] : [];
}

function wayTo(
	from: string,
	to: string,
	parentsOf: (name: string) => readonly string[],
	seen: Set<string>,
): string[] | undefined {
	for (const parent of parentsOf(from)) {
		if (parent === to) return [from, to];
		if (seen.has(parent)) continue;
		seen.add(parent);
		const rest = wayTo(parent, to, parentsOf, seen);
		if (rest) return [from, ...rest];
	}
	return undefined;
}

function lineage({name, uses}: Node, parentsOf: (name: string) => readonly string[]): Finding[] {
	const parents = parentsOf(name);
	if (parents.length < 2 || nearest(parents, parentsOf) !== undefined) return [];
	const last = uses.findLast(({resource}) => resource === parents.at(-1));
	return [
		{
			path: last?.at ?? [],
			message: `depends on ${parents.join(' and ')}, of which none comes from the others; a resource has one parent, and its parent's parents`,
		},
	];
}

function options({at, name, own, given}: Node, parentsOf: (name: string) => readonly string[]): Finding[] {
	const hasParent = parentsOf(name).length > 0;
	const found: Finding[] = [];
	const needs = (key: string, message: string): void => {
		if (own[key] != null && own[key] !== false) found.push({path: [...at, key], message});
	};
	if (!hasParent)
		for (const key of ['include_from_parent', 'distinct', 'on_missing'])
			needs(key, `${name} has no parent; refer to one as {resources.<parent>.<field>}`);
	if (!hasParent && given.partitions == null) needs('batch', `${name} has neither a parent nor partitions to take several of`);
	if (given.batch != null && given.include_from_parent != null)
		needs(
			own.batch == null ? 'include_from_parent' : 'batch',
			'a batch has several parents, so nothing of them can be included; leave out batch or include_from_parent',
		);
	return found;
}

function partitions({at, uses, own, given}: Node): Finding[] {
	const names = Object.keys(asObject(given.partitions));
	const used = new Set(uses.map(({partition}) => partition));
	const unknown = uses.filter(({partition}) => partition !== undefined && !names.includes(partition));
	return [
		...unknown.map(use => ({
			path: use.at,
			message: `no list ${JSON.stringify(use.partition)} in partitions${didYouMean(use.partition ?? '', names)}`,
		})),
		...Object.keys(asObject(own.partitions))
			.filter(name => !used.has(name))
			.map(name => ({path: [...at, 'partitions', name], message: `not used; put {partitions.${name}} into the request`})),
	];
}

// The rows of a batch have several grandparents.
function throughBatch(node: Node, byName: ReadonlyMap<string, Node>, parentsOf: (name: string) => readonly string[]): Finding[] {
	const parents = parentsOf(node.name);
	return node.uses.flatMap(({at, resource}) => {
		if (resource === undefined) return [];
		const batch = parents.find(parent => byName.get(parent)?.given.batch != null && ancestors(parent, parentsOf).has(resource));
		return batch === undefined || batch === resource
			? []
			: [{path: at, message: `rows of ${batch} come in batches, so each has several ${resource}`}];
	});
}
