/**
 * Which resource depends on which, and what is wrong with that. Looks at the raw tree, which may be wrong
 * anywhere.
 */

import type {Finding} from '../finding.ts';
import {placeholders, template} from '../placeholders/braces.ts';
import {alternatives, comesWith, common, descent, type NodesOf, nearest} from '../placeholders/lineage.ts';
import {isReference, parseIncluded, parseReference} from '../placeholders/reference.ts';
import {didYouMean} from '../suggest.ts';
import {asObject, type ConfigPath, eachText, type PlainObject} from '../tree.ts';

/** One placeholder of a resource, or one `resolve` parameter, and where it stands. */
interface Use {
	readonly at: ConfigPath;
	/** A resource, or several in turn: `posts|pages`. */
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
	readonly isIncremental: boolean;
}

export function checkRelations(resources: readonly unknown[], defaults: PlainObject): Finding[] {
	const found: Finding[] = [];
	const nodes = resources.map((item, index) => nodeOf(item, defaults, ['resources', index], found));
	const byName = new Map(nodes.map(node => [node.name, node]));
	const names = [...byName.keys()].filter(Boolean);
	const nodesOf = (name: string): string[] => [
		...new Set(
			(byName.get(name)?.uses ?? []).flatMap(({resource}) =>
				resource !== undefined && alternatives(resource).every(one => byName.has(one)) ? [resource] : [],
			),
		),
	];
	for (const node of nodes) {
		for (const {resource, at} of node.uses)
			for (const one of resource === undefined ? [] : alternatives(resource))
				if (!byName.has(one))
					found.push({
						path: at,
						message: `no resource ${JSON.stringify(one)}${didYouMean(one, names) || `; there are: ${names.join(', ')}`}`,
					});
		const circular = cycle(node, nodesOf);
		const lines = nearest(nodesOf(node.name), nodesOf);
		found.push(
			...circular,
			...options(node, lines),
			...dependency(node, lines, {byName, nodesOf}),
			...included(node, lines, nodesOf),
			...partitions(node),
		);
		if (circular.length === 0)
			found.push(...clash(node, lines, nodesOf), ...throughBatch(node, lines, byName, nodesOf));
	}
	return found;
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
	const isIncremental =
		(endpoint.incremental ?? base.incremental ?? endpoint.sync ?? base.sync) != null ||
		Object.values(params).some(value => asObject(value).type === 'incremental');
	return {
		name: typeof own.name === 'string' ? own.name : '',
		at,
		own,
		given: {...defaults, ...own},
		uses,
		isIncremental,
	};
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
			return 'partition' in reference
				? [{at, partition: reference.partition}]
				: [{at, resource: reference.resource}];
		});
}

function cycle({name, uses}: Node, nodesOf: NodesOf): Finding[] {
	const way = wayTo(name, name, nodesOf, new Set());
	const use =
		way && uses.find(({resource}) => resource !== undefined && alternatives(resource).includes(way[1] ?? ''));
	return way && use ? [{path: use.at, message: `${name} depends on itself: ${way.join(' → ')}`}] : [];
}

function wayTo(from: string, to: string, nodesOf: NodesOf, seen: Set<string>): string[] | undefined {
	for (const parent of nodesOf(from).flatMap(alternatives)) {
		if (parent === to) return [from, to];
		if (seen.has(parent)) continue;
		seen.add(parent);
		const rest = wayTo(parent, to, nodesOf, seen);
		if (rest) return [from, ...rest];
	}
	return undefined;
}

// What two lines have in common must be settled by one row of it, so every row of both has to come with one.
function clash({uses}: Node, lines: readonly string[], nodesOf: NodesOf): Finding[] {
	for (const [index, other] of lines.entries())
		for (const one of lines.slice(0, index))
			for (const shared of common(one, other, nodesOf)) {
				const lacking = [one, other].find(line => !comesWith(line, shared, nodesOf));
				if (lacking === undefined) continue;
				const message = `refers to ${one} and to ${other}, but not every row of ${lacking} has one of ${shared}; name the same resources in every placeholder, or leave one out`;
				return [{path: uses.findLast(({resource}) => resource === other)?.at ?? [], message}];
			}
	return [];
}

function options({at, name, own, given}: Node, lines: readonly string[]): Finding[] {
	const hasParent = lines.length > 0;
	const found: Finding[] = [];
	const needs = (key: string, message: string): void => {
		if (own[key] != null && own[key] !== false) found.push({path: [...at, key], message});
	};
	if (!hasParent)
		for (const key of ['include_from_parent', 'distinct', 'on_missing', 'incremental_dependency'])
			needs(key, `${name} has no parent; refer to one as {resources.<parent>.<field>}`);
	if (!hasParent && given.partitions == null)
		needs('batch', `${name} has neither a parent nor partitions to take several of`);
	if (given.batch != null && lines.length > 1)
		found.push({
			path: own.batch == null ? at : [...at, 'batch'],
			message: `a batch takes several rows of one parent, and ${name} is read for each combination of ${lines.join(' and ')}; leave out batch`,
		});
	if (given.batch != null && given.include_from_parent != null)
		needs(
			own.batch == null ? 'include_from_parent' : 'batch',
			'a batch has several parents, so nothing of them can be included; leave out batch or include_from_parent',
		);
	return found;
}

// What is new among the parents is told by their cursor, and what is not new must stay where it is.
function dependency(
	{at, own, given}: Node,
	lines: readonly string[],
	{byName, nodesOf}: {byName: ReadonlyMap<string, Node>; nodesOf: NodesOf},
): Finding[] {
	if (given.incremental_dependency !== true || lines.length === 0) return [];
	const refuse = (message: string): Finding[] => [
		{path: own.incremental_dependency == null ? at : [...at, 'incremental_dependency'], message},
	];
	if (lines.length > 1)
		return refuse(`goes with one parent, and there are ${lines.length}: ${lines.join(', ')}; leave it out`);
	const ancestors = lines.flatMap(line => [...descent(line, nodesOf)]).flatMap(alternatives);
	if (!ancestors.some(name => byName.get(name)?.isIncremental))
		return refuse(
			`nothing tells which rows of ${lines.join()} are new; give it incremental: {cursor_path: …}, or leave this out`,
		);
	const disposition = asObject(given.write_disposition).disposition ?? given.write_disposition;
	if (disposition === 'replace')
		return refuse('replace would take away the children of all other parents; use merge or append');
	return [];
}

function included({at, own, given}: Node, lines: readonly string[], nodesOf: NodesOf): Finding[] {
	const list = given.include_from_parent;
	if (!Array.isArray(list) || lines.length === 0) return [];
	const place: ConfigPath = own.include_from_parent == null ? ['resource_defaults'] : at;
	return list.flatMap((text: unknown, index): Finding[] => {
		if (typeof text !== 'string') return [];
		const path = [...place, 'include_from_parent', index];
		const reference = parseIncluded(text);
		if ('problem' in reference) return [];
		if (!('resource' in reference)) {
			if (lines.length === 1) return [];
			const forms = lines.map(line => `{resources.${line}.${reference.path.text}}`).join(' or ');
			return [{path, message: `there are several parents; write ${forms}`}];
		}
		const {resource} = reference;
		return lines.some(line => comesWith(line, resource, nodesOf))
			? []
			: [
					{
						path,
						message: `no row of ${lines.join(' or ')} has one of ${resource}; refer to it in the request, or leave it out`,
					},
				];
	});
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
			.map(name => ({
				path: [...at, 'partitions', name],
				message: `not used; put {partitions.${name}} into the request`,
			})),
	];
}

// The rows of a batch have several grandparents.
function throughBatch(
	node: Node,
	lines: readonly string[],
	byName: ReadonlyMap<string, Node>,
	nodesOf: NodesOf,
): Finding[] {
	const batches = [...new Set(lines.flatMap(line => [...descent(line, nodesOf)]))].filter(
		name => byName.get(name)?.given.batch != null,
	);
	const shared = lines.flatMap((other, index) =>
		lines.slice(0, index).flatMap(one => common(one, other, nodesOf)),
	);
	const wanted = new Map(
		shared.map(resource => [resource, node.uses.find(use => use.resource !== undefined)?.at ?? []]),
	);
	for (const {resource, at} of node.uses) if (resource !== undefined) wanted.set(resource, at);
	return [...wanted].flatMap(([resource, path]) => {
		const batch = batches.find(name => name !== resource && descent(name, nodesOf).has(resource));
		return batch === undefined
			? []
			: [{path, message: `rows of ${batch} come in batches, so each has several ${resource}`}];
	});
}
