/**
 * What a resource is read once for: the rows of its parents, one line of descent or several, and its lists.
 */

import {own} from '../../core/own.ts';
import type {Counts} from '../../core/stage.ts';
import type {AncestorStates} from '../../resource/partitions/ancestor-states.ts';
import {batched} from '../../resource/partitions/batched.ts';
import {distinct} from '../../resource/partitions/distinct.ts';
import {KEY_LENGTH} from '../../resource/partitions/done-parents.ts';
import {cachedInnerRows, restricted} from '../../resource/partitions/inner-rows-cache.ts';
import {type ParentRowsOptions, rowsOf} from '../../resource/partitions/parent-rows.ts';
import type {Partitioning} from '../../resource/partitions/partitioned.ts';
import {
	type Binding,
	type BoundPage,
	combined,
	filtered,
	inTurn,
	listed,
	type Partition,
	type Partitions,
	type Position,
	product,
	rowOf,
	settled,
} from '../../resource/partitions/partitions.ts';
import {skips} from '../../resource/partitions/skipped-partitions.ts';
import {identified} from '../../resource/walk/repeats/overlap.ts';
import {alternatives, descent, type NodesOf, nearest} from '../placeholders/lineage.ts';
import {incrementalBinder, unrelated} from './incremental.ts';
import type {ResolvedResource} from './resolve.ts';

/**
 * Opens the rows of a resource. Those that come with rows of `given` are meant, where it has ancestors of it.
 */
export type OpenRows = (
	resource: string,
	at: Position | undefined,
	given: Binding,
) => AsyncIterable<BoundPage>;

/** No row is settled yet. */
export const nothing: Binding = {rows: {}, values: {}, where: ''};

export interface Parentage {
	readonly nodesOf: NodesOf;
	readonly open: OpenRows;
	readonly counts: Partial<Counts>;
	/** Rows of ancestors that are settled. */
	readonly given: Binding;
	/** Of a resource that is read for new and changed parents only. */
	readonly states?: AncestorStates | undefined;
	/** What tells the rows of a resource apart. */
	readonly primaryKeyOf: (resource: string) => readonly string[];
	/** Told of a place that is not where it was. */
	readonly onMoved?: ((message: string) => void) | undefined;
}

export function partitioning(
	{name, endpoint, relation, concurrency = 1}: ResolvedResource,
	{nodesOf, open, counts, given, states, primaryKeyOf, onMoved}: Parentage,
): Partitioning | undefined {
	if (!relation) return unrelated(name, endpoint, endpoint.incremental?.step == null ? 1 : concurrency);
	const {batch, distinct: onlyDistinct, onMissing, partitions: lists} = relation;
	const isCombined = Object.keys(lists).length > 0;
	const lines = nearest(nodesOf(name), nodesOf);
	const {request, include, key, values, isComplete} = incrementalBinder(name, lines, endpoint, relation);

	const left = skips(batch ? 'batch' : isCombined || lines.length > 1 ? 'combination' : 'parent');

	function isWanted({bindings}: Partition): boolean {
		const lacking = bindings.filter(binding => !isComplete(binding));
		for (const binding of lacking) if (left.missing(binding)) counts.skipped = (counts.skipped ?? 0) + 1;
		return lacking.length === 0;
	}

	// By its key, or else by all that a child has of it.
	function keyOf(node: string, resource: string): (binding: Binding) => string {
		// A parent that has changed since is another one, where only changed ones are asked for.
		const primaryKey = states ? [] : primaryKeyOf(resource);
		const identify = identified(primaryKey);
		const hasKey = states !== undefined || primaryKey.length > 0;
		return binding => {
			const row = own(binding.rows, resource) ?? {};
			const chosen = {...binding.chosen, [node]: resource};
			const known = hasKey
				? row
				: {values: values({...binding, chosen}), included: relation?.include.length ? row : null};
			return identify(known).slice(0, KEY_LENGTH);
		};
	}

	function line(node: string, given: Binding): Partitions {
		const optionsOf = (name: string): ParentRowsOptions => ({
			keyOf: keyOf(node, name),
			...(onMoved && {onLost: onMoved}),
			...(states && {states}),
		});
		const rows = rowsOfNode(node, optionsOf, open, given);
		return onMissing === 'skip' ? filtered(rows, isWanted) : rows;
	}

	// A combination has one row of each resource: rows of ancestors that two lines share are settled by the
	// first of them.
	function combinations([first, ...others]: readonly string[]): Partitions | undefined {
		if (first === undefined) return undefined;
		return others.reduce(
			(outer, node) => {
				const names = descent(node, nodesOf);
				const above = restricted(given, names);
				return product(
					outer,
					cachedInnerRows(names, shared => line(node, {...combined(above, shared), where: shared.where})),
				);
			},
			line(first, given),
		);
	}

	let rows = combinations(lines);
	if (rows && onlyDistinct)
		rows = distinct(rows, ({bindings}) => bindings.map(values).join(), {
			name,
			...(onMoved && {onLost: onMoved}),
		});
	const inner = isCombined ? listed(lists) : undefined;
	const [outer, second] = [rows, inner].filter(source => source !== undefined);
	if (!outer) return undefined;
	const source = batch ? batched(outer, batch.size) : outer;
	return {
		source: second ? product(source, () => second) : source,
		request,
		concurrency,
		skips: left,
		...(states && {states}),
		// Of those with the same values only one is asked for, and which one may change from run to run.
		key: bindings => bindings.map(onlyDistinct ? values : key).join(),
		...(relation.include.length > 0 && {include}),
		// A list is the author's own: an answer that there is no such thing is a mistake.
		...(!rows && {skipStatuses: []}),
	};
}

function rowsOfNode(
	node: string,
	optionsOf: (name: string) => ParentRowsOptions,
	open: OpenRows,
	given: Binding,
): Partitions {
	const of = (name: string): Partitions =>
		rowOf(given, name) === undefined
			? rowsOf(name, at => open(name, at, given), optionsOf(name))
			: settled(given);
	const names = alternatives(node);
	return names.length === 1 || rowOf(given, node) !== undefined
		? of(node)
		: inTurn(
				node,
				names.map(name => [name, of(name)] as const),
			);
}
