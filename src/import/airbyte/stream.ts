/** Imports one stream as a resource. */
import {asObject, isPlainObject, type PlainObject, withoutUndefined} from '../../config/tree.ts';
import {authOf} from './auth.ts';
import {columnsOf} from './columns.ts';
import {decoderOf, isCsv} from './decoder.ts';
import {handlerOf, rulesForCsv} from './errors.ts';
import {incrementalOf, putBounds, windowOf} from './incremental.ts';
import {type Waiting, waitingOf, withJobs} from './job.ts';
import type {Known} from './known.ts';
import {plainDecoder, plainRequester} from './known-components.ts';
import {pathText} from './nodes.ts';
import {type Difference, Differences, LeftOut} from './outcome.ts';
import type {Paged} from './paged.ts';
import {paginatorOf, tokenOf} from './paginator.ts';
import {noSlices, type ParentOf, type Slices, slicesOf} from './partitions.ts';
import {Placeholders} from './placeholders.ts';
import {putOption} from './request-option.ts';
import {type Request, requestOf} from './requester.ts';
import {selectorOf} from './selector.ts';
import {filterOf, isStartFilter, stepsOf} from './transformations.ts';

export interface Stream {
	readonly name: string;
	/** The resource without its name, its auth and the part of its URL that it shares with others. */
	readonly resource: PlainObject;
	readonly endpoint: PlainObject;
	readonly url: string;
	readonly base: string;
	readonly auth: PlainObject | undefined;
	readonly slices: Slices;
	readonly maxRetries: number | undefined;
	readonly differences: readonly Difference[];
}

export interface StreamOptions {
	readonly known: Known;
	readonly parentOf: ParentOf;
	/** Whether columns that are never null become required. */
	readonly isStrict: boolean;
	/** JSON Schemas of files, by the names of the files. */
	readonly schemas: ReadonlyMap<string, PlainObject>;
}

/** Imports a stream. Throws `LeftOut` if a config cannot express it. */
export function streamOf(given: PlainObject, options: StreamOptions): Stream {
	const differences = new Differences();
	const original = decided(given, options.known, differences);
	const stream = withJobs(original, options.known.in(original), differences);
	if (stream.type !== 'DeclarativeStream') throw new LeftOut(`stream: ${String(stream.type)}`);
	if (stream.file_uploader !== undefined) throw new LeftOut('stream: uploads files');
	const known = options.known.in(stream);
	const retriever = asObject(stream.retriever);
	checkRetriever(retriever);
	const above = known.in(retriever);
	const requester = plainRequester(retriever.requester, {known, stream, differences});
	const slices = slicesOf(retriever.partition_router, above, {parentOf: options.parentOf, differences});
	const cursor = stream.incremental_sync;
	const window = windowOf(cursor, known);
	const token = tokenOf(asObject(retriever.paginator), above);
	const texts = new Placeholders({
		slice: slices.placeholders,
		...(window && {window}),
		...(token && {token}),
	});
	const request = requestOf(requester, above, texts);
	for (const {option, placeholder, known: inside} of slices.options)
		putOption(request, option, placeholder, inside);
	putBounds(cursor, known, request, texts);
	const auth = authOf(requester.authenticator, above.in(requester), {request, differences});
	if (auth && request.url.startsWith('{'))
		differences.add('requests', 'signs in only at the server of the API, where a row states another URL');
	const recordSelector = asObject(retriever.record_selector);
	const inside = above.in(recordSelector);
	const extracted = selectorOf(recordSelector, inside, {request, differences});
	const {selector, keys} = extracted;
	const paged: Paged = {
		known: above,
		request,
		texts,
		selector,
		selectorKeys: keys,
		differences,
	};
	const paginator = paginatorOf(asObject(retriever.paginator), paged);
	const {record_filter: filter} = recordSelector;
	const field = String(asObject(cursor).cursor_field ?? '');
	const isFiltered =
		window !== undefined &&
		isStartFilter(filter, inside, known.in(cursor).text(field, 'cursor'), window.start);
	const incremental = incrementalOf(cursor, known, {request, texts, differences, isFiltered});
	const isDivided = usesSlices(slices, request, texts);
	// Of parents that no request names, neither the stream nor a child has values.
	const divided = isDivided ? slices : noSlices();
	const {actions, maxRetries} = handlerOf(requester.error_handler, above.in(requester), differences);
	const format = decoderOf(plainDecoder(retriever.decoder, {known, stream, differences}));
	const waiting = waitingOf(stream);
	const rules = [...(waiting?.failed ?? []), ...(isCsv(format) ? rulesForCsv(actions) : actions)];
	noteSchema(recordSelector, differences);
	const steps = orderedSteps(stream, {
		request,
		extracted: [...extracted.steps, ...filesOf(waiting)],
		known,
		inside,
		filter: isFiltered ? undefined : filter,
		texts,
		selector: recordSelector,
		differences,
	});
	if (!isDivided) checkUndivided(slices, steps, differences);
	for (const name of texts.missing)
		differences.add('rows', `no partition has a value ${name}, so a field that reads it is null`);
	const key = keyOf(stream.primary_key, known);
	return {
		name: nameOf(stream.name, known),
		url: request.url,
		base: request.base,
		auth,
		slices: divided,
		maxRetries,
		endpoint: endpointOf(request, {
			expressions: texts.expressions.size > 0 ? Object.fromEntries(texts.expressions) : undefined,
			data_selector: selector,
			ready_path: waiting?.readyPath,
			paginator,
			stop_when: paged.stopWhen,
			incremental,
			response_actions: rules.length > 0 ? rules : undefined,
			...format,
			rows: extracted.rows,
		}),
		resource: withoutUndefined({
			primary_key: key,
			write_disposition: dispositionOf({
				key,
				incremental,
				cursor: original.incremental_sync,
				slices: divided,
			}),
			partitions: Object.keys(divided.lists).length > 0 ? divided.lists : undefined,
			batch: divided.batch === undefined ? undefined : {size: divided.batch},
			processing_steps: steps.length > 0 ? steps : undefined,
			columns: columnsOf(loaderOf(stream, known, options), options),
		}),
		differences: differences.all,
	};
}

function dispositionOf({
	key,
	incremental,
	cursor,
	slices,
}: {
	key: unknown;
	incremental: unknown;
	cursor: unknown;
	slices: Slices;
}): string {
	if (incremental) return key ? 'merge' : 'append';
	// The API may drop old parents, such as reports, whose rows the original keeps.
	return key && cursor !== undefined && slices.readsNewParents ? 'merge' : 'replace';
}

// A job may have several files.
function filesOf(waiting: Waiting | undefined): PlainObject[] {
	return waiting ? [{explode: waiting.target}] : [];
}

/** Some streams are one of two, and the connection decides which one. */
function decided(stream: PlainObject, known: Known, differences: Differences): PlainObject {
	if (stream.type !== 'StateDelegatingStream') return stream;
	differences.add(
		'choice',
		'each run reads all rows; the original reads what is new in another way after the first run',
	);
	const chosen = asObject(stream.full_refresh_stream);
	return {...chosen, name: known.in(stream).text(stream.name, 'name')};
}

function checkRetriever(retriever: PlainObject): void {
	const {type, class_name: python, requester} = retriever;
	if (type !== 'SimpleRetriever') throw new LeftOut('Python: retriever', String(python ?? type));
	// Airbyte knows no plain options here, so it sends none of them.
	if (asObject(asObject(requester).request_options_provider).class_name !== undefined)
		throw new LeftOut('Python: request options');
	if (
		asObject(requester).fetch_properties_from_endpoint !== undefined ||
		asObject(requester).query_properties !== undefined
	)
		throw new LeftOut('query properties: from an endpoint');
	if (retriever.pagination_reset !== undefined) throw new LeftOut('pagination reset');
}

/** Whether requests differ by partition. Without a value of the partition, all would be the same. */
function usesSlices({fields}: Slices, request: Request, {expressions}: Placeholders): boolean {
	if (fields.length === 0) return true;
	const sent = JSON.stringify([
		request.url,
		[...request.params],
		[...request.headers],
		request.json ?? null,
		request.data ?? null,
	]);
	const isRead = [...expressions.values()].some(text => /\b(resources|partitions)\b/.test(text));
	return isRead || /\{(resources|partitions)\./.test(sent);
}

// The same rows of each partition are read once. Rows with a value of their partition would not be the same.
function checkUndivided({fields}: Slices, steps: readonly PlainObject[], differences: Differences): void {
	const names = fields.join(', ');
	if (/\b(resources|partitions)\b/.test(JSON.stringify(steps)))
		throw new LeftOut('partition: not in the request', names);
	differences.add('rows', `rows are read once, where Airbyte reads the same ones for each ${names}`);
}

function noteSchema({schema_normalization: normalization}: PlainObject, differences: Differences): void {
	if (isPlainObject(normalization))
		differences.add('rows', `columns convert the values, and not ${String(normalization.class_name)}`);
}

/** The schema of a stream. A schema file is found by the name in the loader, or by the stream's name. */
function loaderOf(
	{schema_loader: loader, name}: PlainObject,
	known: Known,
	{schemas}: StreamOptions,
): unknown {
	const loaders = [loader].flat().map(asObject);
	const inline = loaders.find(({type}) => type === 'InlineSchemaLoader');
	if (inline) return inline;
	const file = loaders.find(({type}) => type === 'JsonFileSchemaLoader');
	const path =
		file?.file_path === undefined
			? known.text(name, 'name')
			: known.in(file).text(file.file_path, 'file of the schema');
	return {schema: schemas.get(path.replace(/^.*\//, '').replace(/\.json$/, ''))};
}

function orderedSteps(
	stream: PlainObject,
	{
		known,
		inside,
		filter,
		selector,
		differences,
		texts,
		request,
		extracted,
	}: {
		request: Request;
		extracted: readonly PlainObject[];
		known: Known;
		inside: Known;
		filter: unknown;
		selector: PlainObject;
		differences: Differences;
		texts: Placeholders;
	},
): PlainObject[] {
	const first = filterOf(filter, inside, texts);
	const steps = stepsOf(stream.transformations, known, {differences, texts, request});
	const filters = first ? [first] : [];
	return selector.transform_before_filtering === true
		? [...extracted, ...steps, ...filters]
		: [...extracted, ...filters, ...steps];
}

function keyOf(given: unknown, known: Known): string | string[] | undefined {
	const list = (Array.isArray(given) ? given : [given]).filter(
		part => part !== undefined && part !== null && part !== '',
	);
	const keys = list.map(part => {
		const names = [part].flat().map(name => known.text(name, 'primary key'));
		return names.length === 1 ? (names[0] ?? '') : pathText(names);
	});
	const named = keys.filter(key => key !== '');
	if (named.length === 0) return undefined;
	return named.length === 1 ? named[0] : named;
}

// A dot would separate the name of a resource from a field of it.
export function nameOf(given: unknown, known: Known): string {
	return known
		.text(given, 'name')
		.trim()
		.replace(/[.[\]|{}/\\]+/g, '_');
}

function endpointOf(request: Request, rest: PlainObject): PlainObject {
	const {expressions, data_selector, paginator, stop_when, incremental, response_actions, ...format} = rest;
	return withoutUndefined({
		method: request.method === 'GET' ? undefined : request.method,
		params: request.params.size > 0 ? Object.fromEntries(request.params) : undefined,
		headers: request.headers.size > 0 ? Object.fromEntries(request.headers) : undefined,
		json: request.json,
		data: request.data,
		expressions,
		...format,
		data_selector,
		paginator,
		stop_when,
		incremental,
		response_actions,
	});
}
