/** Checks which resources depend on which. */

import type {Finding} from '../finding.ts';
import type {Inherited} from '../inherit.ts';
import {placeholders, template} from '../placeholders/braces.ts';
import {alternatives, isReference, parseIncluded, parseReference} from '../placeholders/reference.ts';
import {dispositionOf} from '../rows/check.ts';
import {didYouMean} from '../suggest.ts';
import {asObject, type ConfigPath, eachText} from '../tree.ts';
import {Ancestry} from './ancestors.ts';
import {checkStepExpressions, usesInExpressions} from './check-expressions.ts';

/** One placeholder of a resource, or one `resolve` parameter, with its place. */
export interface Use {
	readonly at: ConfigPath;
	/** A resource, or several in turn: `posts|pages`. */
	readonly resource?: string;
	readonly partition?: string;
}

interface Node extends Inherited {
	readonly uses: readonly Use[];
}

export function checkRelations(resources: readonly Inherited[]): Finding[] {
	const found: Finding[] = [];
	const nodes = resources.map(resource => ({...resource, uses: usesOf(resource, found)}));
	const byName = new Map(nodes.map(node => [node.name, node]));
	const names = [...byName.keys()].filter(Boolean);
	const ancestry = new Ancestry(name => [
		...new Set(
			(byName.get(name)?.uses ?? []).flatMap(({resource}) =>
				resource !== undefined && alternatives(resource).every(one => byName.has(one)) ? [resource] : [],
			),
		),
	]);
	for (const node of nodes) {
		for (const {resource, at} of node.uses)
			for (const one of resource === undefined ? [] : alternatives(resource))
				if (!byName.has(one))
					found.push({
						path: at,
						message:
							'no resource ' +
							`${JSON.stringify(one)}${didYouMean(one, names) || `; there are: ${names.join(', ')}`}`,
					});
		const circular = cycle(node, ancestry);
		const parents = ancestry.nearestParents(node.name);
		found.push(
			...circular,
			...options(node, parents),
			...dependency(node, parents, {byName, ancestry}),
			...included(node, parents, ancestry),
			...partitions(node),
			...checkStepExpressions(node, parents, ancestry),
		);
		if (circular.length === 0)
			found.push(...clash(node, parents, ancestry), ...throughBatch(node, parents, byName, ancestry));
	}
	return found;
}

function usesOf(resource: Inherited, found: Finding[]): Use[] {
	const {name, endpoint, path, placeOf} = resource;
	const uses: Use[] = [];
	const way = endpoint.path === undefined ? ['name'] : ['endpoint', 'path'];
	const ofPath = endpoint.path ?? name;
	if (typeof ofPath === 'string') uses.push(...usesIn(ofPath, placeOf(...way), found));
	for (const part of ['params', 'headers', 'json', 'data'])
		eachText(endpoint[part], (text, below) =>
			uses.push(...usesIn(text, placeOf('endpoint', part, ...below), found)),
		);
	for (const [key, value] of Object.entries(asObject(endpoint.params))) {
		const {type, resource, field} = asObject(value);
		if (type !== 'resolve' || typeof resource !== 'string') continue;
		const at = placeOf('endpoint', 'params', key);
		if (path && placeholders(path.text).includes(key)) uses.push({at, resource});
		else
			found.push({
				path: at,
				message:
					`the path has no {${key}}; to send it as a parameter write ${key}: ` +
					`"{resources.${resource}.${String(field)}}"`,
			});
	}
	return [...uses, ...usesInExpressions(resource, found)];
}

function isIncremental({endpoint}: Node): boolean {
	return (
		(endpoint.incremental ?? endpoint.sync) != null ||
		Object.values(asObject(endpoint.params)).some(value => asObject(value).type === 'incremental')
	);
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

function cycle({name, uses}: Node, ancestry: Ancestry): Finding[] {
	const way = ancestry.cycleOf(name);
	const use =
		way && uses.find(({resource}) => resource !== undefined && alternatives(resource).includes(way[1] ?? ''));
	return way && use ? [{path: use.at, message: `${name} depends on itself: ${way.join(' → ')}`}] : [];
}

// Two branches with a common ancestor are read for one row of it, so every row of both must come with a row
// of the ancestor.
function clash({uses}: Node, parents: readonly string[], ancestry: Ancestry): Finding[] {
	for (const [index, other] of parents.entries())
		for (const one of parents.slice(0, index))
			for (const shared of ancestry.shared(one, other)) {
				const lacking = [one, other].find(parent => !ancestry.comesWith(parent, shared));
				if (lacking === undefined) continue;
				const message =
					`refers to ${one} and to ${other}, but not every row of ${lacking} has one of ${shared}; name ` +
					'the same resources in every placeholder, or leave one out';
				return [{path: uses.findLast(({resource}) => resource === other)?.at ?? [], message}];
			}
	return [];
}

function options({name, keys, at, isOwn}: Node, parents: readonly string[]): Finding[] {
	const hasParent = parents.length > 0;
	const found: Finding[] = [];
	const needs = (key: string, message: string): void => {
		if (isOwn(key) && keys[key] != null && keys[key] !== false) found.push({path: at(key), message});
	};
	if (!hasParent)
		for (const key of ['include_from_parent', 'distinct', 'on_missing', 'incremental_dependency'])
			needs(key, `${name} has no parent; refer to one as {resources.<parent>.<field>}`);
	if (!hasParent && keys.partitions == null)
		needs('batch', `${name} has neither a parent nor partitions to take several of`);
	if (keys.batch != null && parents.length > 1)
		found.push({
			path: isOwn('batch') ? at('batch') : at(),
			message:
				`a batch takes several rows of one parent, and ${name} is read for each combination of ` +
				`${parents.join(' and ')}; leave out batch`,
		});
	if (keys.batch != null && keys.include_from_parent != null)
		needs(
			isOwn('batch') ? 'batch' : 'include_from_parent',
			'a batch has several parents, so nothing of them can be included; leave out batch or ' +
				'include_from_parent',
		);
	return found;
}

// The cursor of a parent shows which of its rows are new, and older rows must stay in place.
function dependency(
	{keys, at, isOwn}: Node,
	parents: readonly string[],
	{byName, ancestry}: {byName: ReadonlyMap<string, Node>; ancestry: Ancestry},
): Finding[] {
	if (keys.incremental_dependency !== true || parents.length === 0) return [];
	const refuse = (message: string): Finding[] => [
		{path: isOwn('incremental_dependency') ? at('incremental_dependency') : at(), message},
	];
	if (parents.length > 1)
		return refuse(
			`goes with one parent, and there are ${parents.length}: ${parents.join(', ')}; leave it out`,
		);
	const ancestors = parents.flatMap(parent => [...ancestry.withAncestors(parent)]).flatMap(alternatives);
	const incremental = ancestors.flatMap(name => byName.get(name) ?? []).filter(isIncremental);
	if (incremental.length === 0)
		return refuse(
			`nothing tells which rows of ${parents.join()} are new; give it incremental: {cursor_path: …}, or ` +
				'leave this out',
		);
	if (dispositionOf(keys) === 'replace')
		return refuse('replace would take away the children of all other parents; use merge or append');
	return [];
}

function included({keys, placeOf}: Node, parents: readonly string[], ancestry: Ancestry): Finding[] {
	const list = keys.include_from_parent;
	if (!Array.isArray(list) || parents.length === 0) return [];
	return list.flatMap((text: unknown, index): Finding[] => {
		if (typeof text !== 'string') return [];
		const path = placeOf('include_from_parent', index);
		const reference = parseIncluded(text);
		if ('problem' in reference) return [];
		if (!('resource' in reference)) {
			if (parents.length === 1) return [];
			const forms = parents.map(parent => `{resources.${parent}.${reference.path.text}}`).join(' or ');
			return [{path, message: `there are several parents; write ${forms}`}];
		}
		const {resource} = reference;
		return parents.some(parent => ancestry.comesWith(parent, resource))
			? []
			: [
					{
						path,
						message:
							`no row of ${parents.join(' or ')} has one of ${resource}; refer to it in the request, or ` +
							'leave it out',
					},
				];
	});
}

function partitions({at, uses, keys, isOwn}: Node): Finding[] {
	const names = Object.keys(asObject(keys.partitions));
	const used = new Set(uses.map(({partition}) => partition));
	const unknown = uses.filter(({partition}) => partition !== undefined && !names.includes(partition));
	return [
		...unknown.map(use => ({
			path: use.at,
			message: `no list ${JSON.stringify(use.partition)} in partitions${didYouMean(use.partition ?? '', names)}`,
		})),
		...(isOwn('partitions') ? names : [])
			.filter(name => !used.has(name))
			.map(name => ({
				path: at('partitions', name),
				message: `not used; put {partitions.${name}} into the request`,
			})),
	];
}

// The rows of a batch have several grandparents.
function throughBatch(
	node: Node,
	parents: readonly string[],
	byName: ReadonlyMap<string, Node>,
	ancestry: Ancestry,
): Finding[] {
	const batches = [...new Set(parents.flatMap(parent => [...ancestry.withAncestors(parent)]))].filter(
		name => byName.get(name)?.keys.batch != null,
	);
	const shared = parents.flatMap((other, index) =>
		parents.slice(0, index).flatMap(one => ancestry.shared(one, other)),
	);
	const wanted = new Map(
		shared.map(resource => [resource, node.uses.find(use => use.resource !== undefined)?.at ?? []]),
	);
	for (const {resource, at} of node.uses) if (resource !== undefined) wanted.set(resource, at);
	return [...wanted].flatMap(([resource, path]) => {
		const batch = batches.find(name => name !== resource && ancestry.withAncestors(name).has(resource));
		return batch === undefined
			? []
			: [{path, message: `rows of ${batch} come in batches, so each has several ${resource}`}];
	});
}
