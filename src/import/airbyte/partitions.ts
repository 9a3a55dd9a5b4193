/** Imports partition routers: lists of values, and rows of parent streams. */
import {asObject, isPlainObject, type PlainObject} from '../../config/tree.ts';
import type {Known} from './known.ts';
import {plainRouter} from './known-components.ts';
import {pathText} from './nodes.ts';
import {type Difference, type Differences, LeftOut} from './outcome.ts';

/** The values that partitions provide for the requests of a stream. */
export interface Slices {
	/** Placeholders by the key of the slice. */
	readonly placeholders: Map<string, string>;
	/** The lists of `partitions`. */
	readonly lists: {[name: string]: (string | number | boolean)[]};
	/** Request options that send a value of a slice. */
	readonly options: {readonly option: PlainObject; readonly placeholder: string; readonly known: Known}[];
	/** Keys of which at least one must be in the request. */
	readonly fields: string[];
	batch?: number;
	/** Whether the original asks only for what is new in a parent. */
	readsNewParents?: true;
}

/** A parent stream as a resource. */
export interface Parent {
	readonly name: string;
	readonly slices: Slices;
	readonly differences: readonly Difference[];
}

export type ParentOf = (stream: PlainObject) => Parent;

export function noSlices(): Slices {
	return {placeholders: new Map(), lists: {}, options: [], fields: []};
}

export function slicesOf(
	router: unknown,
	above: Known,
	{parentOf, differences}: {parentOf: ParentOf; differences: Differences},
): Slices {
	const slices = noSlices();
	for (const one of router === undefined || router === null ? [] : [router].flat())
		addRouter(slices, asObject(one), above, {parentOf, differences});
	return slices;
}

type Surroundings = {parentOf: ParentOf; differences: Differences};

function addRouter(slices: Slices, given: PlainObject, above: Known, around: Surroundings): void {
	const router = plainRouter(given, {known: above, differences: around.differences});
	const known = above.in(router);
	switch (router.type) {
		case 'ListPartitionRouter':
			addList(slices, router, known);
			break;
		case 'SubstreamPartitionRouter':
			addParents(slices, router, known, around);
			break;
		case 'GroupingPartitionRouter': {
			addRouter(slices, asObject(router.underlying_partition_router), known, around);
			slices.batch = Number(known.constant(router.group_size, 'size of a group'));
			break;
		}
		default:
			throw new LeftOut('Python: partition router', String(router.class_name ?? router.type));
	}
}

function addList(slices: Slices, router: PlainObject, known: Known): void {
	const field = known.text(router.cursor_field, 'name of a partition');
	const given = known.constant(router.values, 'list of partitions');
	const values = (Array.isArray(given) ? given : []).map(value =>
		typeof value === 'string' ? known.constant(value, 'list of partitions') : value,
	);
	if (values.length === 0) throw new LeftOut('list of partitions: empty', String(router.values));
	const scalars = values.filter(value => ['string', 'number', 'boolean'].includes(typeof value));
	if (scalars.length < values.length) throw new LeftOut('list of partitions: of objects');
	const name = field.replace(/\W/g, '_');
	slices.lists[name] = scalars as string[];
	slices.placeholders.set(field, `partitions.${name}`);
	slices.fields.push(field);
	addOption(slices, router.request_option, `{partitions.${name}}`, known);
}

function addParents(
	slices: Slices,
	router: PlainObject,
	known: Known,
	{parentOf, differences}: Surroundings,
): void {
	const given = router.parent_stream_configs;
	const configs = (Array.isArray(given) ? given : []).map(asObject);
	const uses = configs.map(config => {
		const inside = known.in(config);
		if (config.incremental_dependency === true) {
			slices.readsNewParents = true;
			differences.add('requests', 'all parents are asked for in each run, not only the new ones');
		}
		const parent = parentOf(asObject(config.stream));
		for (const {kind, text} of parent.differences)
			if (kind === 'rows')
				differences.add(kind, text.startsWith('parent ') ? text : `parent ${parent.name}: ${text}`);
		return {
			config,
			parent,
			field: inside.text(config.partition_field, 'name of a partition'),
			key: keyPath(inside.text(config.parent_key, 'key of the parent')),
			known: inside,
		};
	});
	const [first] = uses;
	if (!first) throw new LeftOut('parents: none');
	const {field, key} = first;
	if (uses.some(use => use.field !== field || use.key !== key))
		throw new LeftOut('parents: several with keys of their own', uses.map(use => use.parent.name).join(', '));
	const node = [...new Set(uses.map(({parent}) => parent.name))].join('|');
	const placeholder = referenceTo(node, key);
	slices.placeholders.set(field, placeholder);
	slices.fields.push(field);
	addOption(slices, first.config.request_option, `{${placeholder}}`, first.known);
	if (uses.length > 1) return;
	for (const [name, above] of first.parent.slices.placeholders)
		slices.placeholders.set(`parent_slice.${name}`, above);
	const extra = first.config.extra_fields;
	for (const path of Array.isArray(extra) ? extra : []) {
		const keys = [path].flat().map(part => first.known.text(part, 'field of the parent'));
		slices.placeholders.set(`extra_fields.${keys.join('.')}`, referenceTo(node, pathText(keys)));
	}
}

function keyPath(key: string): string {
	return pathText(key.split('/').filter(part => part !== ''));
}

function referenceTo(node: string, path: string): string {
	return `resources.${node}${path === '' || path.startsWith('[') ? '' : '.'}${path}`;
}

function addOption(slices: Slices, option: unknown, placeholder: string, known: Known): void {
	if (isPlainObject(option)) slices.options.push({option, placeholder, known});
}
