/**
 * Paginators for lists whose pages are found by counting: the fields with which an answer describes its own
 * page show how to ask for the next one.
 */
import {isObject} from '../../core/path/path.ts';
import {type Entry, fieldsOf, flagIn, type Guess} from './guess.ts';
import {
	isWholeNumber,
	nextLinkName,
	nextTokenName,
	offsetParameter,
	pageParameter,
	pageTotals,
	plainName,
	rowTotals,
	sizeName,
	startIndexName,
} from './known-places.ts';
import type {PageAnswer} from './paginator.ts';
import {statedSigns} from './stated.ts';

type Headers = Readonly<Record<string, string>>;

export function byPageOrOffset(entries: readonly Entry[], headers: Headers, received: number): Guess[] {
	const total = totalIn(entries) ?? (saysLast(entries) ? {path: '', count: 0} : undefined);
	const offset = byOffset(entries, total, received);
	if (offset) return offset;
	const pages = byPageTotal(entries) ?? byPage(entries, total, received);
	return pages ?? byHeaders(headers);
}

/**
 * Guesses for an answer that does not describe its own page: by pages and by rows, the likelier one first. An
 * API with `limit` usually counts rows; one with `per_page` counts pages.
 */
export function byAsking({received, body, url}: PageAnswer): [Guess, Guess] {
	const entries = isObject(body) ? [...fieldsOf(body, '')] : [];
	const more = flagIn(entries, true);
	const flag = more !== undefined && {hasMorePath: more};
	const size = [...url.searchParams.keys()].find(key => sizeName.test(plainName(key)));
	const place = entries.find(
		({name, value}) =>
			(offsetParameter.test(name) || startIndexName.test(name)) && (value === 0 || value === 1),
	);
	const pages: Guess = {type: 'page_number', basePage: 0, page: 0, totalPath: null, ...flag, isAsked: true};
	const rows: Guess = {
		type: 'offset',
		limit: received,
		offset: Number(place?.value ?? 0),
		totalPath: totalIn(entries)?.path ?? null,
		...flag,
		...(place !== undefined && place.key !== 'offset' && {offsetParam: place.key}),
		...(size !== undefined && size !== 'limit' && {limitParam: size}),
		...(size === undefined && place?.name === 'startindex' && {limitParam: 'count'}),
		isAsked: true,
	};
	const isOfRows = size !== undefined && !/page/i.test(size);
	return isOfRows || place ? [rows, pages] : [pages, rows];
}

// Whether there is a next link that is empty.
function saysLast(entries: readonly Entry[]): boolean {
	return entries.some(
		({name, value}) =>
			(nextLinkName.test(name) || nextTokenName.test(name)) &&
			(value === null || value === '' || value === false),
	);
}

interface Total {
	readonly path: string;
	readonly count: number;
}

function totalIn(entries: readonly Entry[]): Total | undefined {
	for (const names of [...rowTotals, /^count$/]) {
		const found = entries.find(({name, value}) => names.test(name) && isWholeNumber(value));
		if (found) return {path: found.path, count: Number(found.value)};
	}
	return undefined;
}

function besides({owner}: Entry, names: RegExp): readonly (readonly [string, number])[] {
	return Object.entries(owner)
		.filter(([key, value]) => names.test(plainName(key)) && isWholeNumber(value))
		.map(([key, value]) => [key, Number(value)] as const);
}

// {startAt: 0, maxResults: 50}: the fields have the names of the parameters.
function byOffset(
	entries: readonly Entry[],
	total: Total | undefined,
	received: number,
): Guess[] | undefined {
	for (const entry of entries) {
		const {key, name, value} = entry;
		const isIndex = startIndexName.test(name);
		if (
			!(offsetParameter.test(name) || isIndex) ||
			!isWholeNumber(value) ||
			besides(entry, pageParameter).length > 0
		)
			continue;
		const sizes = besides(entry, sizeName).filter(([other, size]) => other !== key && size > 0);
		// The number of rows on the page may also be the size, but is less certain.
		const size = sizes.find(([other]) => !/^(count|length|rows|results|n|num)$/i.test(other)) ?? sizes[0];
		if (!size) continue;
		const [limitKey, limit] = size;
		const more = flagIn(entries, true);
		const isDone = flagIn(entries, false) !== undefined;
		const isMore = more !== undefined || (total ? total.count > received : received >= limit);
		if (isDone || !isMore || received === 0) return [];
		const isFromOne = (isIndex || /^(start|from)$/.test(name)) && Number(value) === 1;
		const guess = {
			type: 'offset' as const,
			limit,
			offset: Number(value),
			// Where rows are counted from 1, the last row has the number of the total.
			totalPath: total && !isFromOne ? total.path : null,
			...(more !== undefined && {hasMorePath: more}),
			...(key !== 'offset' && {offsetParam: key}),
			...(limitKey !== 'limit' && {limitParam: limitKey === 'itemsPerPage' ? 'count' : limitKey}),
		};
		// Auth0 states the first row of a page, and is asked for page numbers.
		const others =
			key === 'start' ? pageParams('page').map(param => pageGuess(0, null, undefined, param)) : [];
		return [guess, ...others];
	}
	return undefined;
}

function byPageTotal(entries: readonly Entry[]): Guess[] | undefined {
	const total = entries.find(({name, value}) => pageTotals.test(name) && isWholeNumber(value));
	if (!total) return undefined;
	const [current] = besides(total, currentPage);
	return pageParams(current?.[0]).map(param => pageGuess(current?.[1] ?? 0, total.path, undefined, param));
}

const currentPage =
	/^(page|currentpage|pagenumber|pagenum|pageno|pageindex|number|current|currentpagenumber)$/;

// {page, per_page, total} without a number of pages: the walk goes on to the first empty page.
function byPage(entries: readonly Entry[], total: Total | undefined, received: number): Guess[] | undefined {
	if (flagIn(entries, false) !== undefined || received === 0) return undefined;
	const more = flagIn(entries, true);
	for (const entry of entries) {
		if (!pageParameter.test(entry.name) || !isWholeNumber(entry.value)) continue;
		const size = besides(entry, sizeName).find(([key, count]) => key !== entry.key && count > 0);
		const isMore =
			more !== undefined || (size !== undefined && (total ? total.count > received : received >= size[1]));
		if (isMore) return pageParams(entry.key).map(param => pageGuess(Number(entry.value), null, more, param));
	}
	return undefined;
}

function byHeaders(headers: Headers): Guess[] {
	const page = ['x-page', 'x-current-page', 'x-pagination-current-page'].find(name =>
		isWholeNumber(headers[name]),
	);
	const {pages} = statedSigns([], {headers, url: new URL('http://localhost'), rows: 0});
	const current = Number(page === undefined ? 0 : headers[page]);
	const isAll = pages === undefined || pages.count <= Math.max(current, 1);
	const isElsewhere = Object.keys(headers).some(name => /^x-next/.test(name));
	if (page === undefined || isAll || isElsewhere) return [];
	return pageParams(undefined).map(param => pageGuess(current, null, undefined, param));
}

// Names of the parameter: as the answer spells it, then the usual ones.
function pageParams(key: string | undefined): readonly string[] {
	const own = key === undefined || !pageParameter.test(plainName(key)) || /current/i.test(key) ? 'page' : key;
	return [...new Set([own, 'page', 'pageNumber', 'page_number'])];
}

function pageGuess(
	page: number,
	totalPath: string | null,
	hasMorePath: string | undefined,
	param: string,
): Guess {
	return {
		type: 'page_number',
		basePage: page > 0 ? 1 : 0,
		page,
		totalPath,
		...(hasMorePath !== undefined && {hasMorePath}),
		...(param !== 'page' && {pageParam: param}),
	};
}
