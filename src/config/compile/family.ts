/**
 * Resources that are read together: each is walked once, and its pages feed its own pipeline and those of its
 * children.
 */
import {type JsonObject, stringify} from '../../core/json/json.ts';
import type {Counts} from '../../core/stage.ts';
import type {Client} from '../../http/client.ts';
import {type AncestorStates, ancestorStates} from '../../resource/partitions/ancestor-states.ts';
import type {Binding, BoundPage, Position} from '../../resource/partitions/partitions.ts';
import {type SharedReader, type SharedWalk, shareWalk} from '../../resource/partitions/shared-walk.ts';
import {pages, type ResourceOptions} from '../../resource/resource.ts';
import {withoutGuess} from '../../resource/walk/answer/guessed-selector.ts';
import type {WalkOptions} from '../../resource/walk/walk-options.ts';
import {alternatives, type NodesOf, nearest} from '../placeholders/lineage.ts';
import {nothing, type OpenRows, partitioning} from './partitioning.ts';
import {nodesOf} from './relation.ts';
import type {ResolvedResource} from './resolve.ts';

export interface Walks {
	readonly client: Client;
	readonly resource: (name: string) => ResolvedResource;
	readonly options: (
		resource: ResolvedResource,
	) => WalkOptions & Pick<ResourceOptions, 'process' | 'incremental' | 'sync'>;
	/** What is stored of the resource; null: every row is wanted. */
	readonly state: (name: string) => JsonObject | null | undefined;
	/** Where it goes on; `null` when nothing is left. */
	readonly start: (name: string) => Position | null | undefined;
	/**
	 * Whether new and changed rows of its ancestors are enough. @default what its `incremental_dependency` says
	 */
	readonly isDependent?: (name: string) => boolean;
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
	const shares = new Map<string, SharedWalk>();

	// Of a parent that is not asked for itself, the requests are counted with the first child.
	function shareOf(name: string, child: Partial<Counts>): SharedWalk {
		const made = shares.get(name);
		if (made) return made;
		const counts = countsOf.get(name) ?? trafficOf(child);
		const [parent, ...later] = firstLine(name, walks);
		const states = statesOf(name, walks);
		const isShared = parent !== undefined && isSameWalk(parent, walks, states);
		const upstream: SharedReader | undefined = isShared ? shareOf(parent, counts).reader() : undefined;
		let isRead = false;
		const open: OpenRows = (resource, at, given) => {
			// Whoever reads it once more, as it has changed, does so by itself.
			if (upstream && resource === parent && !isRead) {
				isRead = true;
				return upstream.begin(at);
			}
			// Its turns are over, even if it never had one.
			if (upstream && later.includes(resource)) leave(upstream);
			return alone(above(walks, states), resource, trafficOf(counts), at, given);
		};
		const shared = shareWalk({
			open: at => walkOf(walks, name, {open, states}, counts, at),
			// What is upstream has one reader for the shared walk, which must not begin it again.
			openAlone: at => alone({...walks, start: () => undefined}, name, trafficOf(counts), at),
			onOver() {
				if (upstream) leave(upstream);
			},
		});
		shares.set(name, shared);
		return shared;
	}

	const members = names.map(name => {
		const counts = countsOf.get(name) ?? {};
		const reader = shareOf(name, counts).reader();
		return {name, counts, reader, leave: () => leave(reader)};
	});
	return members.map(({name, counts, reader, leave}) => {
		const start = walks.start(name);
		if (start === null) leave();
		return {pages: start === null ? reader : reader.begin(start), counts, leave};
	});
}

function leave(reader: SharedReader): void {
	reader.return().catch(() => {});
}

/**
 * Pages of one resource, with walks of its own over its ancestors but those that `given` settles. Nothing
 * from `null` on.
 */
export function alone(
	walks: Walks,
	name: string,
	counts: Partial<Counts>,
	at: Position | null | undefined = walks.start(name),
	given: Binding = nothing,
): AsyncIterable<BoundPage> {
	const states = statesOf(name, walks);
	const open: OpenRows = (resource, position, further) =>
		alone(above(walks, states), resource, trafficOf(counts), position, further);
	return walkOf(walks, name, {open, states}, counts, at, given);
}

function walkOf(
	walks: Walks,
	name: string,
	parents: {readonly open: OpenRows; readonly states: AncestorStates | undefined},
	counts: Partial<Counts>,
	at: Position | null | undefined,
	given: Binding = nothing,
): AsyncIterable<BoundPage> {
	const {onWarning} = walks.options(walks.resource(name));
	const partitions = partitioning(walks.resource(name), {
		nodesOf: nodesIn(walks),
		...parents,
		counts,
		given,
		primaryKeyOf: parent => walks.resource(parent).primary_key,
		onMoved: message => onWarning?.({code: 'list-moved', resource: name, message}),
	});
	const state = walks.state(name);
	return pages(
		walks.client,
		{
			...walks.options(walks.resource(name)),
			...(partitions && {partitions}),
			...(state !== undefined && {state}),
			...(at && {cursor: at.cursor, firstNumber: at.page}),
			...(at === null && {cursor: at}),
		},
		counts,
	);
}

/** The walks of ancestors: with every row, or with what is new to the resource whose `states` they are. */
function above(walks: Walks, states: AncestorStates | undefined): Walks {
	return {
		...walks,
		state: name => states?.of(name) ?? null,
		start: () => undefined,
		isDependent: () => states !== undefined,
	};
}

function statesOf(
	name: string,
	{resource, state, isDependent = isDeclared(resource)}: Walks,
): AncestorStates | undefined {
	const stored = state(name);
	if (stored === null || resource(name).relation === undefined || !isDependent(name)) return undefined;
	return ancestorStates(stored ?? {});
}

function isDeclared(resource: Walks['resource']): (name: string) => boolean {
	return name => resource(name).relation?.isDependent === true;
}

/** Whether the rows that a parent brings in its own run are those that its child wants. */
function isSameWalk(parent: string, walks: Walks, states: AncestorStates | undefined): boolean {
	const stored = walks.state(parent) ?? {};
	const {incremental, sync} = walks.resource(parent).endpoint;
	const isPartial = (incremental ?? sync) !== undefined || isDeclared(walks.resource)(parent);
	// Of a parent that is read whole, some rows are enough where an ancestor of its own says which of them are
	// new.
	if (states && !isPartial) return walks.resource(parent).relation === undefined;
	// Others want all rows, also those that it brought in an earlier run.
	const wanted = states?.of(parent) ?? {};
	return !isPartial || stringify(withoutGuess(stored)) === stringify(withoutGuess(wanted));
}

const traffic = ['requests', 'retries', 'bytesRead', 'skipped'] as const;

// Of an ancestor that is read for its descendants only, what was sent counts with them; how many rows it has
// is no matter of theirs.
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

/** The resource at the root of its first line: those that have the same one can share walks. */
export function rootOf(name: string, walks: Pick<Walks, 'resource'>): string {
	const [parent] = firstLine(name, walks);
	return parent === undefined ? name : rootOf(parent, walks);
}

/**
 * The parents that vary slowest, in their turn. Only the first of them is shared with whoever else reads it:
 * a second one, or that of another line, is wanted while the first is held up, and two children that want
 * them the other way round would wait for one another.
 */
function firstLine(name: string, walks: Pick<Walks, 'resource'>): readonly string[] {
	const nodes = nodesIn(walks);
	const [first] = nearest(nodes(name), nodes);
	return first === undefined ? [] : alternatives(first);
}

function nodesIn({resource}: Pick<Walks, 'resource'>): NodesOf {
	return name => {
		const {relation} = resource(name);
		return relation ? nodesOf(relation) : [];
	};
}
