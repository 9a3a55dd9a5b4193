/**
 * A resource that is walked once for each of its partitions, such as rows of a parent or a list of regions.
 */
import {RequestError} from '../../core/errors.ts';
import type {JsonObject} from '../../core/json/json.ts';
import {inOrderOf} from '../../core/json/key-order.ts';
import type {Cursor, JsonRecord, Page} from '../../core/page.ts';
import type {Counts} from '../../core/stage.ts';
import type {Client} from '../../http/client.ts';
import {firstOf} from '../../http/signals.ts';
import type {SyncPart} from '../walk/sync.ts';
import {walk} from '../walk/walk.ts';
import type {WalkOptions, WalkPosition} from '../walk/walk-options.ts';
import type {AncestorStates, StatesPatch} from './ancestor-states.ts';
import {type CountedChildren, countedChildren} from './counted-children.ts';
import {inOrder} from './in-order.ts';
import type {Binding, BoundPage, Partition, Partitions} from './partitions.ts';
import {type SameChildren, sameChildren} from './same-children.ts';
import {sharing} from './sharing.ts';
import {type Skips, skipCounter} from './skipped-partitions.ts';

/** What a partition changes in the request. */
export interface PartitionRequest
	extends Pick<WalkOptions, 'path' | 'isLink' | 'params' | 'headers' | 'body' | 'perPage'> {
	/** @internal The sync token of the partition. */
	readonly token?: SyncPart;
}

export interface Partitioning {
	readonly source: Partitions;
	/** The request of a partition, laid over that of the resource. */
	readonly request: (bindings: readonly Binding[]) => PartitionRequest;
	/**
	 * The key of a partition from run to run: the state of an incremental resource has an entry for each key.
	 * @default the requests
	 */
	readonly key?: (bindings: readonly Binding[]) => string;
	/** Fields that every record of a partition gets besides its own. */
	readonly include?: (binding: Binding) => JsonObject;
	/**
	 * Partitions that are walked at once; the pages still come out in order. Each may be two pages ahead of its
	 * turn.
	 * @default 1
	 */
	readonly concurrency?: number;
	/**
	 * Statuses that mean that there is nothing for a partition. If its first request gets one, and no rule
	 * decides otherwise, the partition is skipped and counted. @default [403, 404]
	 */
	readonly skipStatuses?: readonly number[];
	/**
	 * How far the ancestors are read, where only new or changed rows of them are read. @default all of their
	 * rows are read
	 */
	readonly states?: AncestorStates;
	/** Counts the partitions that are skipped. @default a new count */
	readonly skips?: Skips;
}

/**
 * Gets every page in order, and may change it, or report that its partition needs no further one. `isLast`:
 * it is the last page of its partition.
 */
export type Follow = (
	page: Page,
	binding: Binding,
	isLast: boolean,
) => {readonly page: Page; readonly isEnough: boolean};

type PartitionPlace = {partition: Cursor} & Partial<WalkPosition>;

interface Options extends WalkOptions {
	readonly partitions: Partitioning;
	/** The place to begin at. */
	readonly cursor?: Cursor | undefined;
	readonly follow?: Follow | undefined;
}

/** One page of a partition. */
interface Step {
	readonly page: BoundPage;
	readonly partition: Partition;
	readonly isLast: boolean;
}

/** A partition that failed. It does not matter when an earlier page was enough. */
interface Failed {
	readonly partition: Partition;
	readonly failure: unknown;
}

/** The pages of every partition, in order. */
export async function* walkPartitions(
	client: Client,
	{partitions, cursor, follow, ...options}: Options,
	counts: Partial<Counts>,
): AsyncGenerator<BoundPage> {
	const {source, concurrency = 1} = partitions;
	const start = cursor as PartitionPlace | undefined;
	const ended = new WeakSet<Partition>();
	// Only one partition can have been interrupted: the first, unless it reports that it is another one.
	let position = start && positionOf(start);
	let isElsewhere = false;
	let number = options.firstNumber ?? 0;
	const left = partitions.skips ?? skipCounter();
	const isKept = options.paginator?.repeatedPage === 'keep';
	const same = sameChildren(options.name, isKept ? undefined : options.onWarning);
	const children = countedChildren(options);
	let lastStates: StatesPatch | undefined = partitions.states?.current();

	// The first page of a partition carries the changes of its ancestors, so that they are stored with the
	// place there.
	function withStates(page: BoundPage, {states}: Partition): BoundPage {
		const now = page.cursor === undefined ? undefined : isAfter(page.cursor) ? states?.after : states?.before;
		if (now === undefined || now === lastStates) return page;
		lastStates = now;
		return {...page, state: {...page.state, ...now}};
	}

	const beside = sharing(concurrency, options.concurrency ?? 1);
	const open = (partition: Partition, signal: AbortSignal): AsyncIterable<Step | Failed> => {
		// Where the partition of the place is further on, or gone, the others begin at their beginning.
		isElsewhere ||= partition.resumes === false;
		const from = (partition.resumes ?? !isElsewhere) ? position : undefined;
		if (partition.resumes !== false) position = undefined;
		const all = walkOne(
			client,
			{...options, room: beside.room, partitions, left, same, children},
			counts,
			partition,
			from,
			signal,
		);
		const counted = beside.counted(all);
		return follow
			? untilEnough(counted, options.name, partition, from !== undefined, () => ended.has(partition))
			: counted;
	};
	const all = beside.untilDone(source.from(start?.partition));
	// The first answer shows whether the request is right, and where the rows are.
	let isAnswered = options.isCareful !== true;
	const hasRoom = (others: number, held: number): boolean => isAnswered && client.hasRoom(others, held);
	for await (const step of inOrder(all, {open, concurrency, hasRoom})) {
		isAnswered = true;
		if (ended.has(step.partition)) continue;
		if ('failure' in step) throw step.failure;
		const {page, partition, isLast} = step;
		const numbered: BoundPage = {...page, number: number++};
		if (page.cursor === null) {
			same.tell();
			children.tell();
			left.tell(options.name, options.onWarning);
		}
		if (!follow || !page.binding) {
			yield withStates(numbered, partition);
			continue;
		}
		const {page: followed, isEnough} = follow(numbered, page.binding, isLast);
		if (isEnough) ended.add(partition);
		yield withStates(
			{...(isEnough ? atEnd(followed, partition) : followed), binding: page.binding},
			partition,
		);
	}
	// A walk that goes on from a place has not seen the partitions before it, so it cannot judge them.
	if (!start) left.end(options.name);
	same.tell();
	children.tell();
	left.tell(options.name, options.onWarning);
	const now = partitions.states?.current();
	if (now !== lastStates)
		yield {resource: options.name, number, records: [], cursor: null, ...(now && {state: now})};
}

// Whether a place is the beginning of a partition, or the end: everything before it is complete.
function isAfter(place: Cursor): boolean {
	return place === null || (place as PartitionPlace).at === undefined;
}

/**
 * Stops when a page was enough. Always ends with a last page: a walk may need one more answer to know that it
 * is over.
 */
async function* untilEnough(
	all: AsyncIterable<Step>,
	name: string,
	partition: Partition,
	isResumed: boolean,
	isEnough: () => boolean,
): AsyncGenerator<Step | Failed> {
	let isBegun = isResumed;
	let isOver = false;
	try {
		for await (const step of all) {
			yield step;
			if (isEnough()) return;
			isBegun = true;
			isOver = step.isLast;
		}
	} catch (failure) {
		yield {partition, failure};
		return;
	}
	const [binding] = partition.bindings;
	if (!isBegun || isOver || !binding) return;
	yield {
		page: {...atEnd({resource: name, number: 0, records: []}, partition), binding},
		partition,
		isLast: true,
	};
}

function atEnd({cursor: _, ...page}: Page, {next}: Partition): Page {
	const after = afterPartition(next);
	return after === undefined ? page : {...page, cursor: after};
}

function positionOf({partition: _, at, ...rest}: PartitionPlace): WalkPosition | undefined {
	return at === undefined ? undefined : {at, ...rest};
}

async function* walkOne(
	client: Client,
	{
		partitions,
		left,
		same,
		children,
		...options
	}: Options & {left: Skips; same: SameChildren; children: CountedChildren},
	counts: Partial<Counts>,
	partition: Partition,
	from: WalkPosition | undefined,
	stop: AbortSignal,
): AsyncGenerator<Step> {
	const {bindings, place, next} = partition;
	const {request: bind, include, skipStatuses = [403, 404]} = partitions;
	const request = bind(bindings);
	const [binding] = bindings;
	const added = binding && include?.(binding);
	const scope = firstOf(stop, options.signal);
	// The partition that was interrupted may be gone, too.
	let begun = false;
	let hasRows = from !== undefined;
	try {
		for await (const page of walk(
			client,
			{...options, ...request, ...(added && {needs: () => 'rows' as const}), signal: scope.signal},
			counts,
			from,
		)) {
			begun = true;
			left.read();
			// Windows of one parent may well have the same rows.
			if (!hasRows && binding?.range?.end === undefined) same.first(partition, page);
			hasRows ||= page.records.length > 0;
			const {cursor, ...rest} = page;
			// Told before the last page goes out.
			if (cursor === null && !hasRows) children.none(partition);
			const after =
				cursor === null ? afterPartition(next) : within(place, cursor as WalkPosition | undefined);
			const bound = {
				...rest,
				...(added && {
					records: page.records.map(record => inOrderOf<JsonRecord>(record, {...record, ...added})),
				}),
				...(binding && {binding}),
				...(after !== undefined && {cursor: after}),
			};
			yield {page: bound, partition, isLast: cursor === null};
		}
		left.read();
	} catch (error) {
		const isAnswered =
			error instanceof RequestError &&
			!error.isRuled &&
			!error.isRateLimit &&
			skipStatuses.includes(error.status ?? 0);
		if (begun || !isAnswered) throw error;
		if (left.refused(error, bindings)) counts.skipped = (counts.skipped ?? 0) + 1;
	} finally {
		scope.end();
	}
}

function afterPartition(next: Cursor | undefined): Cursor | undefined {
	return next === null || next === undefined ? next : {partition: next};
}

function within(place: Cursor, standing: WalkPosition | undefined): Cursor | undefined {
	return standing && {partition: place, ...standing};
}
