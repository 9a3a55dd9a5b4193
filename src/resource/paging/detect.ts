/** Guesses the paginator from a first answer: all ways that it supports, the surest first. */
import type {JsonObject, JsonValue} from '../../core/json/json.ts';
import {isObject} from '../../core/path/path.ts';
import {byPageOrOffset} from './detect-counts.ts';
import {type Entry, fieldsOf, flagIn, type Guess} from './guess.ts';
import {
	cursorName,
	isDay,
	isToken,
	isUrlText,
	lastName,
	moreName,
	nextTokenName,
	plainName,
	pathStep as step,
	unsureName,
	urlKeyIn,
} from './known-places.ts';
import {linkTargets} from './link-header.ts';
import {nextParams} from './next-params.ts';
import type {PageAnswer} from './paginator.ts';

type FirstAnswer = Pick<PageAnswer, 'headers' | 'body' | 'received'>;

/**
 * At least one guess. Those after the first are for a server that ignores the parameter of the guess before.
 */
export function guesses({headers, body, received}: FirstAnswer): readonly Guess[] {
	if (linkTargets(headers.link ?? '').has('next')) return [{type: 'header_link'}];
	const entries = isObject(body) ? [...fieldsOf(body, '')] : [];
	const ways = [
		() => one(nextLink(entries)),
		() => pageInfo(entries),
		() => tokens(entries.filter(isSureToken), received, entries),
		() => wholeCursor(body),
		() => byPageOrOffset(entries, headers, received),
		() => lastRecord(body, entries),
		() => tokens(entries.filter(isNextToken), received, entries),
		() => tokens(entries.filter(isCursorBeside), received, entries),
		() => nextHeader(headers, received),
		() => (received > 0 ? unsureTokens(entries) : []),
	];
	for (const way of ways) {
		const found = way();
		if (found.length > 0) return found;
	}
	return [{type: 'single_page'}];
}

function one(guess: Guess | undefined): Guess[] {
	return guess ? [guess] : [];
}

const nextKey = /^(@odata\.)?next/i;

function nextLink(entries: readonly Entry[]): Guess | undefined {
	for (const {key, value, path} of entries) {
		const inList = linkInList(key, value, path);
		if (inList) return inList;
		if (!nextKey.test(key)) continue;
		if (isUrlText(value)) return {type: 'json_link', nextUrlPath: path};
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
		const target = ['href', 'url', 'uri'].find(name => isUrlText(item[name]));
		if (relation && target)
			return {type: 'json_link', nextUrlPath: `$.${path}[?(@.${relation} == 'next')].${target}`};
	}
	return undefined;
}

// The page info of GraphQL: {endCursor, hasNextPage}.
function pageInfo(entries: readonly Entry[]): Guess[] {
	const end = entries.find(({key, value}) => /^end_?cursor$/i.test(key) && typeof value === 'string');
	const more = end && Object.keys(end.owner).find(key => /^has_?next(_?page)?$/i.test(key));
	if (!end || more === undefined) return [];
	return cursors(end, end.prefix + step(more, end.prefix === ''));
}

// Whether a name shows that the value is a token, or the value is inside "next": both are surer than page
// numbers beside it.
function isSureToken(entry: Entry): boolean {
	const isInNext = /(^|\.)next(_?page)?\.[^.]+$/i.test(entry.path);
	const isNamed = /(token|cursor|after|marker|key|after_?id)$/i.test(entry.key);
	return (
		isNamed && (isInNext || nextTokenName.test(entry.name)) && isToken(entry.value) && !isUrlText(entry.value)
	);
}

// Whether a value is a word or number that is not a link, under a key for tokens: `nextSteps: "call us"` is
// none.
function isNextToken({name, path, value}: Entry): boolean {
	const isInNext = /(^|\.)next(_?page)?\.(page|offset|start|skip)$/i.test(path);
	return (
		(isInNext || nextTokenName.test(name)) &&
		isToken(value) &&
		value !== 0 &&
		value !== -1 &&
		!isUrlText(value) &&
		!(name === 'next' && isDay(value))
	);
}

// Whether a value beside the rows is a cursor: `cursor` of Square, `after` of Reddit, and `offset` of
// Airtable, where it is no number.
function isCursorBeside({name, value, owner}: Entry, _index: number, all: readonly Entry[]): boolean {
	if (typeof value !== 'string' || !isToken(value) || isUrlText(value)) return false;
	if (flagIn(all, false) !== undefined) return false;
	const isBesideRows = Object.values(owner).some(Array.isArray);
	if (cursorName.test(name)) return isBesideRows || flagIn(all, true) !== undefined;
	if (name === 'offset')
		return isBesideRows && !Object.keys(owner).some(key => /^(limit|total|count)/i.test(key));
	return name === 'after' && isBesideRows;
}

function tokens(found: readonly Entry[], received: number, all: readonly Entry[]): Guess[] {
	const [entry] = found;
	if (!entry) return [];
	// A token may stay at the end, beside a flag that says that nothing follows.
	const near = all.filter(({owner, prefix}) => owner === entry.owner || prefix === '');
	if (near.some(({name, value}) => value === true && lastName.test(name))) return [];
	const flag = near.find(({name, value}) => moreName.test(name) && typeof value === 'boolean');
	return cursors(entry, flag?.path, received);
}

function cursors({path, value, owner}: Entry, hasMorePath: string | undefined, received?: number): Guess[] {
	return nextParams({path, value, owner, ...(received !== undefined && {received})}).map(cursorParam => ({
		type: 'cursor',
		cursorPath: path,
		...(hasMorePath !== undefined && {hasMorePath}),
		cursorParam,
	}));
}

// The cursor of MediaWiki, `continue: {rvcontinue: '…', continue: '||'}`: every key of it is sent back.
function wholeCursor(body: JsonValue): Guess[] {
	const found = isObject(body) ? (body as JsonObject).continue : undefined;
	const isWhole = isObject(found) && Object.keys(found).length > 0 && Object.values(found).every(isToken);
	return isWhole ? [{type: 'cursor', cursorPath: 'continue'}] : [];
}

// The next page starts after the id of the last record: the lists of Stripe, {object: 'list', has_more, data},
// and those that name that id beside a flag.
function lastRecord(body: JsonValue, entries: readonly Entry[]): Guess[] {
	const hasMorePath = flagIn(entries, true);
	const last = entries.find(({name, value}) => name === 'lastid' && isToken(value) && value !== 0);
	const isStripe = isObject(body) && body.object === 'list' && typeof body.has_more === 'boolean';
	if (last && hasMorePath !== undefined)
		return ['after', 'after_id', 'starting_after', 'last_id', 'cursor'].map(cursorParam => ({
			type: 'cursor',
			cursorPath: last.path,
			hasMorePath,
			cursorParam,
		}));
	if (!isStripe) return [];
	const stripe = {type: 'cursor', cursorPath: 'data[-1].id', hasMorePath: 'has_more'} as const;
	return ['starting_after', 'after'].map(cursorParam => ({...stripe, cursorParam}));
}

// A value that may lead to the next page, and may be that of the page itself.
function unsureTokens(entries: readonly Entry[]): Guess[] {
	if (flagIn(entries, false) !== undefined) return [];
	const found = entries.filter(
		({name, value, owner}) =>
			unsureName.test(name) &&
			typeof value === 'string' &&
			isToken(value) &&
			!isUrlText(value) &&
			// Facebook names the first and the last row of each page.
			!('before' in owner),
	);
	return tokens(found, 0, entries).map(guess => ({...guess, isUnsure: true}) as Guess);
}

// The X-Next-Page header of GitLab, and tokens in headers with similar names.
function nextHeader(headers: Readonly<Record<string, string>>, received: number): Guess[] {
	for (const [key, value] of Object.entries(headers)) {
		const name = plainName(key).replace(/^x(ms)?/, '');
		if (
			!name.startsWith('next') ||
			!nextTokenName.test(name) ||
			!isToken(value) ||
			/^(0|-1|null|none|false)$/i.test(value)
		)
			continue;
		return nextParams({path: key.replace(/^x-(ms-)?/i, ''), value, owner: {}, received})
			.map(param => param.replaceAll('-', '_'))
			.map(cursorParam => ({type: 'header_cursor', cursorKey: key, cursorParam}));
	}
	return [];
}
