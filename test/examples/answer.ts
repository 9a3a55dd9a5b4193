/** One answer of the stub: its filters, then its page. */

import type {RecordedRequest} from '../helpers/server.ts';
import {valueAt, withValue} from './places.ts';
import {shaped} from './shapes.ts';
import type {Bound, Paging, Row, StubRoute} from './stub.ts';

export interface StubAnswer {
	readonly status?: number;
	readonly headers?: Record<string, string>;
	readonly json: unknown;
}

interface Place {
	readonly at: number;
	/** The bound of the first request: requests with a token need not repeat it. */
	readonly since?: string | undefined;
}

/** The value of a parameter: in the query, else in the JSON body, else in the form. */
export function parameter({query, json, form}: RecordedRequest, name: string): string | undefined {
	const value = query[name]?.[0] ?? valueAt(json, name) ?? form?.[name]?.[0];
	return value === undefined || value === null ? undefined : String(value);
}

export function answerOf(
	route: StubRoute,
	rows: readonly Row[],
	request: RecordedRequest,
	base: string,
): StubAnswer & {readonly sent: readonly Row[]} {
	const {paging, since, until} = route;
	const refused = problemOf(route, request);
	if (refused !== undefined) return {status: 400, json: {error: refused}, sent: []};
	const place = paging === undefined ? undefined : placeIn(request, paging);
	const start = place?.since ?? (since && boundIn(request, since));
	// A place that stands alone brings what the first request asked for.
	const isAlone = paging?.alone === true && place !== undefined;
	const found = rows
		.filter(row => isAlone || !isHidden(route, row, request))
		.filter(row => since === undefined || start === undefined || isAfter(row, since, start))
		.filter(row => until === undefined || isBefore(row, until, boundIn(request, until)));
	if (paging === undefined) return {json: bodyOf(route, found, request), sent: found};
	const size = paging.size ?? 2;
	const at = paging.counts === 'id' ? indexAfter(found, place) : (place?.at ?? 0);
	const page = found.slice(at, at + size);
	const end = at + page.length;
	const isMore = end < found.length;
	const next =
		isMore || paging.end === 'again' ? textOf(paging, {at: end, since: start}, page.at(-1)) : undefined;
	return {
		...marked(bodyOf(route, page, request), paging, {next, isMore, request, base, count: found.length, size}),
		sent: page,
	};
}

function problemOf({paging, since}: StubRoute, request: RecordedRequest): string | undefined {
	if (since?.required && boundIn(request, since) === undefined) return `${since.param} is missing`;
	if (!paging) return undefined;
	const {size_param: sizeParam, size_pattern: pattern, most = Infinity, param, alone} = paging;
	const size = sizeParam === undefined ? undefined : partOf(parameter(request, sizeParam), pattern);
	if (sizeParam !== undefined && !(Number(size) > 0 && Number(size) <= most))
		return `${sizeParam} is ${size}, and at most ${most} is allowed`;
	const others = Object.keys(request.query).filter(name => name !== param && name !== sizeParam);
	if (alone && parameter(request, param) !== undefined && others.length > 0)
		return `${others.join()} cannot be passed when ${param} is present`;
	return undefined;
}

function isHidden({hides = []}: StubRoute, row: Row, request: RecordedRequest): boolean {
	return hides.some(
		({unless, rows}) =>
			Object.entries(rows).every(([name, value]) => valueAt(row, name) === value) &&
			!Object.entries(unless).every(([name, value]) => parameter(request, name) === value),
	);
}

function boundIn(request: RecordedRequest, {param, pattern}: Bound): string | undefined {
	return partOf(parameter(request, param), pattern);
}

/** The group of the pattern in the text; without a pattern, the text. */
function partOf(text: string | undefined, pattern: string | undefined): string | undefined {
	if (pattern === undefined || text === undefined) return text;
	return new RegExp(pattern).exec(text)?.[1];
}

/** Milliseconds of a time, or a number as it is. */
function quantity(value: unknown, unit: Bound['unit'] = 's'): number {
	const text = String(value);
	if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text) * (unit === 's' ? 1000 : 1);
	const time = Date.parse(text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
	if (Number.isNaN(time)) throw new Error(`the stub cannot read the time ${text}`);
	return time;
}

function isAfter(row: Row, {field, unit, exclusive}: Bound, start: string): boolean {
	const [value, bound] = [quantity(valueAt(row, field), unit), quantity(start, unit)];
	return exclusive ? value > bound : value >= bound;
}

function isBefore(row: Row, {field, unit, exclusive, days}: Bound, end: string | undefined): boolean {
	if (end === undefined) return true;
	const value = quantity(valueAt(row, field), unit);
	const bound = quantity(end, unit) + (days ? 86_400_000 - 1 : 0);
	return exclusive ? value < bound : value <= bound;
}

function placeIn(
	request: RecordedRequest,
	{param, pattern, counts, first, size = 2}: Paging,
): Place | undefined {
	const text = partOf(parameter(request, param), pattern);
	if (text === undefined || text === '') return undefined;
	if (counts === 'page') return {at: (Number(text) - (first ?? 1)) * size};
	if (counts === 'rows') return {at: Number(text) - (first ?? 0)};
	if (counts === 'token') return JSON.parse(Buffer.from(text, 'base64url').toString()) as Place;
	return {at: 0, since: undefined, ...{id: text}} as Place;
}

function indexAfter(rows: readonly Row[], place: Place | undefined): number {
	if (place === undefined) return 0;
	return rows.findIndex(({id}) => String(id) === (place as unknown as {id: string}).id) + 1;
}

function textOf({counts, first, size = 2}: Paging, place: Place, last: Row | undefined): string {
	if (counts === 'page') return String(place.at / size + (first ?? 1));
	if (counts === 'rows') return String(place.at + (first ?? 0));
	if (counts === 'id') return String(last?.id);
	return Buffer.from(JSON.stringify(place)).toString('base64url');
}

function bodyOf(route: StubRoute, rows: readonly Row[], request: RecordedRequest): unknown {
	const {rows_at: at = '', envelope = {}, empty_as: empty} = route;
	const value = shaped(route.shape, rows, request);
	if (at === '') return value;
	if (rows.length > 0 || empty === undefined) return withValue(envelope, at, value);
	return empty === 'null' ? withValue(envelope, at, null) : envelope;
}

interface Marks {
	readonly next: string | undefined;
	readonly isMore: boolean;
	readonly request: RecordedRequest;
	readonly base: string;
	readonly count: number;
	readonly size: number;
}

/** The answer with its signs of the next page and of the end. */
function marked(
	body: unknown,
	paging: Paging,
	{next, isMore, request, base, count, size}: Marks,
): StubAnswer {
	const headers: Record<string, string> = {};
	const pages = Math.ceil(count / size);
	const url = next === undefined ? undefined : addressOf(request, paging, next);
	let json = body;
	const put = (at: string | undefined, value: unknown): void => {
		if (at !== undefined) json = withValue(json as Row, at, value);
	};
	if (paging.link && url !== undefined) headers.link = `<${base}${url}>; rel="next"`;
	if (paging.total_header !== undefined) headers[paging.total_header] = String(count);
	if (paging.pages_header !== undefined) headers[paging.pages_header] = String(pages);
	if (next !== undefined) {
		put(paging.next, {place: next, url: `${base}${url}`, path: url}[paging.next_is ?? 'place']);
		for (const [at, value] of Object.entries(paging.beside ?? {})) put(at, value);
	} else if (paging.end === 'null') put(paging.next, null);
	else if (paging.end === 'empty') put(paging.next, '');
	put(paging.more, isMore);
	put(paging.done, !isMore);
	put(paging.total, count);
	put(paging.pages, pages);
	return {headers, json};
}

function addressOf(
	{path, query}: RecordedRequest,
	{param, size_param: size, alone}: Paging,
	next: string,
): string {
	const search = new URLSearchParams();
	for (const [name, values] of Object.entries(query)) {
		if (name === param || (alone && name !== size)) continue;
		for (const value of values) search.append(name, value);
	}
	search.set(param, next);
	return `${path}?${search}`;
}
