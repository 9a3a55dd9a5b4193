/** Resources that are read together: each is walked once, and its pages feed its own pipeline and those of its children. */
import type {JsonObject} from '../core/json.ts';
import type {Counts} from '../core/stage.ts';
import type {Client} from '../http/client.ts';
import type {Partitioning} from '../resource/partitioned.ts';
import {
	type BoundPage,
	batched,
	distinct,
	filtered,
	listed,
	type OpenParent,
	type Partitions,
	type Position,
	product,
	rowsOf,
} from '../resource/partitions.ts';
import {pages, type ResourceOptions} from '../resource/resource.ts';
import {type Share, type SharedReader, share} from '../resource/share.ts';
import type {WalkOptions} from '../resource/walk.ts';
import {incrementalBinder, unrelated} from './incremental-request.ts';
import {parentsOf} from './relation.ts';
import {nearest} from './relations.ts';
import type {ResolvedResource} from './resolve.ts';

export interface Walks {
	readonly client: Client;
	readonly resource: (name: string) => ResolvedResource;
	readonly options: (resource: ResolvedResource) => WalkOptions & Pick<ResourceOptions, 'process' | 'incremental'>;
	/** What is stored of the resource; null: every row is wanted. */
	readonly state: (name: string) => JsonObject | null | undefined;
	/** Where it goes on; `null` when nothing is left. */
	readonly start: (name: string) => Position | null | undefined;
}

export interface Member {
	readonly pages: AsyncIterable<BoundPage>;
	readonly counts: Partial<Counts>;
	/** Gives the pages up, also when nobody began to read them. */
	leave(): void;
}

/** Pages of the named resources. All must be read, or left: they take turns. */
export function family(walks: Walks, names: readonly string[]): Member[] {
	// One alone shares with nobody.
	const [only, ...others] = names;
	if (only !== undefined && others.length === 0) {
		const counts = {};
		return [{pages: alone(walks, only, counts), counts, leave() {}}];
	}
	const countsOf = new Map(names.map((name): [string, Partial<Counts>] => [name, {}]));
	const shares = new Map<string, Share>();

	// Of a parent that is not asked for itself, the requests are counted with the first child.
	function shareOf(name: string, child: Partial<Counts>): Share {
		const made = shares.get(name);
		if (made) return made;
		const counts = countsOf.get(name) ?? trafficOf(child);
		const parent = parentOf(walks.resource(name), walks);
		// Children want all rows of a parent, also those that it brought in an earlier run.
		const isShared = parent !== undefined && !isPartly(parent, walks);
		const upstream: SharedReader | undefined = isShared ? shareOf(parent, counts).reader() : undefined;
		const open: OpenParent = at => upstream?.begin(at) ?? alone(whole(walks), parent ?? '', trafficOf(counts), at);
		const shared = share(
			at => walkOf(walks, name, open, counts, at),
			() => void upstream?.return(),
		);
		shares.set(name, shared);
		return shared;
	}

	const members = names.map(name => {
		const counts = countsOf.get(name) ?? {};
		const reader = shareOf(name, counts).reader();
		return {name, counts, reader, leave: () => void reader.return().catch(() => {})};
	});
	return members.map(({name, counts, reader, leave}) => {
		const start = walks.start(name);
		if (start === null) leave();
		return {pages: start === null ? reader : reader.begin(start), counts, leave};
	});
}

/** Pages of one resource, with walks of its own over its ancestors. Nothing from `null` on. */
export function alone(
	walks: Walks,
	name: string,
	counts: Partial<Counts>,
	at: Position | null | undefined = walks.start(name),
): AsyncIterable<BoundPage> {
	const parent = parentOf(walks.resource(name), walks);
	return walkOf(walks, name, position => alone(whole(walks), parent ?? '', trafficOf(counts), position), counts, at);
}

function walkOf(
	walks: Walks,
	name: string,
	open: OpenParent,
	counts: Partial<Counts>,
	at: Position | null | undefined,
): AsyncIterable<BoundPage> {
	const resource = walks.resource(name);
	const partitions = partitioning(resource, parentOf(resource, walks), open, counts);
	const state = walks.state(name);
	return pages(
		walks.client,
		{
			...walks.options(resource),
			...(partitions && {partitions}),
			...(state !== undefined && {state}),
			...(at && {cursor: at.cursor, firstNumber: at.page}),
			...(at === null && {cursor: at}),
		},
		counts,
	);
}

/** The same walks, with every row. */
function whole(walks: Walks): Walks {
	return {...walks, state: () => null, start: () => undefined};
}

/** Whether the resource is read from where an earlier run ended. */
function isPartly(name: string, {resource, state}: Walks): boolean {
	return resource(name).endpoint.incremental !== undefined && Object.keys(state(name) ?? {}).length > 0;
}

const traffic = ['requests', 'retries', 'bytesRead', 'skipped'] as const;

// Of an ancestor that is read for its descendants only, what was sent counts with them; how many rows it has is no matter of theirs.
function trafficOf(counts: Partial<Counts>): Partial<Counts> {
	const view: Partial<Counts> = {};
	for (const name of traffic) {
		Object.defineProperty(view, name, {
			get: () => counts[name],
			set(value: number) {
				counts[name] = value;
			},
		});
	}
	return view;
}

/** The resource at the root of its line: those that have the same one can share walks. */
export function rootOf(resource: ResolvedResource, byName: Walks['resource']): string {
	const parent = parentOf(resource, {resource: byName});
	return parent === undefined ? resource.name : rootOf(byName(parent), byName);
}

function parentOf({relation}: ResolvedResource, {resource}: Pick<Walks, 'resource'>): string | undefined {
	const parents = (name: string): string[] => {
		const {relation} = resource(name);
		return relation ? parentsOf(relation) : [];
	};
	return relation && nearest(parentsOf(relation), parents);
}

function partitioning(
	{name, endpoint, relation, concurrency: windows = 1}: ResolvedResource,
	parent: string | undefined,
	open: OpenParent,
	counts: Partial<Counts>,
): Partitioning | undefined {
	if (!relation) return unrelated(name, endpoint, endpoint.incremental?.step == null ? 1 : windows);
	const {concurrency, batch, distinct: onlyDistinct, onMissing, partitions: lists} = relation;
	const {request, include, key, isComplete} = incrementalBinder(name, parent, endpoint, relation);
	const inner = Object.keys(lists).length > 0 ? listed(lists) : undefined;
	const sources: Partitions[] = [];
	if (parent !== undefined) {
		let rows = rowsOf(parent, open);
		const first = inner && {values: Object.fromEntries(Object.entries(lists).map(([list, values]) => [list, values[0] ?? null]))};
		if (onMissing === 'skip') {
			rows = filtered(rows, ({bindings}) => {
				const isWanted = bindings.every(binding => isComplete({...binding, ...first}));
				if (!isWanted) counts.skipped = (counts.skipped ?? 0) + 1;
				return isWanted;
			});
		}
		if (onlyDistinct) rows = distinct(rows, ({bindings}) => bindings.map(binding => key({...binding, ...first})).join());
		sources.push(batch ? batched(rows, batch.size) : rows);
	}
	if (inner) sources.push(batch && parent === undefined ? batched(inner, batch.size) : inner);
	const [outer, second] = sources;
	if (!outer) return undefined;
	return {
		source: second ? product(outer, second) : outer,
		request,
		concurrency,
		key: bindings => bindings.map(key).join(),
		...(relation.include.length > 0 && {include}),
		// A list is the author's own: an answer that there is no such thing is a mistake.
		...(parent === undefined && {skipStatuses: []}),
	};
}
