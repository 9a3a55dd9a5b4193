/** Divides the rows of a resource into parts that processes can read side by side. */
import type {Connection} from '../../config/compile/compile.ts';
import type {ResolvedResource} from '../../config/compile/resolve.ts';
import {incrementalOptions} from '../../config/incremental/fields.ts';
import {nodesOf} from '../../config/relations/relation.ts';
import {ConfigError} from '../../core/errors.ts';
import type {JsonObject} from '../../core/json/json.ts';
import {countsOf} from '../../core/stage.ts';
import {incremental} from '../../resource/incremental/incremental.ts';
import type {Range} from '../../resource/incremental/range.ts';
import type {Binding} from '../../resource/partitions/partitions.ts';
import type {CountedRows, Estimate, Rows, WindowRange} from './part.ts';

export type RowsOfPart = Rows & {readonly est?: Estimate};

export interface SplitOptions {
	readonly connection: Connection;
	/** What is stored of the resource. */
	readonly state: JsonObject;
	/** About so many requests for each part. */
	readonly requests: number;
	/** One part for the whole resource. */
	readonly isWhole: boolean;
	/** The paginator that `auto` has found for the resource, once its first page has come. */
	detected(): DetectedPaginator | undefined;
}

export interface DetectedPaginator {
	readonly paginator: JsonObject;
	readonly params?: JsonObject;
}

/** Throws where the state of a resource cannot be kept by the parts of it. */
export async function splitRows(resource: ResolvedResource, options: SplitOptions): Promise<RowsOfPart[]> {
	const {endpoint, relation} = resource;
	refuseStates(resource);
	const whole: RowsOfPart[] = [{kind: 'whole'}];
	if (endpoint.incremental) return windowsOf(resource, options);
	if (options.isWhole) return whole;
	if (relation) {
		const rows = options.connection.parentRowsOf(resource);
		if (rows) return parentBlocks(rows, options.requests);
		const [[first, values] = [], ...others] = Object.entries(relation.partitions);
		if (nodesOf(relation).length > 0 || relation.batch || first === undefined || !values) return whole;
		return values.map(value => ({kind: 'list', lists: {[first]: [value], ...Object.fromEntries(others)}}));
	}
	return (await countedRows(resource, options)) ?? whole;
}

function refuseStates({name, endpoint: {incremental, sync}, relation}: ResolvedResource): void {
	const what =
		sync !== undefined
			? 'sync'
			: relation?.isDependent
				? 'incremental_dependency'
				: incremental && relation
					? 'incremental, with a state for each parent or value'
					: undefined;
	if (what !== undefined)
		throw new ConfigError(
			`${name}: has ${what}, whose state only one process can keep. Leave it out of the plan, and read ` +
				`it with sluice run ${name}`,
		);
}

async function parentBlocks(
	rows: AsyncIterable<{readonly bindings: readonly Binding[]}>,
	size: number,
): Promise<RowsOfPart[]> {
	const blocks: RowsOfPart[] = [];
	let bindings: Binding[] = [];
	const close = (): void => {
		if (bindings.length > 0) blocks.push({kind: 'parents', bindings, est: {requests: bindings.length}});
		bindings = [];
	};
	for await (const partition of rows) {
		for (const {rows, values, where, chosen} of partition.bindings)
			bindings.push({rows, values, where, ...(chosen && {chosen})});
		if (bindings.length >= size) close();
	}
	close();
	return blocks;
}

async function windowsOf(
	{name, endpoint}: ResolvedResource,
	{state, isWhole}: SplitOptions,
): Promise<RowsOfPart[]> {
	const given = incrementalOptions(endpoint.incremental ?? {});
	const {step, ...single} = given;
	const {partitions} = incremental(name, isWhole || step === undefined ? single : given, state, {});
	const parts: RowsOfPart[] = [];
	for await (const {bindings} of partitions.source.from()) {
		const range = bindings[0]?.range;
		if (range) parts.push({kind: 'window', range: boundsOf(range)});
	}
	return parts;
}

function boundsOf({start, end, hasStart, hasEnd}: Range): WindowRange {
	return {...(start !== undefined && {start}), ...(end !== undefined && {end}), hasStart, hasEnd};
}

/** `undefined` where the rows have no positions, or nobody knows how many there are. */
async function countedRows(
	resource: ResolvedResource,
	{connection, requests, detected}: SplitOptions,
): Promise<RowsOfPart[] | undefined> {
	const {paginator: given} = resource.endpoint;
	if (!['auto', 'offset', 'page_number'].includes(given.type ?? '')) return undefined;
	const first = await firstPage(resource, connection);
	const found = given.type === 'auto' ? detected() : {paginator: given as unknown as JsonObject};
	if (!found || first.rows === 0 || !first.reach) return undefined;
	const {paginator, params} = found;
	const {type, overlap, maximum_offset, maximum_page} = paginator;
	if (overlap != null || maximum_offset != null || maximum_page != null) return undefined;
	const isOffset = type === 'offset';
	if (!isOffset && type !== 'page_number') return undefined;
	const {of: stated, unit} = first.reach;
	const total = unit === 'rows' ? stated : undefined;
	const base = Number((isOffset ? paginator.offset : paginator.base_page) ?? 0);
	// Other pages than the first one would be counted from another number.
	if (!isOffset && paginator.page != null && Number(paginator.page) !== base) return undefined;
	if (isOffset && total === undefined) return undefined;
	const step = isOffset ? requests * first.rows : requests;
	const count = isOffset || unit === 'pages' ? stated : Math.ceil(stated / first.rows);
	if (count <= step) return undefined;
	const common = {paginator, ...(params && {params}), ...(total !== undefined && {total})};
	const parts: RowsOfPart[] = [];
	for (let at = 0; at < count; at += step) {
		const isLast = at + step >= count;
		const size = Math.min(step, count - at);
		const rows: CountedRows = {from: base + at, ...(!isLast && {to: base + at + step}), ...common};
		const est = isOffset
			? {rows: size, requests: Math.ceil(size / first.rows)}
			: {rows: size * first.rows, requests: size};
		parts.push({kind: isOffset ? 'offset' : 'pages', ...rows, est});
	}
	return parts;
}

// `auto` is sure of a paginator once the second page has come.
async function firstPage(resource: ResolvedResource, connection: Connection) {
	const pages = resource.endpoint.paginator.type === 'auto' ? 2 : 1;
	const {source} = connection.extraction(resource, {state: null, limit: {pages}});
	let rows: number | undefined;
	for await (const page of source) rows ??= page.records.length;
	return {rows: rows ?? 0, reach: countsOf(source).reach};
}
