/** A resource: a REST endpoint as a stream of pages. */

import {type JsonObject, stringify} from '../core/json/json.ts';
import type {Cursor, Page} from '../core/page.ts';
import {KeyTable} from '../core/records/key-table.ts';
import {firstRecords} from '../core/records/lazy-records.ts';
import type {Need} from '../core/records/need.ts';
import {type PageStream, type StageCounts, source} from '../core/stage.ts';
import type {Client} from '../http/client.ts';
import {type IncrementalOptions, incremental} from './incremental/incremental.ts';
import {type Partitioning, type PartitionRequest, walkPartitions} from './partitions/partitioned.ts';
import type {BoundPage} from './partitions/partitions.ts';
import {guessedSelector} from './walk/answer/guessed-selector.ts';
import {type SyncOptions, syncTokens} from './walk/sync.ts';
import {walk} from './walk/walk.ts';
import type {WalkOptions, WalkPosition} from './walk/walk-options.ts';

export interface ResourceOptions extends WalkOptions {
	/** Walks the endpoint once for each of these partitions, in their order, instead of once. */
	readonly partitions?: Partitioning;
	/** Begins at this place, the `cursor` of an earlier page. */
	readonly cursor?: Cursor;
	/** Reads only what is new since the last run. */
	readonly incremental?: IncrementalOptions;
	/** Begins with the token or link that the last answer of the run before gave. */
	readonly sync?: SyncOptions;
	/**
	 * The sum of the `state` of all pages so far, including those of earlier runs. With a `cursor`, both as
	 * they were stored. `null`: the whole range is read, and nothing is stored. @default none: everything is
	 * new
	 */
	readonly state?: JsonObject | null;
	/** Changes every page as soon as it is read: before records are counted, and before children get them. */
	readonly process?: (page: BoundPage) => Page;
	/**
	 * Stops after this number of pages or records; nothing beyond is requested. The first `emptyPages` without
	 * records do not count.
	 */
	readonly limit?: {readonly pages?: number; readonly records?: number; readonly emptyPages?: number};
}

/**
 * A stream of pages, in order. One request is under way at a time (for partitions, as many as their
 * `concurrency`), and only for pages that the reader wants: a stuck sink stops the requests after a handful
 * of pages.
 * @example resource(api, {name: 'contacts', path: 'contacts', selector: 'data', paginator: offset({limit: 100})})
 */
export function resource(client: Client, options: ResourceOptions): PageStream {
	const counts: StageCounts = {};
	// `pipeline()` sets it before the first page is requested.
	let needs: (() => Need) | undefined;
	const all = pages(client, {...options, needs: () => (needs ?? options.needs)?.() ?? 'rows'}, counts);
	return readable(all, options, counts, given => {
		needs = given;
	});
}

/** The pages before they become a stream, for children that read the rows of their parents. */
export function pages(
	client: Client,
	{
		partitions,
		cursor,
		process,
		incremental: since,
		sync,
		state: kept,
		...walked
	}: Omit<ResourceOptions, 'limit'>,
	counts: StageCounts,
): AsyncIterable<BoundPage> {
	if (cursor === null) return nothing();
	const guessed = guessedSelector(walked, kept ?? undefined);
	const isOnly = !partitions && since?.step === undefined;
	// The cursor values or functions of the user need the rows.
	const looksAtRows = since !== undefined || process !== undefined;
	const options = {
		keyTable: new KeyTable(),
		guessed,
		isOnly,
		...walked,
		...(looksAtRows && {needs: () => 'rows' as const}),
	};
	const state = kept === undefined ? {} : kept;
	if (since) {
		const reading = incremental(options.name, since, state, {
			partitions,
			process,
			base: requestOf(options),
			counts,
			...(options.onWarning && {warn: options.onWarning}),
		});
		return walkPartitions(client, {...options, ...reading, cursor}, counts);
	}
	// A walk that reads everything, for the children of a resource, has no token and stores none.
	const part = sync && state !== null ? syncTokens(options.name, sync, state) : undefined;
	const all = partitions
		? walkPartitions(client, {...options, partitions: withTokens(partitions, part), cursor}, counts)
		: walk(client, {...options, ...(part && {token: part('')})}, counts, cursor as WalkPosition | undefined);
	return process ? processed(all, process) : all;
}

// Each parent has a token of its own.
function withTokens(partitions: Partitioning, part: ReturnType<typeof syncTokens> | undefined): Partitioning {
	if (!part) return partitions;
	const {request, key = each => stringify(request(each) as JsonObject)} = partitions;
	return {...partitions, request: bindings => ({...request(bindings), token: part(key(bindings))})};
}

function requestOf({params, headers}: WalkOptions): PartitionRequest {
	return {...(params && {params}), ...(headers && {headers})};
}

async function* processed(
	all: AsyncIterable<BoundPage>,
	process: (page: BoundPage) => Page,
): AsyncGenerator<BoundPage> {
	for await (const page of all) {
		const {binding} = page;
		yield {...process(page), ...(binding && {binding})};
	}
}

/** Makes a stream of pages, and counts their records. */
export function readable(
	all: AsyncIterable<Page>,
	{limit}: Pick<ResourceOptions, 'limit'>,
	counts: StageCounts,
	onNeeds?: (needs: () => Need) => void,
): PageStream {
	return source(counted(limit ? limited(all, limit) : all, counts), counts, onNeeds);
}

async function* nothing(): AsyncGenerator<BoundPage> {}

async function* counted(all: AsyncIterable<BoundPage>, counts: StageCounts): AsyncGenerator<Page> {
	for await (const {binding: _, ...page} of all) {
		counts.read = (counts.read ?? 0) + page.records.length;
		yield page;
	}
}

async function* limited(
	all: AsyncIterable<Page>,
	limit: NonNullable<ResourceOptions['limit']>,
): AsyncGenerator<Page> {
	const {pages: mostPages = Number.POSITIVE_INFINITY, records: mostRecords = Number.POSITIVE_INFINITY} =
		limit;
	let pageCount = 0;
	let recordCount = 0;
	let emptyCount = 0;
	if (mostPages <= 0 || mostRecords <= 0) return;
	for await (const page of all) {
		const room = mostRecords - recordCount;
		const kept = page.records.length > room ? cut(page, room) : page;
		recordCount += kept.records.length;
		yield kept;
		// The first parent may have no rows while the next one has some.
		if (kept.records.length === 0 && ++emptyCount <= (limit.emptyPages ?? 0)) continue;
		if (++pageCount >= mostPages || recordCount >= mostRecords) return;
	}
}

// A page that was cut has no place after it: a run that resumes there would lose the rest of its records.
function cut({cursor, state, ...page}: Page, room: number): Page {
	return {...page, records: firstRecords(page.records, room)};
}
