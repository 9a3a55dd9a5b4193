/** Guesses the paginator from a first answer. The order is that of how sure each sign is. */
import type {JsonValue} from '../core/json.ts';
import {isObject} from '../core/path.ts';
import {isCount, isToken, isUrl, pathStep as step, urlKeyIn} from './known-places.ts';
import {linkTargets} from './link-header.ts';
import type {PageAnswer} from './paginator.ts';

/** A guess, as JSON, so that it can be part of a place. */
export type Guess =
	| {readonly type: 'header_link'}
	| {readonly type: 'json_link'; readonly nextUrlPath: string}
	| {readonly type: 'offset'; readonly limit: number; readonly offset: number; readonly totalPath: string}
	| {readonly type: 'page_number'; readonly basePage: number; readonly page: number; readonly totalPath: string | null}
	| {readonly type: 'cursor'; readonly cursorPath: string; readonly hasMorePath?: string; readonly cursorParam: string}
	| {readonly type: 'single_page'};

interface Entry {
	readonly path: string;
	readonly key: string;
	readonly value: JsonValue;
	readonly owner: {readonly [key: string]: JsonValue};
	readonly prefix: string;
}

/** What a guess rests on, for people. */
export function reasonOf(guess: Guess): string {
	switch (guess.type) {
		case 'header_link':
			return 'a Link header with rel="next"';
		case 'json_link':
			return `a link at "${guess.nextUrlPath}"`;
		case 'offset':
			return `an offset and a limit beside the number of rows at "${guess.totalPath}"`;
		case 'page_number':
			return guess.totalPath === null
				? 'a page and its size beside a number of rows'
				: `a number of pages at "${guess.totalPath}"`;
		case 'cursor':
			return `a cursor at "${guess.cursorPath}"`;
		case 'single_page':
			return 'no sign of further pages in the first answer';
	}
}

export function detectPaginator({headers, body, received}: Pick<PageAnswer, 'headers' | 'body' | 'received'>): Guess {
	if (linkTargets(headers.link ?? '').has('next')) return {type: 'header_link'};
	const entries = isObject(body) ? [...walk(body, '')] : [];
	return (
		nextLink(entries) ??
		pageInfo(entries) ??
		offsetTotal(entries, received) ??
		pageTotal(entries) ??
		pageSize(entries, received) ??
		lastRecord(body) ??
		nextCursor(entries) ?? {type: 'single_page'}
	);
}

function* walk(owner: {[key: string]: JsonValue}, prefix: string): Generator<Entry> {
	for (const [key, value] of Object.entries(owner)) {
		const path = prefix + step(key, prefix === '');
		yield {path, key, value, owner, prefix};
		if (isObject(value)) yield* walk(value, path);
	}
}

const nextKey = /^(@odata\.)?next/i;

function nextLink(entries: readonly Entry[]): Guess | undefined {
	for (const {key, value, path} of entries) {
		const inList = linkInList(key, value, path);
		if (inList) return inList;
		if (!nextKey.test(key)) continue;
		if (isUrl(value)) return {type: 'json_link', nextUrlPath: path};
		const inner = urlKeyIn(value);
		if (inner !== undefined) return {type: 'json_link', nextUrlPath: path + step(inner, false)};
	}
	return undefined;
}

// FHIR and others: `links: [{rel: 'next', href: '…'}]`.
function linkInList(key: string, value: JsonValue, path: string): Guess | undefined {
	if (!/^_?links?$/i.test(key) || !Array.isArray(value)) return undefined;
	for (const item of value) {
		if (!isObject(item)) continue;
		const relation = ['rel', 'relation'].find(name => item[name] === 'next');
		const target = ['href', 'url', 'uri'].find(name => isUrl(item[name]));
		if (relation && target) return {type: 'json_link', nextUrlPath: `$.${path}[?(@.${relation} == 'next')].${target}`};
	}
	return undefined;
}

// GraphQL's page info: {endCursor, hasNextPage}.
function pageInfo(entries: readonly Entry[]): Guess | undefined {
	const end = entries.find(({key, value}) => /^end_?cursor$/i.test(key) && typeof value === 'string');
	if (!end) return undefined;
	const more = Object.keys(end.owner).find(key => /^has_?next(_?page)?$/i.test(key));
	if (more === undefined) return undefined;
	return {type: 'cursor', cursorPath: end.path, hasMorePath: end.prefix + step(more, end.prefix === ''), cursorParam: 'after'};
}

function offsetTotal(entries: readonly Entry[], received: number): Guess | undefined {
	const found = entries.find(({key, value, owner}) => key === 'offset' && isCount(value) && isCount(owner.limit));
	if (!found) return undefined;
	const total = ['total', 'total_count', 'totalCount', 'count'].find(name => isCount(found.owner[name]));
	if (total === undefined || Number(found.owner[total]) <= received) return undefined;
	const limit = Number(found.owner.limit);
	return limit > 0
		? {type: 'offset', limit, offset: Number(found.value), totalPath: found.prefix + step(total, found.prefix === '')}
		: undefined;
}

function pageTotal(entries: readonly Entry[]): Guess | undefined {
	const total = entries.find(({key, value}) => /^(total_?pages|pages|last_?page)$/i.test(key) && isCount(value));
	if (!total) return undefined;
	const current = Object.entries(total.owner).find(
		([key, value]) => /^(page|current_?page|page_?number)$/i.test(key) && isCount(value),
	);
	const page = current ? Number(current[1]) : 0;
	return {type: 'page_number', basePage: page > 0 ? 1 : 0, page, totalPath: total.path};
}

// {page, per_page, total} without a number of pages: goes on to the first empty page.
function pageSize(entries: readonly Entry[], received: number): Guess | undefined {
	const size = entries.find(({key, value}) => /^(per_?page|page_?size|size)$/i.test(key) && isCount(value) && Number(value) > 0);
	if (!size) return undefined;
	const find = (name: RegExp) => Object.entries(size.owner).find(([key, value]) => name.test(key) && isCount(value));
	const current = find(/^(page|current_?page|page_?number)$/i);
	const total = find(/^(total(_?(count|items|results|records))?|count)$/i);
	if (!current || !total || Number(total[1]) <= received) return undefined;
	const page = Number(current[1]);
	return {type: 'page_number', basePage: page > 0 ? 1 : 0, page, totalPath: null};
}

// Stripe's lists: {object: 'list', has_more, data}, whose next page starts after the id of the last record.
function lastRecord(body: JsonValue): Guess | undefined {
	if (!isObject(body) || body.object !== 'list' || typeof body.has_more !== 'boolean') return undefined;
	return {type: 'cursor', cursorPath: 'data[-1].id', hasMorePath: 'has_more', cursorParam: 'starting_after'};
}

// A word or number that is not a link, under a key that says it is a token: `nextSteps: "call us"` is none.
function nextCursor(entries: readonly Entry[]): Guess | undefined {
	const found = entries.find(
		({key, value}) => /^next([_-]?(page[_-]?)?(token|cursor|key|id|page|offset|start|marker))?$/i.test(key) && isToken(value),
	);
	return found && {type: 'cursor', cursorPath: found.path, cursorParam: 'cursor'};
}
