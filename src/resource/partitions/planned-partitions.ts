/** The partitions of a planned resource: the rows of its parents, its lists, or both. */
import {ownValue} from '../../core/own.ts';
import type {Counts} from '../../core/stage.ts';
import {singlePartition} from '../incremental/windows.ts';
import {identifyBy} from '../walk/repeats/overlap.ts';
import type {AncestorStates} from './ancestor-states.ts';
import {batched} from './batched.ts';
import {distinct} from './distinct.ts';
import {KEY_LENGTH} from './done-parents.ts';
import {bindingOf, cachedInnerRows} from './inner-rows-cache.ts';
import {rowsOf} from './parent-rows.ts';
import type {Partitioning} from './partitioned.ts';
import {
	type Binding,
	type BoundPage,
	combineBindings,
	filtered,
	inTurn,
	listedValues,
	type Partition,
	type Partitions,
	type Position,
	product,
	rowOf,
	singleBinding,
} from './partitions.ts';
import type {Branch, PlannedResource, RequestTemplate} from './plan.ts';
import {type Skips, skipCounter} from './skipped-partitions.ts';

/** Opens the pages of a parent. Walks that would read the resources of `fixedRows` use those rows. */
export type OpenParentRows = (
	parent: PlannedResource,
	at: Position | undefined,
	fixedRows: Binding,
) => AsyncIterable<BoundPage>;

export interface PartitionSources {
	readonly open: OpenParentRows;
	/** `skipped` counts each row that lacks a value for the request. */
	readonly counts: Partial<Counts>;
	/** Known rows of ancestors: only rows that come with them are read. */
	readonly fixedRows: Binding;
	/** States of the ancestors, for a resource that is read for new and changed parents only. */
	readonly states?: AncestorStates | undefined;
	/** Gets a message about a place that has moved. */
	readonly onMoved?: ((message: string) => void) | undefined;
}

/** `undefined` for a resource that is read once. */
export function plannedPartitions(
	resource: PlannedResource,
	sources: PartitionSources,
): Partitioning | undefined {
	const {name, branches, lists, template, concurrency, batchSize, isDistinct} = resource;
	if (!template) return undefined;
	const {request, include} = template;
	const hasLists = Object.keys(lists).length > 0;
	const common = {request, concurrency, ...(include && {include})};
	// Without a parent, a 404 is a mistake in the config, and is not skipped.
	if (branches.length === 0 && !hasLists)
		return {...common, source: singlePartition, key: () => '', skipStatuses: []};

	const skipped = skipCounter(unitOf(resource));
	const {states, onMoved} = sources;
	let rows = new ParentRows(resource, template, skipped, sources).combinations();
	if (rows && isDistinct)
		rows = distinct(rows, ({bindings}) => bindings.map(template.values).join(), {
			name,
			...(onMoved && {onLost: onMoved}),
		});
	const outer = rows ?? listedValues(lists);
	const grouped = batchSize === undefined ? outer : batched(outer, batchSize);
	return {
		...common,
		source: rows && hasLists ? product(grouped, () => listedValues(lists)) : grouped,
		skips: skipped,
		...(states && {states}),
		// Of parents with the same values only one is read, and which one may change from run to run.
		key: bindings => bindings.map(isDistinct ? template.values : template.key).join(),
		...(!rows && {skipStatuses: []}),
	};
}

function unitOf({batchSize, lists, branches}: PlannedResource): 'batch' | 'combination' | 'parent' {
	if (batchSize !== undefined) return 'batch';
	return Object.keys(lists).length > 0 || branches.length > 1 ? 'combination' : 'parent';
}

/** The rows of the parents of one resource. */
class ParentRows {
	readonly #resource: PlannedResource;
	readonly #template: RequestTemplate;
	readonly #skipped: Skips;
	readonly #sources: PartitionSources;

	constructor(
		resource: PlannedResource,
		template: RequestTemplate,
		skipped: Skips,
		sources: PartitionSources,
	) {
		this.#resource = resource;
		this.#template = template;
		this.#skipped = skipped;
		this.#sources = sources;
	}

	/**
	 * One row of each branch, in each combination. A combination has one row of each resource: where two
	 * branches share an ancestor, the first branch decides for which of its rows the second is read.
	 */
	combinations(): Partitions | undefined {
		const [first, ...others] = this.#resource.branches;
		if (!first) return undefined;
		const {fixedRows} = this.#sources;
		return others.reduce(
			(outer, branch) => {
				const fixed = bindingOf(fixedRows, branch.ancestors);
				return product(
					outer,
					cachedInnerRows(branch.ancestors, shared =>
						this.#rowsOf(branch, {...combineBindings(fixed, shared), where: shared.where}),
					),
				);
			},
			this.#rowsOf(first, fixedRows),
		);
	}

	#rowsOf(branch: Branch, fixedRows: Binding): Partitions {
		const rows = this.#inTurn(branch, fixedRows);
		return this.#resource.skipsIncomplete ? filtered(rows, each => this.#isComplete(each)) : rows;
	}

	#inTurn(branch: Branch, fixedRows: Binding): Partitions {
		if (rowOf(fixedRows, branch.name) !== undefined) return singleBinding(fixedRows);
		const sources = branch.parents.map(parent => {
			const isFixed = rowOf(fixedRows, parent.name) !== undefined;
			return [
				parent.name,
				isFixed ? singleBinding(fixedRows) : this.#read(parent, branch, fixedRows),
			] as const;
		});
		const [[, only] = [], ...others] = sources;
		return only && others.length === 0 ? only : inTurn(branch.name, sources);
	}

	#read(parent: PlannedResource, branch: Branch, fixedRows: Binding): Partitions {
		const {open, onMoved, states} = this.#sources;
		return rowsOf(parent.name, at => open(parent, at, fixedRows), {
			keyOf: this.#keyOf(parent, branch),
			...(onMoved && {onLost: onMoved}),
			...(states && {states}),
		});
	}

	// The key of a row: its primary key, or else all its fields.
	#keyOf({name, primaryKey}: PlannedResource, branch: Branch): (binding: Binding) => string {
		const {states} = this.#sources;
		const {values, include} = this.#template;
		// Where only changed parents are read, a parent that has changed counts as another one.
		const identify = identifyBy(states ? [] : primaryKey);
		const hasKey = states !== undefined || primaryKey.length > 0;
		return binding => {
			const row = ownValue(binding.rows, name) ?? {};
			const chosen = {...binding.chosen, [branch.name]: name};
			const known = hasKey ? row : {values: values({...binding, chosen}), included: include ? row : null};
			return identify(known).slice(0, KEY_LENGTH);
		};
	}

	#isComplete({bindings}: Partition): boolean {
		const {counts} = this.#sources;
		const lacking = bindings.filter(binding => !this.#template.isComplete(binding));
		for (const binding of lacking)
			if (this.#skipped.missing(binding)) counts.skipped = (counts.skipped ?? 0) + 1;
		return lacking.length === 0;
	}
}
