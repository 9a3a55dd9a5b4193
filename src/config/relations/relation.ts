/**
 * The dependencies of a resource, resolved: everything that the compiler needs to walk it once for each row
 * of its parent.
 */
import type {JsonValue} from '../../core/json/json.ts';
import type {ResolvedEndpoint, Shared} from '../compile/resolve.ts';
import {placeholders} from '../placeholders/braces.ts';
import {pageNamesIn} from '../placeholders/cursor-in-path.ts';
import {isReference, parseReference, type Reference} from '../placeholders/reference.ts';
import {eachText, type PlainObject} from '../tree.ts';
import {expressionsIn, referencesOf} from './request-expressions.ts';

export interface Relation {
	/** The references in the request, by placeholder. */
	readonly references: ReadonlyMap<string, Reference>;
	/** Paths into the parent's row, or placeholders with a path into the row of any ancestor. */
	readonly include: readonly string[];
	readonly partitions: Readonly<Record<string, readonly JsonValue[]>>;
	readonly batch?: {readonly size: number; readonly separator: string};
	readonly distinct: boolean;
	readonly onMissing: 'fail' | 'skip';
	/** Whether it is read only for the new and changed rows of its parents. */
	readonly isDependent?: boolean;
}

export function relationOf(
	endpoint: ResolvedEndpoint,
	{include_from_parent, partitions, batch, distinct, on_missing, incremental_dependency}: Shared,
): Relation | undefined {
	const {path, params, headers, json, data} = endpoint;
	const references = new Map<string, Reference>();
	eachText([path, params, headers, json, data], text => {
		for (const name of placeholders(text).filter(isReference)) {
			const reference = parseReference(name);
			if (!('problem' in reference)) references.set(name, reference);
		}
	});
	const expressions = expressionsIn(endpoint);
	for (const [name, reference] of referencesOf(expressions))
		if (!references.has(name)) references.set(name, reference);
	const isPaged = pageNamesIn(endpoint as unknown as PlainObject).length > 0;
	if (references.size === 0 && expressions.size === 0 && !isPaged) return undefined;
	return {
		references,
		include: include_from_parent ?? [],
		partitions: partitions ?? {},
		...(batch && {batch}),
		distinct: distinct ?? false,
		onMissing: on_missing ?? 'fail',
		...(incremental_dependency === true && {isDependent: true}),
	};
}

/**
 * The nodes that a resource refers to, without duplicates, in the order of its placeholders: resources, or
 * several in turn.
 */
export function nodesOf(relation: Relation | undefined): string[] {
	const references = [...(relation?.references.values() ?? [])];
	return [...new Set(references.flatMap(reference => ('resource' in reference ? [reference.resource] : [])))];
}
