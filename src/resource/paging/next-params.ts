/**
 * The names of the parameters that ask for the next page, by the name of the field that identifies it: one
 * table for guesses and for advice.
 */
import type {JsonObject, JsonValue} from '../../core/json/json.ts';
import {isWholeNumber, plainName} from './known-places.ts';

/** A field that leads to the next page. */
export interface NextPlace {
	readonly path: string;
	readonly value: JsonValue;
	/** The object that has the field. */
	readonly owner: JsonObject;
	/** Rows of the page. @default unknown */
	readonly received?: number;
}

const byName: Readonly<Record<string, readonly string[]>> = {
	nextcursor: ['cursor', 'next_cursor', 'start_cursor', 'after'],
	nexttoken: ['cursor', 'pagination_token', 'next_token', 'nextToken', 'token', 'page_token'],
	nextpageid: ['page_id', 'pageId'],
	nextoffset: ['offset', 'start', 'skip'],
	nextpagestart: ['start', 'offset'],
	nextstart: ['start', 'offset'],
	nextstartat: ['startAt', 'start'],
	nextmarker: ['marker', 'Marker'],
	nextrecordposition: ['position', 'offset'],
	endcursor: ['after', 'cursor'],
	aftercursor: ['page[after]', 'after', 'cursor'],
	lastevaluatedkey: ['ExclusiveStartKey', 'exclusiveStartKey', 'LastEvaluatedKey'],
};

/** Names that many APIs use, for tokens of any name. */
const usual = [
	'cursor',
	'after',
	'page_token',
	'pageToken',
	'next_token',
	'nextToken',
	'starting_after',
	'start_cursor',
	'token',
	'next',
	'next_cursor',
	'nextCursor',
	'page[cursor]',
	'page[after]',
	'continuation',
	'continuationToken',
	'continuation_token',
	'marker',
	'pagination_token',
	'page',
];

/** Each name that a server ignores costs a request. */
const MOST_NAMES = 24;

/** Names of the parameter, most likely first. A token in capitals is sent under its own name, as AWS does. */
export function nextParams(place: NextPlace): readonly string[] {
	const key = lastStep(place.path);
	const name = plainName(key);
	const bare = withoutNext(key);
	const likely = [...first(place, key, name, bare), ...(byName[name] ?? []), bare, key];
	return [...new Set([...likely, ...usual])].slice(0, MOST_NAMES);
}

function first(
	{path, value, owner, received}: NextPlace,
	key: string,
	name: string,
	bare: string,
): readonly string[] {
	if (/(^|\.)next(_?page)?\.[^.]+$/i.test(path)) return [key, `page[${key}]`];
	if (/^Next[A-Z]/.test(key)) return [key, bare];
	if (name === 'nextpagetoken') {
		if (key.includes('_')) return [bare, key, 'pageToken'];
		return 'isLast' in owner ? [key, bare, 'page_token'] : [bare, key, 'page_token'];
	}
	if (name === 'nextcursor' && owner.object === 'list') return ['start_cursor', 'cursor'];
	if (name === 'nexttoken' && 'result_count' in owner) return ['pagination_token', 'next_token'];
	if (/^next(page(number)?)?$/.test(name)) {
		if (!isWholeNumber(value))
			return name === 'next' ? ['cursor', 'next', 'after'] : ['page', 'page_token', 'cursor'];
		return Number(value) === received && received > 2
			? ['offset', 'start', 'skip', 'page']
			: ['page', 'pageNumber', 'offset'];
	}
	return [];
}

/** `a.b['c']` → `c` */
export function lastStep(path: string): string {
	return /\['((?:[^'\\]|\\.)*)'\]$/.exec(path)?.[1] ?? path.split('.').at(-1) ?? path;
}

function withoutNext(key: string): string {
	const bare = key.replace(/^(x-(ms-)?)?next[_-]?/i, '').replace(/^x-(ms-)?/i, '');
	return bare === '' ? 'cursor' : bare.charAt(0).toLowerCase() + bare.slice(1);
}
