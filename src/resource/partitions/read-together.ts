/**
 * Reads planned resources together: each is walked once, and its pages go to its own pipeline and to those of
 * its children.
 */
import {type JsonObject, stringify} from '../../core/json/json.ts';
import type {Counts} from '../../core/stage.ts';
import type {Client} from '../../http/client.ts';
import {pages, type ResourceOptions} from '../resource.ts';
import {withoutGuess} from '../walk/answer/guessed-selector.ts';
import type {WalkOptions} from '../walk/walk-options.ts';
import {type AncestorStates, ancestorStates} from './ancestor-states.ts';
import type {Binding, BoundPage, Position} from './partitions.ts';
import type {PlannedResource} from './plan.ts';
import {type OpenParentRows, plannedPartitions} from './planned-partitions.ts';
import {type SharedReader, type SharedWalk, shareWalk} from './shared-walk.ts';

/** How the resources of a plan are read this time; each function takes the name of a resource. */
export interface Reading {
	readonly client: Client;
	/** The options of its walk. */
	readonly walkOf: (name: string) => WalkOptions & Pick<ResourceOptions, 'process' | 'incremental' | 'sync'>;
	/** Its stored state; null: every row is wanted. */
	readonly stateOf: (name: string) => JsonObject | null | undefined;
	/** Where it goes on; null when nothing is left to read. */
	readonly startOf: (name: string) => Position | null | undefined;
	/** Partitions are walked one after the other, so that a limit requests nothing beyond it. @default false */
	readonly isOneByOne?: boolean;
	/**
	 * Whether all resources are read for new and changed rows of parents only. @default the setting of each
	 * resource
	 */
	readonly isDependent?: boolean;
}

/** The pages of a resource, for one reader. */
export interface ReadResource {
	readonly pages: AsyncIterable<BoundPage>;
	readonly counts: Partial<Counts>;
	/** Gives up the pages, also before the first one was read. */
	leave(): void;
}

const noRows: Binding = {rows: {}, values: {}, where: ''};

/** The caller must read, or leave, all of them: they take turns. */
export function readTogether(reading: Reading, resources: readonly PlannedResource[]): ReadResource[] {
	// A single resource needs no shared walk.
	const [only, ...others] = resources;
	if (only && others.length === 0) {
		const counts = {};
		return [{pages: separateWalk(reading, only, counts), counts, leave() {}}];
	}
	const walks = new SharedWalks(
		reading,
		resources.map(({name}) => name),
	);
	const readers = resources.map(resource => walks.readerOf(resource));
	return readers.map(({reader, counts}, index) => {
		const start = reading.startOf(resources[index]?.name ?? '');
		if (start === null) leave(reader);
		return {pages: start === null ? reader : reader.begin(start), counts, leave: () => leave(reader)};
	});
}

/** The walks that several resources read; each is made when it is first needed. */
class SharedWalks {
	readonly #reading: Reading;
	readonly #countsOf: ReadonlyMap<string, Partial<Counts>>;
	readonly #walks = new Map<string, SharedWalk>();

	/** `names` are the resources that the caller reads. */
	constructor(reading: Reading, names: readonly string[]) {
		this.#reading = reading;
		this.#countsOf = new Map(names.map(name => [name, {}]));
	}

	readerOf(resource: PlannedResource): {reader: SharedReader; counts: Partial<Counts>} {
		const counts = this.#countsOf.get(resource.name) ?? {};
		return {reader: this.#walkOf(resource, counts).reader(), counts};
	}

	// The requests of a parent that the caller does not read are counted with the first child.
	#walkOf(resource: PlannedResource, child: Partial<Counts>): SharedWalk {
		const {name} = resource;
		const known = this.#walks.get(name);
		if (known) return known;
		const reading = this.#reading;
		const counts = this.#countsOf.get(name) ?? requestsOf(child);
		const states = statesOf(resource, reading);
		const parent = sharedParent(resource, reading, states);
		const upstream = parent && this.#walkOf(parent, counts).reader();
		const walk = shareWalk({
			open: at => walkOf(resource, reading, {states, open: openFrom(upstream, parent)}, counts, at),
			// A walk of its own must not begin the shared walk of its parent again.
			openAlone: at => separateWalk({...reading, startOf: () => undefined}, resource, requestsOf(counts), at),
			onOver() {
				if (upstream) leave(upstream);
			},
		});
		this.#walks.set(name, walk);
		return walk;

		function openFrom(reader: SharedReader | undefined, shared: PlannedResource | undefined): OpenParentRows {
			let isRead = false;
			const others = resource.branches[0]?.parents.slice(1) ?? [];
			return (parent, at, fixedRows) => {
				// Where its list has changed, it is read once more, without sharing.
				if (reader && parent === shared && !isRead) {
					isRead = true;
					return reader.begin(at);
				}
				// Its turns in the shared walk are over, even if it never had one.
				if (reader && others.includes(parent)) leave(reader);
				return separateWalk(readingAbove(reading, states), parent, requestsOf(counts), at, fixedRows);
			};
		}
	}
}

/**
 * The parent that is shared: the first parent of the first branch, where its own run brings the rows that its
 * child wants. Its rows vary slowest. A second parent, or one of another branch, is not shared: it is needed
 * while the turn of the first is held up, and two children that need them in opposite order would wait for
 * one another.
 */
function sharedParent(
	{branches}: PlannedResource,
	reading: Reading,
	states: AncestorStates | undefined,
): PlannedResource | undefined {
	const parent = branches[0]?.parents[0];
	return parent && bringsWanted(parent, reading, states) ? parent : undefined;
}

function bringsWanted(
	{name, isPartial, branches}: PlannedResource,
	{stateOf}: Reading,
	states: AncestorStates | undefined,
): boolean {
	// Some rows of a parent that is read in full are enough where one of its own ancestors shows which of them
	// are new.
	if (states && !isPartial) return branches.length === 0;
	// Other children want all rows, including those that the parent brought in an earlier run.
	const storedState = stateOf(name) ?? {};
	const wanted = states?.of(name) ?? {};
	return !isPartial || stringify(withoutGuess(storedState)) === stringify(withoutGuess(wanted));
}

/**
 * Pages of one resource, with separate walks of its ancestors, except those with `fixedRows`. A position of
 * `null` has no pages.
 */
export function separateWalk(
	reading: Reading,
	resource: PlannedResource,
	counts: Partial<Counts>,
	at: Position | null | undefined = reading.startOf(resource.name),
	fixedRows: Binding = noRows,
): AsyncIterable<BoundPage> {
	const states = statesOf(resource, reading);
	const open: OpenParentRows = (parent, position, further) =>
		separateWalk(readingAbove(reading, states), parent, requestsOf(counts), position, further);
	return walkOf(resource, reading, {open, states}, counts, at, fixedRows);
}

function walkOf(
	resource: PlannedResource,
	{client, walkOf, stateOf, isOneByOne}: Reading,
	parents: {readonly open: OpenParentRows; readonly states: AncestorStates | undefined},
	counts: Partial<Counts>,
	at: Position | null | undefined,
	fixedRows: Binding = noRows,
): AsyncIterable<BoundPage> {
	const {name} = resource;
	const options = walkOf(name);
	const partitions = plannedPartitions(isOneByOne ? {...resource, concurrency: 1} : resource, {
		...parents,
		counts,
		fixedRows,
		onMoved: message => options.onWarning?.({code: 'list-moved', resource: name, message}),
	});
	const state = stateOf(name);
	return pages(
		client,
		{
			...options,
			...(partitions && {partitions}),
			...(state !== undefined && {state}),
			...(at && {cursor: at.cursor, firstNumber: at.page}),
			...(at === null && {cursor: at}),
		},
		counts,
	);
}

/** How ancestors are read: every row, or the rows that are new to the resource with these `states`. */
function readingAbove(reading: Reading, states: AncestorStates | undefined): Reading {
	return {
		...reading,
		stateOf: name => states?.of(name) ?? null,
		startOf: () => undefined,
		isDependent: states !== undefined,
	};
}

function statesOf(
	resource: PlannedResource,
	{stateOf, isDependent = resource.isDependent}: Reading,
): AncestorStates | undefined {
	const stored = stateOf(resource.name);
	const hasParents = resource.branches.length > 0;
	return stored === null || !hasParents || !isDependent ? undefined : ancestorStates(stored ?? {});
}

function leave(reader: SharedReader): void {
	reader.return().catch(() => {});
}

const ofRequests = ['requests', 'retries', 'bytesRead', 'skipped'] as const;

// For an ancestor that is read for its descendants only, its requests count with theirs, and its rows do not.
function requestsOf(counts: Partial<Counts>): Partial<Counts> {
	const view: Partial<Counts> = {};
	for (const name of ofRequests)
		Object.defineProperty(view, name, {
			get: () => counts[name],
			set(value: number) {
				counts[name] = value;
			},
		});
	return view;
}
